import type { HttpHandler } from 'msw';
import { allows, authenticateEnvironment, type EnvironmentAccess } from './auth.js';
import { objectBody, parseObject, refused, validated, wrongType } from './json-body.js';
import { signPublicToken } from './jwt.js';
import { type Answer, forbidden, json } from './problems.js';
import type { FakeProject } from './project.js';
import { type Call, type RouteTable, route, routes } from './route.js';
import { sessionPage } from './session-list.js';
import type { FakeSession } from './session-store.js';
import { isTerminal } from './types.js';

/** /api/v1/sessions: start, list, read, change, close. */
export function sessionHandlers(table: RouteTable): HttpHandler[] {
  const shared = { crossOrigin: true };
  return [
    ...routes(table, '/api/v1/sessions', shared, { get: list, post: start }),
    ...routes(table, '/api/v1/sessions/:session', shared, { get: read, patch: change }),
    ...route(table, 'post', '/api/v1/sessions/:session/close', shared, close),
  ];
}

interface StartBody {
  type: string;
  taskIdentifier: string;
  triggerConfig: { basePayload?: unknown; tags?: string[] };
  externalId?: string;
  tags?: string[];
  metadata?: unknown;
  expiresAt?: string;
}

async function start(call: Call): Promise<Answer> {
  const { project, request } = call;
  const auth = await authenticateEnvironment(project, request);
  if (!auth.ok) {
    return auth.answer;
  }
  const body = await objectBody<StartBody>(request, wrongStartBody);
  if (!body.ok) {
    return body.answer;
  }
  const { type, taskIdentifier, triggerConfig, externalId, tags = [], metadata = null, expiresAt = null } = body.value;
  // To start a session is to write, not to trigger; one with a scope for a session is not allowed to start it.
  if (!allows(auth.value, ['write'], [{ type: 'tasks', id: taskIdentifier }, { type: 'sessions' }])) {
    return forbidden;
  }
  const { env } = auth.value;
  const known = externalId === undefined ? undefined : project.sessions.find(env.name, externalId);
  const status = known === undefined ? 'ACTIVE' : project.sessions.statusOf(known);
  if (status !== 'ACTIVE') {
    const what = status.toLowerCase();
    return json(409, { error: `Session is ${what}; use a different externalId to create a new session` });
  }
  const fields = { type, taskIdentifier, externalId: externalId ?? null, tags, metadata, expiresAt };
  const session = known ?? project.sessions.add(env.name, { ...fields, triggerConfig });
  project.sessions.update(session, { triggerConfig });
  ensureRun(project, session);
  const publicAccessToken = await sessionToken(project, auth.value, session);
  const isCached = known !== undefined;
  return json(isCached ? 200 : 201, {
    ...sessionJson(session, true),
    runId: session.currentRunId,
    publicAccessToken,
    isCached,
  });
}

function wrongStartBody(body: Record<string, unknown>): string[] {
  const { externalId, triggerConfig } = body;
  return [
    ...wrongType(body, 'type', 'string', true),
    ...wrongType(body, 'externalId', 'string'),
    ...(typeof externalId === 'string' && externalId.startsWith('session_')
      ? ['externalId cannot start with \'session_\' at "externalId"']
      : []),
    ...wrongType(body, 'taskIdentifier', 'string', true),
    ...(triggerConfig === undefined ? ['Required at "triggerConfig"'] : wrongType(body, 'triggerConfig', 'object')),
    ...wrongType(body, 'tags', 'array'),
  ];
}

/** A session has a live run: a new one starts as soon as the last has ended. */
export function ensureRun(project: FakeProject, session: FakeSession): void {
  const current = project.run(session.currentRunId ?? '');
  if (current !== undefined && !isTerminal(current.status)) {
    return;
  }
  const { basePayload, tags } = session.triggerConfig as StartBody['triggerConfig'];
  const { id } = project.createRun(session.env, {
    taskIdentifier: session.taskIdentifier,
    taskKind: 'AGENT',
    payload: basePayload,
    tags: tags ?? [],
  });
  project.sessions.update(session, { currentRunId: id });
}

function sessionToken(project: FakeProject, { env }: EnvironmentAccess, session: FakeSession): Promise<string> {
  const key = session.externalId ?? session.id;
  return signPublicToken(project, env, { scopes: [`read:sessions:${key}`, `write:sessions:${key}`] });
}

export function sessionJson({ env: _, triggerConfig, ...rest }: FakeSession, withConfig: boolean): object {
  const { id, externalId, type, taskIdentifier, ...state } = rest;
  return { id, externalId, type, taskIdentifier, ...(withConfig ? { triggerConfig } : {}), ...state };
}

async function list(call: Call): Promise<Answer> {
  const { project, query } = call;
  const auth = await authenticateEnvironment(project, call.request);
  if (!auth.ok) {
    return auth.answer;
  }
  const task = query.get('filter[taskIdentifier]');
  const resources = [{ type: 'sessions' }, { type: 'tasks', ...(task === null ? {} : { id: task }) }];
  if (!allows(auth.value, ['read'], resources)) {
    return forbidden;
  }
  const page = sessionPage(project, auth.value.env.name, query);
  return page.ok
    ? json(200, { ...page.value, data: page.value.data.map((session) => sessionJson(session, false)) })
    : page.answer;
}

export const sessionResources = ({ id, externalId }: FakeSession) => [
  { type: 'sessions', id },
  ...(externalId === null ? [] : [{ type: 'sessions', id: externalId }]),
];

/** Not found for good: unlike that of a run, this answer tells clients not to try again. */
export const sessionNotFound: Answer = json(404, { error: 'Not found' }, { 'x-should-retry': 'false' });

async function read(call: Call): Promise<Answer> {
  const auth = await authenticateEnvironment(call.project, call.request);
  if (!auth.ok) {
    return auth.answer;
  }
  const session = call.project.sessions.find(auth.value.env.name, call.param('session'));
  if (session === undefined) {
    return sessionNotFound;
  }
  return allows(auth.value, ['read'], sessionResources(session)) ? json(200, sessionJson(session, true)) : forbidden;
}

/** To change a session takes `admin`, for the key in the path as it is spelt there. */
async function administer(
  call: Call,
  act: (session: FakeSession, body: Record<string, unknown>) => Answer,
): Promise<Answer> {
  const { project, request } = call;
  const auth = await authenticateEnvironment(project, request);
  if (!auth.ok) {
    return auth.answer;
  }
  const body = parseObject(await request.text());
  if (!body.ok) {
    return body.answer;
  }
  const key = call.param('session');
  if (!allows(auth.value, ['admin'], [{ type: 'sessions', id: key }])) {
    return forbidden;
  }
  const session = project.sessions.find(auth.value.env.name, key);
  return session === undefined ? json(404, { error: 'Session not found' }) : act(session, body.value);
}

function change(call: Call): Promise<Answer> {
  return administer(call, (session, body) => {
    const { externalId, tags, metadata } = body;
    if (externalId !== undefined && externalId !== session.externalId) {
      return refused(
        422,
        'externalId cannot be changed after creation; close this session and create a new one with the desired externalId',
      ).answer;
    }
    const wrong = validated(body, wrongType(body, 'tags', 'array'));
    if (!wrong.ok) {
      return wrong.answer;
    }
    call.project.sessions.update(session, {
      ...(tags === undefined ? {} : { tags: tags as string[] }),
      ...(metadata === undefined ? {} : { metadata }),
    });
    return json(200, sessionJson(session, true));
  });
}

function close(call: Call): Promise<Answer> {
  return administer(call, (session, { reason }) => {
    if (session.closedAt === null) {
      const closedAt = new Date(call.project.now()).toISOString();
      call.project.sessions.update(session, { closedAt, closedReason: typeof reason === 'string' ? reason : null });
    }
    return json(200, sessionJson(session, true));
  });
}
