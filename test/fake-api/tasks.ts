import { SignJWT } from 'jose';
import type { HttpHandler } from 'msw';
import { allows, authenticateSecretKey } from './auth.js';
import { duration } from './list-query.js';
import { type Answer, forbidden, json } from './problems.js';
import type { FakeProject } from './project.js';
import { type Call, type RouteTable, route } from './route.js';
import { parseTriggerBody, type TriggerBody, type TriggerOptions } from './trigger-body.js';
import type { FakeEnvironment, FakeRun, NewRun } from './types.js';

const MOST_BYTES = 3_145_728;
const DEFAULT_KEY_TTL = 30 * 86_400_000;

/** POST /api/v1/tasks/:taskId/trigger */
export function taskHandlers(table: RouteTable): HttpHandler[] {
  return route(table, 'post', '/api/v1/tasks/:taskId/trigger', { crossOrigin: true }, trigger);
}

async function trigger(call: Call): Promise<Answer> {
  const { project, request } = call;
  const auth = authenticateSecretKey(project, request);
  if (!auth.ok) {
    return auth.answer;
  }
  const { env } = auth.value;
  const taskId = call.param('taskId');
  // A body of unannounced length counts as too large.
  const chunked = request.headers.has('transfer-encoding');
  if (chunked || Number(request.headers.get('content-length') ?? 0) > MOST_BYTES) {
    return json(413, { error: 'Request body too large' });
  }
  const body = parseTriggerBody(await request.text());
  if (!body.ok) {
    return body.answer;
  }
  // `write:tasks` covers triggering too; `trigger:` covers nothing else.
  if (!allows(auth.value, ['trigger', 'write'], [{ type: 'tasks', id: taskId }])) {
    return forbidden;
  }
  const scope = `${env.name}\n${taskId}\n`;
  const requestKey = request.headers.get('x-trigger-request-idempotency-key');
  const resent = requestKey && project.run(project.requestIdempotency.get(scope + requestKey) ?? '');
  if (resent) {
    // A re-send is answered as the first send was: not "cached".
    return answer(project, env, resent, false);
  }
  const { run, isCached } = findOrCreate(call, env, taskId, body.value);
  if (requestKey) {
    project.requestIdempotency.set(scope + requestKey, run.id);
  }
  return answer(project, env, run, isCached);
}

function findOrCreate(
  { project, request }: Call,
  env: FakeEnvironment,
  taskId: string,
  body: TriggerBody,
): { run: FakeRun; isCached: boolean } {
  const options = body.options ?? {};
  // The header wins over the body.
  const key = request.headers.get('idempotency-key') ?? options.idempotencyKey;
  const slot = `${env.name}\n${taskId}\n${key}`;
  const known = key === undefined ? undefined : project.idempotency.get(slot);
  const cached = known !== undefined && known.expiresMs > project.now() ? project.run(known.runId) : undefined;
  if (cached !== undefined) {
    return { run: cached, isCached: true };
  }
  const run = project.createRun(env.name, {
    ...runFields(project, env, body, options),
    taskIdentifier: taskId,
    idempotencyKey: key,
  });
  if (key !== undefined) {
    const ttl = duration(request.headers.get('idempotency-key-ttl') ?? options.idempotencyKeyTTL) ?? DEFAULT_KEY_TTL;
    project.idempotency.set(slot, { runId: run.id, expiresMs: project.now() + ttl });
  }
  return { run, isCached: false };
}

function runFields(project: FakeProject, env: FakeEnvironment, body: TriggerBody, options: TriggerOptions): NewRun {
  const delayedUntil = delayOf(options.delay, project.now());
  const ttl = typeof options.ttl === 'number' ? `${options.ttl}s` : options.ttl;
  return {
    status: delayedUntil === undefined ? 'QUEUED' : 'DELAYED',
    delayedUntil,
    tags: typeof options.tags === 'string' ? [options.tags] : (options.tags ?? []),
    isTest: options.test ?? false,
    ttl: ttl ?? (env.type === 'DEVELOPMENT' ? '10m' : undefined),
    payload: unpacked(body.payload, options.payloadType),
    metadata: unpacked(options.metadata, options.metadataType),
  };
}

/** An unparsable delay is no delay, not an error. */
function delayOf(delay: string | undefined, now: number): string | undefined {
  const until = delay === undefined ? Number.NaN : now + (duration(delay) ?? Date.parse(delay) - now);
  return until > now ? new Date(until).toISOString() : undefined;
}

function unpacked(value: unknown, type: string | undefined): unknown {
  if (type !== 'application/super+json' || typeof value !== 'string') {
    return value;
  }
  return (JSON.parse(value) as { json?: unknown }).json;
}

async function answer(project: FakeProject, env: FakeEnvironment, run: FakeRun, isCached: boolean): Promise<Answer> {
  const claims = { sub: env.id, pub: true, scopes: [`read:runs:${run.id}`, `write:inputStreams:${run.id}`] };
  const issuedAt = Math.floor(project.now() / 1000);
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('https://id.trigger.dev')
    .setAudience('https://api.trigger.dev')
    .setExpirationTime(issuedAt + 3600)
    .setIssuedAt(issuedAt)
    .sign(new TextEncoder().encode(env.rootKey));
  return json(
    200,
    { id: run.id, isCached },
    { 'x-trigger-jwt': token, 'x-trigger-jwt-claims': JSON.stringify(claims) },
  );
}
