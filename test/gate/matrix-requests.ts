import type { EndpointName } from '../../src/api/index.js';
import type { HttpRequest } from '../../src/gate/index.js';
import { ref } from './connections.js';

interface More {
  readonly query?: Readonly<Record<string, string>>;
  /** Besides `accept` and `x-trigger-api-version`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON unless the headers say otherwise. */
  readonly body?: string;
}

type Row = readonly [line: string, more?: More];

const project = `/api/v1/projects/${ref}`;
const everything = { 'filter[createdAt][from]': '1' };
const nothing = { body: '{}' };
const electric = { 'x-trigger-electric-version': '1.0.0-beta.1' };

/** What leaves the gate for the inputs of `connections.ts`, to the letter. */
const rows: Readonly<Record<EndpointName, Row>> = {
  'tasks.trigger': ['POST /api/v1/tasks/send-invoice/trigger', { body: '{"payload":{"amount":5}}' }],
  'tasks.batchTrigger': ['POST /api/v3/batches', { body: '{"runCount":2,"taskIdentifiers":["send-invoice"]}' }],
  'batch.trigger': ['POST /api/v3/batches', { body: '{"runCount":3,"taskIdentifiers":["a","b"]}' }],
  'batch.addItems': [
    'POST /api/v3/batches/batch_abc/items',
    {
      headers: { 'content-type': 'application/x-ndjson' },
      body: '{"index":0,"task":"a"}\n{"index":1,"task":"b"}\n',
    },
  ],
  'batch.retrieve': ['GET /api/v2/batches/batch_abc'],
  'runs.list': ['GET /api/v1/runs', { query: everything }],
  'runs.retrieve': ['GET /api/v3/runs/run_abc'],
  'runs.cancel': ['POST /api/v2/runs/run_abc/cancel', nothing],
  'runs.replay': ['POST /api/v1/runs/run_abc/replay', nothing],
  'runs.reschedule': ['POST /api/v1/runs/run_abc/reschedule', { body: '{"delay":"1h"}' }],
  'runs.subscribeToRun': ['GET /realtime/v1/runs/run_abc', { query: { offset: '-1' }, headers: electric }],
  'runs.subscribeToRunsWithTag': [
    'GET /realtime/v1/runs',
    { query: { tags: 'user:1,x', createdAt: '1h' }, headers: electric },
  ],
  'runs.subscribeToBatch': [
    'GET /realtime/v1/batches/batch_abc',
    { query: { skipColumns: 'payload,output' }, headers: electric },
  ],
  'envvars.list': [`GET ${project}/envvars/prod`],
  'envvars.retrieve': [`GET ${project}/envvars/prod/A`],
  // The server overwrites without being asked, so `override` never travels.
  'envvars.create': [`POST ${project}/envvars/prod`, { body: '{"name":"A","value":"x","isSecret":true}' }],
  'envvars.upload': [
    `POST ${project}/envvars/prod/import`,
    { body: '{"variables":{"A":"x","B":"y"},"override":false}' },
  ],
  'envvars.update': [`PUT ${project}/envvars/prod/A`, { body: '{"value":"x"}' }],
  'envvars.del': [`DELETE ${project}/envvars/prod/A`],
  'schedules.list': ['GET /api/v1/schedules', { query: { page: '2', perPage: '50' } }],
  'schedules.create': [
    'POST /api/v1/schedules',
    { body: '{"task":"report","cron":"0 9 * * 1-5","timezone":"Europe/Rome","deduplicationKey":"daily"}' },
  ],
  'schedules.retrieve': ['GET /api/v1/schedules/sched_abc'],
  'schedules.update': [
    'PUT /api/v1/schedules/sched_abc',
    { body: '{"task":"report","cron":"0 9 * * *","externalId":"user-42"}' },
  ],
  'schedules.activate': ['POST /api/v1/schedules/sched_abc/activate', nothing],
  'schedules.deactivate': ['POST /api/v1/schedules/sched_abc/deactivate', nothing],
  'schedules.del': ['DELETE /api/v1/schedules/sched_abc'],
  'schedules.timezones': ['GET /api/v1/timezones', { query: { excludeUtc: 'true' } }],
  'sessions.start': [
    'POST /api/v1/sessions',
    { body: '{"type":"chat.agent","taskIdentifier":"chat","triggerConfig":{"basePayload":{}}}' },
  ],
  'sessions.list': ['GET /api/v1/sessions', { query: { ...everything, 'filter[status]': 'ACTIVE' } }],
  'sessions.retrieve': ['GET /api/v1/sessions/chat-42'],
  'sessions.update': ['PATCH /api/v1/sessions/chat-42', { body: '{"tags":["a"],"metadata":null}' }],
  'sessions.close': ['POST /api/v1/sessions/chat-42/close', { body: '{"reason":"done"}' }],
  'sessions.append': [
    'POST /realtime/v1/sessions/chat-42/in/append',
    { headers: { 'content-type': 'text/plain', 'x-part-id': 'message-7' }, body: '{"text":"hello"}' },
  ],
  'sessions.records': ['GET /realtime/v1/sessions/chat-42/out/records', { query: { afterEventId: '41' } }],
  'sessions.subscribe': [
    'GET /realtime/v1/sessions/chat-42/out',
    { headers: { accept: 'text/event-stream', 'last-event-id': '0,1,0', 'timeout-seconds': '60' } },
  ],
  'projects.list': ['GET /api/v1/projects'],
  'projects.environments': [`GET ${project}/environments`],
  'branches.list': [`GET ${project}/branches`],
  'tokens.claims': ['POST /api/v1/auth/jwt/claims', nothing],
  'tokens.create': ['POST /api/v1/auth/public-tokens', { body: '{"scopes":["read:runs:run_abc"],"oneTimeUse":true}' }],
  whoami: ['GET /api/v1/whoami'],
};

/** The one endpoint with another path for another kind. */
const others: Readonly<Record<string, Row>> = {
  'runs.list pat': [`GET ${project}/runs`, { query: { ...everything, 'filter[env]': 'prod' } }],
};

export function requestOf(name: EndpointName, kind: string): HttpRequest {
  const [line, { body, headers, query = {} } = {}] = others[`${name} ${kind}`] ?? rows[name];
  const [method = '', path = ''] = line.split(' ');
  return {
    method,
    path,
    query,
    headers: {
      accept: 'application/json',
      'x-trigger-api-version': '2025-07-16',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  };
}
