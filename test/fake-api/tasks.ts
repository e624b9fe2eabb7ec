import type { HttpHandler } from 'msw';
import { allows, authenticateEnvironment } from './auth.js';
import { cachedRun, startRun } from './create-run.js';
import { signPublicToken, spendToken } from './jwt.js';
import { type Answer, forbidden, json } from './problems.js';
import type { FakeProject } from './project.js';
import { type Call, type RouteTable, route } from './route.js';
import { parseTriggerBody } from './trigger-body.js';
import type { FakeEnvironment, FakeRun } from './types.js';

const MOST_BYTES = 3_145_728;

/** POST /api/v1/tasks/:taskId/trigger */
export function taskHandlers(table: RouteTable): HttpHandler[] {
  return route(table, 'post', '/api/v1/tasks/:taskId/trigger', { crossOrigin: true }, trigger);
}

async function trigger(call: Call): Promise<Answer> {
  const { project, request } = call;
  const auth = await authenticateEnvironment(project, request);
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
  const wanted = {
    taskId,
    body: body.value,
    idempotencyKey: request.headers.get('idempotency-key'),
    idempotencyKeyTtl: request.headers.get('idempotency-key-ttl'),
  };
  const cached = cachedRun(project, env, wanted);
  if (cached === undefined && auth.value.oneTime === true && !spendToken(project, 'trigger', env)) {
    return json(422, { error: `Cannot trigger ${taskId} with a one-time use token as it has already been used.` });
  }
  const run = cached ?? startRun(project, env, wanted);
  if (requestKey) {
    project.requestIdempotency.set(scope + requestKey, run.id);
  }
  return answer(project, env, run, cached !== undefined);
}

async function answer(project: FakeProject, env: FakeEnvironment, run: FakeRun, isCached: boolean): Promise<Answer> {
  const scopes = [`read:runs:${run.id}`, `write:inputStreams:${run.id}`];
  return json(
    200,
    { id: run.id, isCached },
    {
      'x-trigger-jwt': await signPublicToken(project, env, { scopes }),
      'x-trigger-jwt-claims': JSON.stringify({ sub: env.id, pub: true, scopes }),
    },
  );
}
