import { environmentNamed } from './environments.js';
import { seededRandom, seededRunBody } from './random.js';
import type { EnvName, FakeRun, RunStatus } from './types.js';
import { isTerminal } from './types.js';

/** Fixed, so that another process generates byte-identical runs. */
export const RUNS_END = Date.parse('2026-11-01T00:00:00.000Z');
const DAY = 86_400_000;
/** How far back generated runs and sessions go. */
export const SPAN = 30 * DAY;
/** Open runs lie within this distance of the end. */
const OPEN_WINDOW = 2 * DAY;
const MOST_OPEN = 36;

export const fakeTasks = [
  'hello-task',
  'send-email',
  'resize-image',
  'import-orders',
  'nightly-report',
  'chat-agent',
] as const;
const tags = ['tenant:acme', 'tenant:globex', 'priority', 'nightly', 'user:123'] as const;
const open: readonly RunStatus[] = [
  'QUEUED',
  'EXECUTING',
  'WAITING',
  'DELAYED',
  'QUEUED',
  'EXECUTING',
  'DEQUEUED',
  'PENDING_VERSION',
];
/** Share of terminal runs, cumulative. */
const mix: readonly (readonly [number, RunStatus])[] = [
  [0.87, 'COMPLETED'],
  [0.93, 'FAILED'],
  [0.955, 'CANCELED'],
  [0.97, 'EXPIRED'],
  [0.98, 'TIMED_OUT'],
  [0.99, 'CRASHED'],
  [1, 'SYSTEM_FAILURE'],
];

const errors: Partial<Record<RunStatus, { name: string; message: string }>> = {
  FAILED: { name: 'Error', message: 'The upstream service answered 502' },
  CRASHED: { name: 'TASK_PROCESS_EXITED_WITH_NON_ZERO_CODE', message: 'The process exited with code 1' },
  SYSTEM_FAILURE: { name: 'INTERNAL_ERROR', message: 'The run could not be started' },
  TIMED_OUT: { name: 'MAX_DURATION_EXCEEDED', message: 'The run exceeded its maxDuration' },
  EXPIRED: { name: 'TTL', message: 'Run expired because the TTL was reached' },
};

const iso = (ms: number): string => new Date(Math.min(ms, RUNS_END)).toISOString();

/** Whether it is the turn of this one, where so many of all are to be chosen at even distances. */
export const isChosen = (index: number, chosen: number, count: number): boolean =>
  Math.floor(((index + 1) * chosen) / count) > Math.floor((index * chosen) / count);

/**
 * `count` runs of one environment, oldest first. A few of the last days are open; where `openCount` is given, that many
 * of the whole time.
 */
export function generateRuns(env: EnvName, count: number, seed: number, openCount?: number): FakeRun[] {
  const random = seededRandom(seed ^ Math.imul(env.length + env.charCodeAt(0), 0x9e3779b1));
  const recent = Math.floor(count * (OPEN_WINDOW / SPAN));
  const openStride = Math.max(4, Math.ceil(recent / MOST_OPEN));
  const runs: FakeRun[] = [];
  let opened = 0;
  let createdMs = RUNS_END - SPAN;
  for (let index = 0; index < count; index += 1) {
    // Every fiftieth run shares its predecessor's millisecond: the id must break the tie in a cursor.
    if (index % 50 !== 49) {
      createdMs = RUNS_END - SPAN + Math.floor(((index + random() * 0.9) / count) * SPAN);
    }
    const isOpen =
      openCount === undefined
        ? index >= count - recent + 1 && (count - index) % openStride === 0
        : isChosen(index, openCount, count);
    const draw = random();
    // The first few show every terminal status once, however short the list.
    const [, terminalStatus] = mix[index] ?? mix.find(([share]) => draw < share) ?? [1, 'COMPLETED'];
    const status = isOpen ? (open[opened++ % open.length] ?? 'QUEUED') : terminalStatus;
    runs.push(makeRun(env, status, createdMs, random));
  }
  return runs;
}

function pick<T>(random: () => number, values: readonly [T, ...T[]]): T {
  return values[Math.floor(random() * values.length)] ?? values[0];
}

function makeRun(env: EnvName, status: RunStatus, createdMs: number, random: () => number): FakeRun {
  const { id: envId, type } = environmentNamed(env);
  const taskIdentifier = pick(random, fakeTasks);
  const waitMs = 40 + Math.floor(random() * 4_000);
  const workMs = 10 + Math.floor(random() * 90_000);
  const started = !['QUEUED', 'DELAYED', 'PENDING_VERSION', 'EXPIRED', 'CANCELED'].includes(status);
  const endedMs = createdMs + waitMs + (started ? workMs : 0);
  const done = isTerminal(status);
  const durationMs = started && done ? workMs : 0;
  const error = errors[status];
  const run: FakeRun = {
    id: `run_${seededRunBody(random)}`,
    env,
    status,
    taskIdentifier,
    createdAt: iso(createdMs),
    updatedAt: iso(done ? endedMs + 5 : createdMs + waitMs),
    isTest: random() < 0.02,
    tags: random() < 0.3 ? [pick(random, tags)] : [],
    costInCents: Math.round(durationMs * 0.034) / 1000,
    baseCostInCents: started ? 0.0025 : 0,
    durationMs,
    depth: random() < 0.1 ? 1 : 0,
    region: type === 'DEVELOPMENT' ? envId : 'us-east-1',
    taskKind: taskIdentifier === 'chat-agent' ? 'AGENT' : 'STANDARD',
    payload: { order: Math.floor(random() * 100_000) },
    attemptCount: started ? 1 : 0,
  };
  if (started) {
    run.startedAt = iso(createdMs + waitMs);
    run.version = pick(random, ['20261002.1', '20261017.2', '20261024.1']);
  }
  if (done) {
    run.finishedAt = iso(endedMs);
  }
  if (status === 'DELAYED') {
    // Not over yet, however old the run.
    run.delayedUntil = new Date(Math.max(createdMs + 3 * DAY, RUNS_END + DAY)).toISOString();
  }
  if (status === 'EXPIRED') {
    run.expiredAt = iso(endedMs);
    run.ttl = '10m';
  }
  if (type === 'DEVELOPMENT') {
    run.ttl = '10m';
  }
  if (random() < 0.05) {
    run.metadata = { progress: Math.floor(random() * 100), step: 'export' };
  }
  if (random() < 0.04) {
    run.idempotencyKey = `order-${Math.floor(random() * 1e9)}`;
  }
  if (status === 'COMPLETED') {
    run.output = { ok: true };
  }
  if (error !== undefined) {
    run.error = { ...error, stackTrace: `${error.name}: ${error.message}\n    at run (task.ts:1:1)` };
  }
  return run;
}
