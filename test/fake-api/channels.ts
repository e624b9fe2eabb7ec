import type { HttpHandler } from 'msw';
import { allows, authenticateEnvironment, type EnvironmentAccess } from './auth.js';
import type { ChannelRecord } from './channel-store.js';
import { type Answer, forbidden, json, plainText } from './problems.js';
import type { FakeProject } from './project.js';
import { type Call, type RouteTable, route, routes } from './route.js';
import { type FakeSession, isFriendlyId } from './session-store.js';
import { ensureRun, sessionNotFound, sessionResources } from './sessions.js';

/** /realtime/v1/sessions/:session/:io, the two channels of a session: init, append, read, subscribe. */
export function channelHandlers(table: RouteTable): HttpHandler[] {
  const shared = { crossOrigin: true };
  const path = '/realtime/v1/sessions/:session/:io';
  return [
    ...route(table, 'post', `${path}/append`, shared, append),
    ...route(table, 'get', `${path}/records`, shared, (call) => readChannel(call, drain)),
    ...routes(table, path, shared, { get: (call) => readChannel(call, subscribe), put: init }),
  ];
}

const MOST_BYTES = 1024 * 1024;
const WAIT_SECONDS = 60;

function wrongChannel(call: Call): Answer | undefined {
  const io = call.param('io');
  return io === 'in' || io === 'out'
    ? undefined
    : json(400, {
        error: 'Params Error',
        details: [{ code: 'invalid_enum_value', options: ['out', 'in'], received: io, path: ['io'] }],
      });
}

/** By the external id where there is one, whichever of the two the path has. */
export function channelName(project: FakeProject, access: EnvironmentAccess, key: string, io: string): string {
  const session = project.sessions.find(access.env.name, key);
  return [access.env.name, session === undefined ? key : (session.externalId ?? session.id), io].join('\n');
}

async function append(call: Call): Promise<Answer> {
  const { project, request } = call;
  const auth = await authenticateEnvironment(project, request);
  if (!auth.ok) {
    return auth.answer;
  }
  const wrong = wrongChannel(call);
  if (wrong !== undefined) {
    return wrong;
  }
  const key = call.param('session');
  const session = project.sessions.find(auth.value.env.name, key);
  const data = await request.text();
  if (data.length > MOST_BYTES) {
    return json(413, { error: 'Request body too large' });
  }
  if (session === undefined) {
    return json(404, { error: 'Resource not found' });
  }
  if (!allows(auth.value, ['write'], sessionResources(session))) {
    return forbidden;
  }
  const refuse = (status: number, error: string): Answer => json(status, { ok: false, error });
  const status = project.sessions.statusOf(session);
  if (status !== 'ACTIVE') {
    return refuse(
      400,
      status === 'CLOSED' ? 'Cannot append to a closed session' : 'Cannot append to an expired session',
    );
  }
  const io = call.param('io');
  if (io === 'out' && auth.value.isPublic === true) {
    return refuse(403, 'Appending to the out channel requires secret key authentication');
  }
  ensureRun(project, session);
  const partId = request.headers.get('x-part-id');
  const name = channelName(project, auth.value, key, io);
  const record = project.channels.append(name, data, partId === null ? {} : { partId });
  return json(200, { ok: true, seq: record?.seqNum });
}

async function init(call: Call): Promise<Answer> {
  const { project } = call;
  const auth = await authenticateEnvironment(project, call.request);
  if (!auth.ok) {
    return auth.answer;
  }
  const wrong = wrongChannel(call);
  if (wrong !== undefined) {
    return wrong;
  }
  const key = call.param('session');
  if (!allows(auth.value, ['write'], [{ type: 'sessions', id: key }])) {
    return forbidden;
  }
  const io = call.param('io');
  if (io === 'out' && auth.value.isPublic === true) {
    return plainText(403, 'Initializing the out channel requires secret key authentication');
  }
  const session = project.sessions.find(auth.value.env.name, key);
  if (session === undefined && isFriendlyId(key)) {
    return plainText(404, 'Session not found');
  }
  if (session !== undefined && session.closedAt !== null) {
    return plainText(400, 'Cannot initialize a channel on a closed session');
  }
  // The real answer names a stream store and a token for it, which the fake API does not have.
  return json(202, { version: 'v2' }, { 'x-s2-stream-name': `/sessions/${session?.externalId ?? key}/${io}` });
}

/** Channels of an external id may be read before the session exists. */
async function readChannel(call: Call, answer: (call: Call, name: string) => Answer): Promise<Answer> {
  const { project, request } = call;
  const auth = await authenticateEnvironment(project, request);
  if (!auth.ok) {
    return auth.answer;
  }
  const wrong = wrongChannel(call);
  if (wrong !== undefined) {
    return wrong;
  }
  const key = call.param('session');
  const session: FakeSession | undefined = project.sessions.find(auth.value.env.name, key);
  if (session === undefined && isFriendlyId(key)) {
    return sessionNotFound;
  }
  const resources = session === undefined ? [{ type: 'sessions', id: key }] : sessionResources(session);
  return allows(auth.value, ['read'], resources)
    ? answer(call, channelName(project, auth.value, key, call.param('io')))
    : forbidden;
}

function drain({ project, query }: Call, name: string): Answer {
  const after = query.get('afterEventId');
  if (after !== null && !/^\d+$/.test(after)) {
    return json(400, {
      error: 'Query Error',
      details: [{ validation: 'regex', code: 'invalid_string', message: 'Invalid', path: ['afterEventId'] }],
    });
  }
  const records = project.channels.after(name, after === null ? -1 : Number(after));
  return json(200, {
    records: records.map(({ timestamp: _, seqNum, data, id, headers }) => ({ data, id, seqNum, headers })),
  });
}

function subscribe({ project, request, param }: Call, name: string): Answer {
  if (request.method === 'HEAD') {
    return { status: 200, headers: { 'x-last-chunk-index': '0' }, body: '' };
  }
  const raw = request.headers.get('timeout-seconds');
  const seconds = raw === null ? WAIT_SECONDS : Number(raw);
  if (!Number.isInteger(seconds)) {
    return plainText(400, 'Invalid timeout seconds');
  }
  if (seconds < 1 || seconds > 600) {
    return plainText(400, `Timeout seconds must be ${seconds < 1 ? 'greater than 0' : 'less than 600'}`);
  }
  const last = Number.parseInt(request.headers.get('last-event-id') ?? '-1', 10);
  const settled =
    param('io') === 'out' &&
    request.headers.get('x-peek-settled') === '1' &&
    (project.channels.after(name, -1).at(-1)?.headers ?? []).some(([, value]) => value === 'turn-complete');
  return {
    status: 200,
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-stream-version': 'v2',
      'access-control-expose-headers': '*, x-trigger-jwt,x-trigger-jwt-claims',
      ...(settled ? { 'x-session-settled': 'true' } : {}),
    },
    body: '',
    stream: events(project, name, Number.isNaN(last) ? -1 : last, settled ? 0 : seconds * 1000, request.signal),
  };
}

/** Ends once nothing has come for as long as the subscriber waits; it then asks again from the last id on. */
function events(
  { channels }: FakeProject,
  name: string,
  after: number,
  waitMs: number,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const cancelled = new AbortController();
  const ending = AbortSignal.any([signal, cancelled.signal]);
  let last = after;
  return new ReadableStream({
    async pull(controller) {
      if (await channels.waitFor(name, last, waitMs, ending)) {
        const records = channels.after(name, last);
        last += records.length;
        controller.enqueue(encoder.encode(batchEvent(records)));
        return;
      }
      if (!ending.aborted) {
        controller.enqueue(encoder.encode('data: [DONE]\n\n'));
      }
      if (!cancelled.signal.aborted) {
        controller.close();
      }
    },
    cancel: () => cancelled.abort(),
  });
}

function batchEvent(records: readonly ChannelRecord[]): string {
  const newest = records.at(-1);
  const batch = {
    records: records.map(({ seqNum, timestamp, data, id, headers }) => ({
      seq_num: seqNum,
      timestamp,
      ...(headers === undefined ? { body: JSON.stringify({ data, id }) } : { headers, body: '' }),
    })),
    tail: { seq_num: (newest?.seqNum ?? -1) + 1, timestamp: newest?.timestamp },
  };
  return `event: batch\nid: ${newest?.seqNum},${records.length},0\ndata: ${JSON.stringify(batch)}\n\n`;
}
