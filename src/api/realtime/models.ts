import type { RunStatus } from '../runs/models.js';

/** A run as a subscription brings it: without relatives, attempts and environment. */
export interface RealtimeRun {
  readonly id: string;
  readonly taskIdentifier: string;
  /** One of the run statuses; newer servers may add more. */
  readonly status: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly delayedUntil?: string;
  readonly expiredAt?: string;
  readonly queuedAt?: string;
  readonly number?: number;
  readonly ttl?: string;
  readonly isTest: boolean;
  readonly tags: readonly string[];
  readonly costInCents: number;
  readonly baseCostInCents: number;
  /** Milliseconds. */
  readonly durationMs: number;
  /** Parsed where it is JSON; text otherwise. */
  readonly payload?: unknown;
  readonly output?: unknown;
  readonly metadata?: unknown;
  readonly error?: unknown;
}

/** A row of the database, as the shape protocol sends it. */
export type RunRow = Readonly<Record<string, unknown>>;

type Read = (text: string) => unknown;

const statuses: Readonly<Record<string, RunStatus>> = {
  WAITING_FOR_DEPLOY: 'PENDING_VERSION',
  PENDING: 'QUEUED',
  RETRYING_AFTER_FAILURE: 'EXECUTING',
  WAITING_TO_RESUME: 'WAITING',
  PAUSED: 'WAITING',
  COMPLETED_SUCCESSFULLY: 'COMPLETED',
  COMPLETED_WITH_ERRORS: 'FAILED',
  INTERRUPTED: 'FAILED',
};

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);
/** Columns come as text, or as what their type makes of it; anything else counts as nothing. */
const numberOf = (value: unknown) =>
  ['string', 'number', 'bigint'].includes(typeof value) && Number.isFinite(Number(value)) ? Number(value) : 0;

/** Times come without a zone, and are UTC. */
function timeOf(value: unknown): string | undefined {
  const text = textOf(value);
  if (text === undefined) {
    return undefined;
  }
  const date = new Date(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(date.getTime()) ? text : date.toISOString();
}

/** `read`: what a text of the type `application/super+json` is, where somebody can tell. */
function contentOf(content: unknown, type: unknown, read: Read | undefined): unknown {
  const text = textOf(content);
  if (text === undefined || typeof type !== 'string' || !type.includes('json')) {
    return text;
  }
  if (type === 'application/super+json' && read !== undefined) {
    return read(text);
  }
  try {
    const parsed: unknown = JSON.parse(text);
    // The official SDK wraps payloads so that dates survive; the value itself is inside.
    return type === 'application/super+json' && typeof parsed === 'object' && parsed !== null && 'json' in parsed
      ? parsed.json
      : parsed;
  } catch {
    return text;
  }
}

const defined = <Values extends object>(values: Values) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null)) as {
    [Name in keyof Values]: Exclude<Values[Name], undefined>;
  };

/** A row to a run, with the names and statuses of the API. */
export function runOfRow(row: RunRow, read?: Read): RealtimeRun {
  const status = textOf(row['status']) ?? '';
  return {
    id: textOf(row['friendlyId']) ?? '',
    taskIdentifier: textOf(row['taskIdentifier']) ?? '',
    status: Object.hasOwn(statuses, status) ? (statuses[status] ?? status) : status,
    createdAt: timeOf(row['createdAt']) ?? '',
    updatedAt: timeOf(row['updatedAt']) ?? '',
    isTest: row['isTest'] === true,
    tags: Array.isArray(row['runTags']) ? row['runTags'].filter((tag) => typeof tag === 'string') : [],
    costInCents: numberOf(row['costInCents']),
    baseCostInCents: numberOf(row['baseCostInCents']),
    durationMs: numberOf(row['usageDurationMs']),
    ...(defined({
      startedAt: timeOf(row['startedAt']),
      finishedAt: timeOf(row['completedAt']),
      delayedUntil: timeOf(row['delayUntil']),
      expiredAt: timeOf(row['expiredAt']),
      queuedAt: timeOf(row['queuedAt']),
      number: row['number'] === undefined || row['number'] === null ? undefined : numberOf(row['number']),
      ttl: textOf(row['ttl']),
      payload: contentOf(row['payload'], row['payloadType'], read),
      output: contentOf(row['output'], row['outputType'], read),
      metadata: contentOf(row['metadata'], row['metadataType'], read),
      error: row['error'],
    }) as object),
  };
}
