import { duration } from './list-query.js';
import type { FakeProject } from './project.js';
import type { TriggerBody, TriggerOptions } from './trigger-body.js';
import type { FakeEnvironment, FakeRun, NewRun } from './types.js';

const DEFAULT_KEY_TTL = 30 * 86_400_000;

export interface RunRequest {
  taskId: string;
  body: TriggerBody;
  /** From headers, which win over the body. */
  idempotencyKey?: string | null;
  idempotencyKeyTtl?: string | null;
  batchId?: string;
}

/** The run of an idempotency key that is still kept, if any. */
export function cachedRun(project: FakeProject, env: FakeEnvironment, request: RunRequest): FakeRun | undefined {
  const key = keyOf(request);
  const known = key === undefined ? undefined : project.idempotency.get(slotOf(env, request, key));
  return known !== undefined && known.expiresMs > project.now() ? project.run(known.runId) : undefined;
}

/** A new run, kept under its idempotency key. */
export function startRun(project: FakeProject, env: FakeEnvironment, request: RunRequest): FakeRun {
  const { taskId, body, batchId } = request;
  const options = body.options ?? {};
  const key = keyOf(request);
  const run = project.createRun(env.name, {
    ...runFields(project, env, body, options),
    taskIdentifier: taskId,
    idempotencyKey: key,
    batchId,
  });
  if (key !== undefined) {
    const ttl = duration(request.idempotencyKeyTtl ?? options.idempotencyKeyTTL) ?? DEFAULT_KEY_TTL;
    project.idempotency.set(slotOf(env, request, key), { runId: run.id, expiresMs: project.now() + ttl });
  }
  return run;
}

const keyOf = ({ idempotencyKey, body }: RunRequest): string | undefined =>
  idempotencyKey ?? body.options?.idempotencyKey;

const slotOf = (env: FakeEnvironment, { taskId }: RunRequest, key: string): string => `${env.name}\n${taskId}\n${key}`;

function runFields(project: FakeProject, env: FakeEnvironment, body: TriggerBody, options: TriggerOptions): NewRun {
  // An unparsable delay is no delay, not an error.
  const until = delayedUntil(options.delay, project.now());
  const ttl = typeof options.ttl === 'number' ? `${options.ttl}s` : options.ttl;
  return {
    status: until === undefined ? 'QUEUED' : 'DELAYED',
    delayedUntil: until,
    tags: typeof options.tags === 'string' ? [options.tags] : (options.tags ?? []),
    isTest: options.test ?? false,
    ttl: ttl ?? (env.type === 'DEVELOPMENT' ? '10m' : undefined),
    payload: unpacked(body.payload, options.payloadType),
    metadata: unpacked(options.metadata, options.metadataType),
  };
}

export function delayedUntil(delay: string | undefined, now: number): string | undefined {
  const until = delay === undefined ? Number.NaN : now + (duration(delay) ?? Date.parse(delay) - now);
  return until > now ? new Date(until).toISOString() : undefined;
}

function unpacked(value: unknown, type: string | undefined): unknown {
  if (type !== 'application/super+json' || typeof value !== 'string') {
    return value;
  }
  return (JSON.parse(value) as { json?: unknown }).json;
}
