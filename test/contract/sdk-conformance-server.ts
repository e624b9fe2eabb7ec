import { classifyKey } from '../../src/index.js';
import { httpServer, type SeenRequest } from '../client/loopback.js';

/** A request as both clients have to send it. */
export interface Sent {
  readonly request: string;
  /** Kind and environment of the key; never the key. */
  readonly key: string;
  readonly branch: string | undefined;
  readonly apiVersion: string | undefined;
  readonly contentType: string | undefined;
  /** Whether a repeat would be known. */
  readonly repeatKey: boolean;
  readonly query: Readonly<Record<string, string>>;
  /** Parsed; a list of the lines where it is NDJSON. */
  readonly body: unknown;
}

const time = '2026-01-31T09:00:00.000Z';

const flags = {
  isQueued: false,
  isExecuting: false,
  isWaiting: false,
  isCompleted: true,
  isSuccess: true,
  isFailed: false,
  isCancelled: false,
};

const run = {
  id: 'run_1',
  status: 'COMPLETED',
  taskIdentifier: 'send-invoice',
  createdAt: time,
  updatedAt: time,
  isTest: false,
  tags: [],
  costInCents: 0,
  baseCostInCents: 0,
  durationMs: 0,
  depth: 0,
  env: { id: 'env_1', name: 'prod' },
  taskKind: 'STANDARD',
  triggerFunction: 'trigger',
  attemptCount: 1,
  attempts: [],
  relatedRuns: { children: [] },
  ...flags,
};

const schedule = {
  id: 'sched_1',
  type: 'IMPERATIVE',
  task: 'send-report',
  active: true,
  deduplicationKey: 'daily',
  externalId: null,
  generator: { type: 'CRON', expression: '0 9 * * *', description: 'At 09:00 AM' },
  timezone: 'UTC',
  nextRun: time,
  environments: [{ id: 'env_1', type: 'PRODUCTION' }],
};

const session = {
  id: 'session_1',
  externalId: 'chat-42',
  type: 'chat.agent',
  taskIdentifier: 'chat-agent',
  triggerConfig: { basePayload: {} },
  currentRunId: 'run_1',
  tags: [],
  metadata: null,
  closedAt: null,
  closedReason: null,
  expiresAt: null,
  createdAt: time,
  updatedAt: time,
};

const batch = {
  id: 'batch_1',
  status: 'COMPLETED',
  createdAt: time,
  updatedAt: time,
  runCount: 2,
  runs: ['run_1', 'run_2'],
  processing: { completedAt: time, errors: [] },
};

const variable = { name: 'NAME', value: 'value', isSecret: false };
const started = { ...session, runId: 'run_1', publicAccessToken: 'a token', isCached: false };
const page = (item: unknown) => ({ data: [item], pagination: {} });

/** The first that matches answers; what none matches is not found, so that a wrong path shows. */
const answers: readonly (readonly [RegExp, unknown])[] = [
  [/^POST \/api\/v1\/tasks\/[^/]+\/trigger$/, { id: 'run_1', isCached: false }],
  [/^POST \/api\/v3\/batches$/, { id: 'batch_1', runCount: 2, isCached: false }],
  [/^POST .*\/items$/, { id: 'batch_1', itemsAccepted: 2, itemsDeduplicated: 0, sealed: true }],
  [/^GET \/api\/v2\/batches\/[^/]+$/, batch],
  [/^GET \/api\/v1(?:\/projects\/[^/]+)?\/runs$/, page(run)],
  [/^GET \/api\/v3\/runs\/[^/]+$|\/reschedule$/, run],
  [/^POST .*\/(?:cancel|replay)$/, { id: 'run_1' }],
  [/^GET \/api\/v1\/whoami$/, { project: { externalRef: 'proj_fake' } }],
  [/^GET .*\/environments$/, [{ id: 'env_1', slug: 'prod', type: 'PRODUCTION' }]],
  [/^GET .*\/envvars\/[^/]+$/, [variable]],
  [/^GET .*\/envvars\/[^/]+\/[^/]+$/, variable],
  [/ .*\/envvars\//, { success: true }],
  [/^GET \/api\/v1\/schedules$/, { data: [schedule], pagination: { currentPage: 1, totalPages: 1, count: 1 } }],
  [/^DELETE \/api\/v1\/schedules\/[^/]+$/, { id: 'sched_1' }],
  [/ \/api\/v1\/schedules/, schedule],
  [/^GET \/api\/v1\/timezones$/, { timezones: ['UTC'] }],
  [/^POST \/api\/v1\/sessions$/, started],
  [/^GET \/api\/v1\/sessions$/, page(session)],
  [/ \/api\/v1\/sessions\/[^/]+(?:\/close)?$/, session],
];

function bodyOf({ body, headers }: SeenRequest): unknown {
  if (body === '') {
    return undefined;
  }
  const isLines = headers['content-type']?.includes('ndjson');
  return isLines === true
    ? body
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : JSON.parse(body);
}

function sentOf(seen: SeenRequest): Sent {
  const { pathname, searchParams } = new URL(seen.target, 'http://any');
  const header = (name: string) => seen.headers[name] as string | undefined;
  const { kind, environment } = classifyKey(header('authorization')?.replace(/^Bearer /, '') ?? '');
  return {
    request: `${seen.method} ${pathname}`,
    key: `${kind} ${environment ?? ''}`.trim(),
    branch: header('x-trigger-branch'),
    apiVersion: header('x-trigger-api-version'),
    // Of a request without a body it says nothing.
    contentType: seen.body === '' ? undefined : header('content-type'),
    repeatKey: header('x-trigger-request-idempotency-key') !== undefined,
    query: Object.fromEntries([...searchParams].sort()),
    body: bodyOf(seen),
  };
}

/** Writes down what a client sends and answers as the API would; `take` empties the notes. */
export async function recordingServer(): Promise<{ url: string; take(): Sent[] }> {
  const sent: Sent[] = [];
  const { url } = await httpServer((response, seen) => {
    const note = sentOf(seen);
    sent.push(note);
    const [, body] = answers.find(([pattern]) => pattern.test(note.request)) ?? [];
    response
      .writeHead(body === undefined ? 404 : 200, {
        'content-type': 'application/json',
        // With it the official client signs no token of its own.
        'x-trigger-jwt': 'a token',
        'x-trigger-jwt-claims': '{}',
      })
      .end(JSON.stringify(body ?? { error: 'Not found' }));
  });
  return { url, take: () => sent.splice(0) };
}
