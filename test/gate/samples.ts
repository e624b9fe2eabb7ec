import type { EndpointName } from '../../src/api/index.js';
import { keys } from '../connection/cases.js';

export const times = { createdAt: '2026-01-31T09:30:00.000Z', updatedAt: '2026-01-31T09:31:00.000Z' };

export const run = {
  id: 'run_a',
  taskIdentifier: 'hello',
  status: 'COMPLETED',
  ...times,
  isTest: false,
  tags: ['a'],
  costInCents: 0.1,
  baseCostInCents: 0,
  durationMs: 12,
};

export const listedRun = { ...run, env: { id: 'e', name: 'prod' } };

export const schedule = {
  id: 'sched_a',
  type: 'IMPERATIVE',
  task: 'report',
  active: true,
  generator: { type: 'CRON', expression: '0 9 * * *' },
  timezone: 'UTC',
  environments: [{ id: 'e', type: 'PRODUCTION' }],
};

export const session = { id: 'session_a', type: 'chat.agent', taskIdentifier: 'chat', tags: [], ...times };

const handle = { id: 'batch_a', runCount: 2, isCached: false };
const success = { success: true };

/** The least that each endpoint must answer with: every field here is needed. */
export const samples: Readonly<Record<EndpointName, unknown>> = {
  'tasks.trigger': { id: 'run_a', isCached: false },
  'tasks.batchTrigger': handle,
  'batch.trigger': handle,
  'batch.addItems': { id: 'batch_a', itemsAccepted: 1, itemsDeduplicated: 1, sealed: true },
  'batch.retrieve': { id: 'batch_a', status: 'PENDING', ...times, runCount: 1, runs: ['run_a'] },
  'runs.list': { data: [listedRun], pagination: {} },
  'runs.retrieve': run,
  'runs.cancel': { id: 'run_a' },
  'runs.replay': { id: 'run_a' },
  'runs.reschedule': run,
  'runs.subscribeToRun': [],
  'runs.subscribeToRunsWithTag': [],
  'runs.subscribeToBatch': [],
  'envvars.list': [{ name: 'A', value: '', isSecret: false }],
  'envvars.retrieve': { name: 'A', value: 'x', isSecret: false },
  'envvars.create': success,
  'envvars.upload': success,
  'envvars.update': success,
  'envvars.del': success,
  'schedules.list': { data: [schedule], pagination: { currentPage: 1, totalPages: 1, count: 1 } },
  'schedules.create': schedule,
  'schedules.retrieve': schedule,
  'schedules.update': schedule,
  'schedules.activate': schedule,
  'schedules.deactivate': schedule,
  'schedules.del': { id: 'sched_a' },
  'schedules.timezones': { timezones: ['UTC', 'Europe/Rome'] },
  'sessions.start': { ...session, runId: 'run_a', publicAccessToken: 'opaque', isCached: false },
  'sessions.list': { data: [session], pagination: {} },
  'sessions.retrieve': session,
  'sessions.update': session,
  'sessions.close': session,
  'sessions.append': { ok: true },
  'sessions.records': { records: [{ data: '{"a":1}', id: 'part-1', seqNum: 0 }] },
  'sessions.subscribe': 'event: batch\nid: 0,1,0\ndata: {}\n\n',
  'projects.list': [{ id: 'p', externalRef: 'proj_a', name: 'A', slug: 'a', createdAt: times.createdAt }],
  'projects.environments': [{ id: 'e', slug: 'prod', type: 'PRODUCTION' }],
  'branches.list': { branches: [{ id: 'b', name: 'feature/login', ...times }] },
  'tokens.claims': { sub: 'env_a', pub: true },
  'tokens.create': { token: keys.jwt },
  whoami: { project: { externalRef: 'proj_a' } },
};

/** Of these answers only what is asked for is kept: they hold a key, or are signed. */
export const cutDown: ReadonlySet<EndpointName> = new Set(['whoami', 'tokens.claims', 'tokens.create']);

/** Endpoints whose answer somebody else reads: the client of the shape protocol, and the reader of event streams. */
export const readElsewhere: ReadonlySet<EndpointName> = new Set([
  'runs.subscribeToRun',
  'runs.subscribeToRunsWithTag',
  'runs.subscribeToBatch',
  'sessions.subscribe',
]);
