import type { FakeRun, RunStatus } from './types.js';

/** The columns of a run that subscribers see, with their database types; lists are `text[]`. */
const columns = {
  id: 'text',
  taskIdentifier: 'text',
  createdAt: 'timestamp',
  updatedAt: 'timestamp',
  startedAt: 'timestamp',
  delayUntil: 'timestamp',
  queuedAt: 'timestamp',
  expiredAt: 'timestamp',
  completedAt: 'timestamp',
  friendlyId: 'text',
  number: 'int4',
  isTest: 'bool',
  status: 'text',
  usageDurationMs: 'int4',
  costInCents: 'float8',
  baseCostInCents: 'float8',
  ttl: 'text',
  payload: 'text',
  payloadType: 'text',
  metadata: 'text',
  metadataType: 'text',
  output: 'text',
  outputType: 'text',
  runTags: 'text[]',
  error: 'jsonb',
  realtimeStreams: 'text[]',
} as const;

type Column = keyof typeof columns;

const reserved: ReadonlySet<string> = new Set(['id', 'taskIdentifier', 'friendlyId', 'status', 'createdAt']);

/** What remains of the columns; some cannot be left out. */
function shownColumns(skip: readonly string[]): Column[] {
  return (Object.keys(columns) as Column[]).filter((name) => reserved.has(name) || !skip.includes(name));
}

/** The `electric-schema` header. */
export function shapeSchema(skip: readonly string[]): string {
  const types = shownColumns(skip).map((name) => {
    const type: string = columns[name];
    return [name, type.endsWith('[]') ? { type: type.slice(0, -2), dims: 1 } : { type }];
  });
  return JSON.stringify(Object.fromEntries(types));
}

/** Statuses as the database spells them. */
const stored: Partial<Record<RunStatus, string>> = {
  QUEUED: 'PENDING',
  WAITING: 'WAITING_TO_RESUME',
  COMPLETED: 'COMPLETED_SUCCESSFULLY',
  FAILED: 'COMPLETED_WITH_ERRORS',
};

/** The status of a run by its spelling in the database. */
export function statusOfStored(name: string): RunStatus {
  const found = Object.entries(stored).find(([, spelling]) => spelling === name);
  return (found?.[0] ?? name) as RunStatus;
}

export interface ShapeMessage {
  key?: string;
  value?: Record<string, string | null>;
  headers: { operation: 'insert' | 'update' } | { control: 'up-to-date' };
}

export const upToDate: ShapeMessage = { headers: { control: 'up-to-date' } };

export function shapeMessage(
  run: FakeRun,
  operation: 'insert' | 'update',
  skip: readonly string[],
  isCurrent: boolean,
): ShapeMessage {
  const values = rowOf(run, isCurrent);
  return {
    key: `"public"."TaskRun"/"${values.id}"`,
    value: Object.fromEntries(shownColumns(skip).map((name) => [name, values[name]])),
    headers: { operation },
  };
}

/** Every value as the database prints it. */
function rowOf(run: FakeRun, isCurrent: boolean): Record<Column, string | null> {
  const status = stored[run.status] ?? run.status;
  return {
    id: run.id.replace(/^run_/, ''),
    taskIdentifier: run.taskIdentifier,
    createdAt: timestamp(run.createdAt),
    updatedAt: timestamp(run.updatedAt),
    startedAt: timestamp(run.startedAt),
    delayUntil: timestamp(run.delayedUntil),
    queuedAt: run.status === 'DELAYED' ? null : timestamp(run.createdAt),
    expiredAt: timestamp(run.expiredAt),
    completedAt: timestamp(run.finishedAt),
    friendlyId: run.id,
    number: '0',
    isTest: run.isTest ? 't' : 'f',
    status: status === 'DEQUEUED' && !isCurrent ? 'EXECUTING' : status,
    usageDurationMs: String(run.durationMs),
    costInCents: String(run.costInCents),
    baseCostInCents: String(run.baseCostInCents),
    ttl: run.ttl ?? null,
    payload: jsonText(run.payload),
    payloadType: 'application/json',
    metadata: jsonText(run.metadata),
    metadataType: 'application/json',
    output: jsonText(run.output),
    outputType: 'application/json',
    runTags: run.tags.length === 0 ? null : listText(run.tags),
    error: run.error === undefined ? null : JSON.stringify({ type: 'BUILT_IN_ERROR', ...run.error }),
    realtimeStreams: '{}',
  };
}

/** Without a zone: the client adds the Z. */
const timestamp = (iso: string | undefined): string | null => iso?.replace(/Z$/, '') ?? null;

const jsonText = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

const listText = (values: readonly string[]): string =>
  `{${values.map((value) => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`;
