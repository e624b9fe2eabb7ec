import type { HttpHandler } from 'msw';
import { allows, authenticateEnvironment, authenticatePat, type Resource } from './auth.js';
import { refusedAsTooMuch } from './list-guard.js';
import { type ListQuery, parseListQuery } from './list-query.js';
import { pageOf } from './page.js';
import { type Answer, forbidden, internalError, json, rawJson, runNotFound } from './problems.js';
import { type Call, type RouteTable, route } from './route.js';
import { listItemJson, retrieved } from './run-json.js';
import { vocabularyOf } from './run-status.js';
import type { EnvName, FakeRun } from './types.js';

/** GET /api/v1/runs · GET /api/v1/projects/:ref/runs · GET /api/v3/runs/:id */
export function runHandlers(table: RouteTable): HttpHandler[] {
  return [
    ...route(table, 'get', '/api/v1/runs', { crossOrigin: true }, listWithKey),
    ...route(table, 'get', '/api/v1/projects/:ref/runs', { crossOrigin: true }, listWithPat),
    ...route(table, 'get', '/api/v3/runs/:runId', { crossOrigin: true }, retrieve),
  ];
}

async function listWithKey(call: Call): Promise<Answer> {
  const auth = await authenticateEnvironment(call.project, call.request);
  if (!auth.ok) {
    return auth.answer;
  }
  const query = parseListQuery(call.query, call.project.now());
  if (!query.ok) {
    return query.answer;
  }
  const { tasks = [] } = query.value;
  const canRead =
    allows(auth.value, ['read'], [{ type: 'runs' }, { type: 'tasks' }]) ||
    (tasks.length > 0 && tasks.every((id) => allows(auth.value, ['read'], [{ type: 'tasks', id }])));
  // `filter[env]` is ignored here: the key has decided.
  return canRead ? list(call, auth.value.env.name, query.value) : forbidden;
}

function listWithPat(call: Call): Answer {
  const { project } = call;
  const auth = authenticatePat(project, call.request);
  if (!auth.ok) {
    return auth.answer;
  }
  const query = parseListQuery(call.query, project.now());
  if (!query.ok) {
    return query.answer;
  }
  const ref = call.param('ref');
  if (!auth.value.projects.includes(ref)) {
    return json(404, { error: 'Project not found' });
  }
  // The first row that matches any slug, so one environment only, and `dev` may be another member's.
  const env = project.environments.find(
    (candidate) => candidate.projectRef === ref && query.value.environments?.includes(candidate.slug),
  );
  return env === undefined ? internalError : list(call, env.name, query.value);
}

function list({ project, request }: Call, env: EnvName, asked: ListQuery): Answer {
  const refusal = refusedAsTooMuch(project, env, asked);
  if (refusal !== undefined) {
    return refusal;
  }
  const query = { ...asked, toMs: Math.min(asked.toMs, project.now() - project.listLagMs) };
  const vocabulary = vocabularyOf(request);
  const { rows, ...pagination } = pageOf(project.store, env, query);
  const present = rows.filter(({ isGhost }) => !isGhost);
  const data = present.map((stored) => listItemJson(stored, vocabulary)).join(',');
  return rawJson(`{"data":[${data}],"pagination":${JSON.stringify(pagination)}}`);
}

async function retrieve(call: Call): Promise<Answer> {
  const auth = await authenticateEnvironment(call.project, call.request);
  if (!auth.ok) {
    return auth.answer;
  }
  const run = call.project.run(call.param('runId'));
  if (run === undefined || run.env !== auth.value.env.name) {
    return runNotFound;
  }
  return allows(auth.value, ['read'], readableAs(run))
    ? json(200, retrieved(run, vocabularyOf(call.request)))
    : forbidden;
}

/** What a scope may name to cover reading a run. */
export function readableAs({ id, taskIdentifier, tags, batchId }: FakeRun): Resource[] {
  return [
    { type: 'runs', id },
    { type: 'tasks', id: taskIdentifier },
    ...tags.map((tag) => ({ type: 'tags', id: tag })),
    batchId === undefined ? { type: 'batch' } : { type: 'batch', id: batchId },
  ];
}
