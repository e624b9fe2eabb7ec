import { type EndpointInput, type EndpointName, endpoints } from '../../src/api/index.js';
import { type Connection, connectionFromValues, type KeyKind } from '../../src/connection/index.js';
import { Secret } from '../../src/errors/index.js';
import type { RequestContext } from '../../src/gate/build-request.js';
import { buildRequest } from '../../src/gate/index.js';
import { keys } from '../connection/cases.js';

export const ref = 'proj_abcdefghij';

/** A connection with nothing but its key, unless more is given. */
export const connect = (apiKey: string, more: Readonly<Record<string, string>> = {}): Connection =>
  connectionFromValues({ apiKey, ...more }, { allowUnknownKey: true });

/** One of every kind, each with all that an endpoint may need: what is refused is refused for its kind alone. */
export const connections = {
  root: connect(keys.prod, { projectRef: ref }),
  additional: connect(keys.additional, { projectRef: ref }),
  pat: connect(keys.pat, { projectRef: ref, environment: 'prod' }),
  publicAccessToken: ofKind('publicAccessToken', keys.jwt),
  triggerToken: ofKind('triggerToken', keys.jwt),
  organizationToken: ofKind('organizationToken', keys.organization),
  userActorToken: ofKind('userActorToken', keys.userActor),
  publicKey: ofKind('publicKey', keys.publicKey),
  unknown: connect(keys.newFamily, { projectRef: ref, environment: 'prod' }),
} as const satisfies Readonly<Record<KeyKind, Connection>>;

export const allKinds = Object.keys(connections) as KeyKind[];

/** Kinds that no form accepts: the client makes such connections by hand. */
export function ofKind(kind: KeyKind, key: string): Connection {
  return { ...connect(keys.prod, { projectRef: ref, environment: 'prod' }), kind, key: new Secret(key) };
}

/** An input that each endpoint takes. */
export const inputs: { readonly [Name in EndpointName]: EndpointInput<Name> } = {
  'tasks.trigger': { taskId: 'send-invoice', payload: { amount: 5 } },
  'tasks.batchTrigger': { taskId: 'send-invoice', items: [{ payload: 1 }, { payload: 2 }] },
  'batch.trigger': { items: [{ taskId: 'a' }, { taskId: 'b', payload: 2 }, { taskId: 'a' }] },
  'batch.addItems': { batchId: 'batch_abc', lines: ['{"index":0,"task":"a"}', '{"index":1,"task":"b"}'] },
  'batch.retrieve': { batchId: 'batch_abc' },
  'runs.list': {},
  'runs.retrieve': { runId: 'run_abc' },
  'runs.cancel': { runId: 'run_abc' },
  'runs.replay': { runId: 'run_abc' },
  'runs.reschedule': { runId: 'run_abc', delay: '1h' },
  'runs.subscribeToRun': { runId: 'run_abc', shape: { offset: '-1' } },
  'runs.subscribeToRunsWithTag': { tags: ['user:1', 'x'], createdAt: '1h' },
  'runs.subscribeToBatch': { batchId: 'batch_abc', skipColumns: ['payload', 'output'] },
  'envvars.list': {},
  'envvars.retrieve': { name: 'A' },
  'envvars.create': { name: 'A', value: 'x', isSecret: true, override: true },
  'envvars.upload': { variables: { A: 'x', B: 'y' } },
  'envvars.update': { name: 'A', value: 'x' },
  'envvars.del': { name: 'A' },
  'schedules.list': { page: 2, perPage: 50 },
  'schedules.create': { task: 'report', cron: '0 9 * * 1-5', deduplicationKey: 'daily', timezone: 'Europe/Rome' },
  'schedules.retrieve': { scheduleId: 'sched_abc' },
  'schedules.update': { scheduleId: 'sched_abc', task: 'report', cron: '0 9 * * *', externalId: 'user-42' },
  'schedules.activate': { scheduleId: 'sched_abc' },
  'schedules.deactivate': { scheduleId: 'sched_abc' },
  'schedules.del': { scheduleId: 'sched_abc' },
  'schedules.timezones': { excludeUtc: true },
  'sessions.start': { type: 'chat.agent', taskIdentifier: 'chat', triggerConfig: { basePayload: {} } },
  'sessions.list': { status: 'ACTIVE' },
  'sessions.retrieve': { session: 'chat-42' },
  'sessions.update': { session: 'chat-42', tags: ['a'], metadata: null },
  'sessions.close': { session: 'chat-42', reason: 'done' },
  'sessions.append': { session: 'chat-42', channel: 'in', data: '{"text":"hello"}', partId: 'message-7' },
  'sessions.records': { session: 'chat-42', channel: 'out', afterEventId: 41 },
  'sessions.subscribe': { session: 'chat-42', channel: 'out', lastEventId: '0,1,0', timeoutInSeconds: 60 },
  'projects.list': {},
  'projects.environments': {},
  'branches.list': {},
  'tokens.claims': {},
  'tokens.create': { scopes: ['read:runs:run_abc'], oneTimeUse: true },
  whoami: {},
};

/** The gate for input of any type, as JavaScript callers use it. */
export const build = (connection: Connection, name: EndpointName, input: unknown, context?: RequestContext) =>
  buildRequest(connection, endpoints[name], input as never, context);

/** What a function throws, or nothing where it throws nothing. */
export function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
