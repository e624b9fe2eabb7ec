import type { HttpHandler } from 'msw';
import { allows, authenticateEnvironment, type EnvironmentAccess } from './auth.js';
import { acceptItems, type BatchItem, parseItems } from './batch-items.js';
import { batchJson } from './batch-json.js';
import { cachedRun, startRun } from './create-run.js';
import { objectBody, wrongType } from './json-body.js';
import { signPublicToken, spendToken } from './jwt.js';
import { type Answer, forbidden, json, runNotFound } from './problems.js';
import type { FakeProject } from './project.js';
import { type Call, type RouteTable, route } from './route.js';
import type { FakeBatch, FakeEnvironment } from './types.js';

/** Batches in two requests (v3: open, then stream the items), in one (v2), and reading them. */
export function batchHandlers(table: RouteTable): HttpHandler[] {
  const shared = { crossOrigin: true };
  return [
    ...route(table, 'post', '/api/v3/batches', shared, open),
    ...route(table, 'post', '/api/v3/batches/:batchId/items', {}, addItems),
    ...route(table, 'post', '/api/v2/tasks/batch', shared, triggerAll),
    ...route(table, 'get', '/api/v2/batches/:batchId', shared, (call) => read(call, true)),
    ...route(table, 'get', '/api/v1/batches/:batchId', shared, (call) => read(call, false)),
  ];
}

interface OpenBody {
  runCount: number;
  taskIdentifiers?: string[];
  idempotencyKey?: string;
}

const MOST_RUNS = 1000;

async function open(call: Call): Promise<Answer> {
  const { project, request } = call;
  const auth = await authenticateEnvironment(project, request);
  if (!auth.ok) {
    return auth.answer;
  }
  const body = await objectBody<OpenBody>(request, wrongOpenBody);
  if (!body.ok) {
    return body.answer;
  }
  const { runCount, taskIdentifiers = [], idempotencyKey } = body.value;
  if (!mayBatch(auth.value, taskIdentifiers)) {
    return forbidden;
  }
  if (runCount > MOST_RUNS) {
    return json(400, { error: `Batch runCount of ${runCount} exceeds maximum allowed of ${MOST_RUNS}.` });
  }
  const { env } = auth.value;
  if (idempotencyKey !== undefined && project.batches.withKey(env.name, idempotencyKey) !== undefined) {
    return json(422, { error: 'Cannot create batch as it has already been created with the same idempotency key.' });
  }
  if (auth.value.oneTime === true && !spendToken(project, 'batch', env)) {
    return json(422, { error: 'Cannot create batch with a one-time use token as it has already been used.' });
  }
  const { id } = project.batches.add(env.name, {
    runCount,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });
  return json(202, { id, runCount, isCached: false, idempotencyKey }, await tokenHeaders(call, env, id));
}

function wrongOpenBody(body: Record<string, unknown>): string[] {
  const { runCount } = body;
  const wrong = wrongType(body, 'runCount', 'number', true);
  if (typeof runCount === 'number' && !Number.isInteger(runCount)) {
    wrong.push('Expected integer, received float at "runCount"');
  }
  if (typeof runCount === 'number' && runCount <= 0) {
    wrong.push('Number must be greater than 0 at "runCount"');
  }
  return [...wrong, ...wrongType(body, 'taskIdentifiers', 'array'), ...wrongType(body, 'idempotencyKey', 'string')];
}

/** Every task by name, or tasks at large; to trigger single runs is not to trigger a batch. */
function mayBatch(access: EnvironmentAccess, tasks: readonly string[]): boolean {
  const actions = ['batchTrigger', 'write'];
  return (
    allows(access, actions, [{ type: 'tasks' }, { type: 'batch' }]) ||
    (tasks.length > 0 && tasks.every((id) => allows(access, actions, [{ type: 'tasks', id }])))
  );
}

async function tokenHeaders(call: Call, env: FakeEnvironment, id: string): Promise<Record<string, string>> {
  const isBrowser = call.request.headers.get('x-trigger-client') === 'browser';
  const scopes = [`read:batch:${id}`, ...(isBrowser ? [`write:batch:${id}`] : [])];
  return {
    'x-trigger-jwt': await signPublicToken(call.project, env, { scopes }),
    // Unlike those of a run, without the scopes.
    'x-trigger-jwt-claims': JSON.stringify({ sub: env.id, pub: true }),
  };
}

async function addItems(call: Call): Promise<Answer> {
  const { project, request } = call;
  const type = request.headers.get('content-type') ?? '';
  if (!type.includes('application/x-ndjson') && !type.includes('application/ndjson')) {
    return json(415, { error: 'Content-Type must be application/x-ndjson or application/ndjson' });
  }
  const auth = await authenticateEnvironment(project, request);
  if (!auth.ok) {
    return auth.answer;
  }
  const items = parseItems(await request.text());
  const id = call.param('batchId');
  const tasks = items.ok ? items.value.map(({ task }) => task) : [];
  if (!allows(auth.value, ['write'], [{ type: 'batch', id }]) && !mayBatch(auth.value, tasks)) {
    return forbidden;
  }
  const batch = batchOf(project, auth.value, id);
  if (batch === undefined) {
    return json(422, { error: `Batch ${id} not found` });
  }
  return items.ok ? acceptItems(project, auth.value.env, batch, items.value) : items.answer;
}

async function triggerAll(call: Call): Promise<Answer> {
  const { project, request } = call;
  const auth = await authenticateEnvironment(project, request);
  if (!auth.ok) {
    return auth.answer;
  }
  const body = await objectBody<{ items: Omit<BatchItem, 'index'>[] }>(request, (given) =>
    wrongType(given, 'items', 'array', true),
  );
  if (!body.ok) {
    return body.answer;
  }
  const { items } = body.value;
  const { env } = auth.value;
  if (
    items.length === 0 ||
    !mayBatch(
      auth.value,
      items.map(({ task }) => task),
    )
  ) {
    // An empty batch is refused for its lack of tasks to be allowed, even with a secret key.
    return forbidden;
  }
  if (auth.value.oneTime === true && !spendToken(project, 'batch', env)) {
    return json(422, { error: 'Cannot batch trigger with a one-time use token as it has already been used.' });
  }
  const { id, runs } = project.batches.add(env.name, { runCount: items.length, sealed: true });
  for (const { task, ...item } of items) {
    const wanted = { taskId: task, body: item, batchId: id };
    runs.push((cachedRun(project, env, wanted) ?? startRun(project, env, wanted)).id);
  }
  return json(202, { id, isCached: false, runCount: items.length }, await tokenHeaders(call, env, id));
}

/** The batch, if it is one of the environment. */
export function batchOf(project: FakeProject, { env }: EnvironmentAccess, id: string): FakeBatch | undefined {
  const batch = project.batches.get(id);
  return batch?.env === env.name ? batch : undefined;
}

/** A batch may be read with a scope for it, for batches, or for runs at large. */
export const batchResources = (id: string) => [{ type: 'batch', id }, { type: 'runs' }];

async function read(call: Call, withProcessing: boolean): Promise<Answer> {
  const auth = await authenticateEnvironment(call.project, call.request);
  if (!auth.ok) {
    return auth.answer;
  }
  const batch = batchOf(call.project, auth.value, call.param('batchId'));
  if (batch === undefined) {
    return runNotFound;
  }
  return allows(auth.value, ['read'], batchResources(batch.id))
    ? json(200, batchJson(call.project, batch, withProcessing))
    : forbidden;
}
