import type { HttpHandler } from 'msw';
import { allows, authenticateEnvironment, authenticateSecretKey, authenticateUnrestricted } from './auth.js';
import { delayedUntil } from './create-run.js';
import { parseObject } from './json-body.js';
import { type Answer, forbidden, json, unexpectedMethod } from './problems.js';
import { type Call, type RouteTable, route } from './route.js';
import { retrieved } from './run-json.js';
import { vocabularyOf } from './run-status.js';
import { type FakeEnvironment, type FakeRun, isTerminal } from './types.js';

/** POST /api/v2/runs/:id/cancel · POST /api/v1/runs/:id/replay · POST /api/v1/runs/:id/reschedule */
export function runOperationHandlers(table: RouteTable): HttpHandler[] {
  return [
    ...route(table, 'post', '/api/v2/runs/:runId/cancel', { preflight: unexpectedMethod }, cancel),
    ...route(table, 'post', '/api/v1/runs/:runId/replay', {}, replay),
    ...route(table, 'post', '/api/v1/runs/:runId/reschedule', {}, reschedule),
  ];
}

const resourceNotFound: Answer = json(404, { error: 'Resource not found' });

function runOf(call: Call, env: FakeEnvironment): FakeRun | undefined {
  const run = call.project.run(call.param('runId'));
  return run?.env === env.name ? run : undefined;
}

const resourcesOf = (call: Call, run: FakeRun | undefined) => [
  { type: 'runs', id: call.param('runId') },
  ...(run === undefined ? [] : [{ type: 'tasks', id: run.taskIdentifier }]),
];

async function cancel(call: Call): Promise<Answer> {
  const auth = await authenticateEnvironment(call.project, call.request);
  if (!auth.ok) {
    return auth.answer;
  }
  const run = runOf(call, auth.value.env);
  // The scope is checked first: a token that may not cancel does not learn which runs there are.
  if (!allows(auth.value, ['write'], resourcesOf(call, run))) {
    return forbidden;
  }
  if (run === undefined) {
    return resourceNotFound;
  }
  if (!isTerminal(run.status)) {
    call.project.updateRun(run.id, { status: 'CANCELED' });
  }
  return json(200, { id: run.id });
}

function replay(call: Call): Answer {
  const auth = authenticateSecretKey(call.project, call.request);
  if (!auth.ok) {
    return auth.answer;
  }
  const run = runOf(call, auth.value.env);
  if (!allows(auth.value, ['write'], resourcesOf(call, run))) {
    return forbidden;
  }
  if (run === undefined) {
    return resourceNotFound;
  }
  const { taskIdentifier, payload, metadata, tags, isTest, taskKind, ttl } = run;
  const copy = call.project.createRun(run.env, { taskIdentifier, payload, metadata, tags, isTest, taskKind, ttl });
  return json(200, { id: copy.id });
}

async function reschedule(call: Call): Promise<Answer> {
  const { project, request } = call;
  const auth = authenticateUnrestricted(project, request, 'Invalid or missing API Key');
  if (!auth.ok) {
    return auth.answer;
  }
  const body = parseObject(await request.text());
  const delay = body.ok ? body.value['delay'] : undefined;
  if (typeof delay !== 'string') {
    return json(400, { error: 'Invalid request body' });
  }
  const until = delayedUntil(delay, project.now());
  if (until === undefined) {
    return json(400, { error: 'Invalid delay value' });
  }
  const run = runOf(call, auth.value.env);
  if (run === undefined) {
    return json(404, { error: 'Run not found' });
  }
  if (run.status !== 'DELAYED') {
    return json(400, { error: 'Cannot reschedule a run that is not delayed' });
  }
  return json(200, retrieved(project.updateRun(run.id, { delayedUntil: until }), vocabularyOf(request)));
}
