import { describe, expect, it } from 'vitest';
import { type EndpointName, type EndpointOutput, type EndpointsOf, endpoints } from '../../src/api/index.js';
import type { KindsOf } from '../../src/api/registry.js';
import type { Connection } from '../../src/connection/index.js';
import type { Ask } from '../../src/gate/index.js';
import { buildRequest, parseResponse } from '../../src/gate/index.js';

// The compiler is the test: each line below fails `npm run types` when the refusal it expects is gone.

type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

type Triggering = 'tasks.trigger' | 'tasks.batchTrigger' | 'batch.trigger' | 'batch.addItems';
type Envvars = `envvars.${'list' | 'retrieve' | 'create' | 'upload' | 'update' | 'del'}`;
type TokenOnly = 'projects.list' | 'projects.environments' | 'branches.list';
type Public =
  | `runs.${'list' | 'retrieve' | 'cancel' | 'subscribeToRun' | 'subscribeToRunsWithTag' | 'subscribeToBatch'}`
  | 'batch.retrieve'
  | `sessions.${'start' | 'list' | 'retrieve' | 'append' | 'records' | 'subscribe'}`;

/** Never called: only compiled. */
async function compiled(connection: Connection, ask: Ask): Promise<void> {
  const root: Equal<EndpointsOf<'root'>, Exclude<EndpointName, TokenOnly>> = true;
  const additional: Equal<EndpointsOf<'additional'>, Exclude<EndpointsOf<'root'>, 'tokens.claims'>> = true;
  const unknownKind: Equal<EndpointsOf<'unknown'>, EndpointsOf<'additional'>> = true;
  const pat: Equal<EndpointsOf<'pat'>, 'runs.list' | 'schedules.timezones' | Envvars | TokenOnly> = true;
  const trigger: Equal<EndpointsOf<'triggerToken'>, Triggering> = true;
  const publicToken: Equal<EndpointsOf<'publicAccessToken'>, Public> = true;
  const refused: Equal<EndpointsOf<'publicKey' | 'organizationToken' | 'userActorToken'>, never> = true;
  const kinds: Equal<KindsOf<'projects.environments'>, 'pat'> = true;
  const both: Equal<KindsOf<'runs.list'>, 'root' | 'additional' | 'unknown' | 'publicAccessToken' | 'pat'> = true;
  void [root, additional, unknownKind, pat, trigger, publicToken, refused, kinds, both];

  // @ts-expect-error a personal access token retrieves no run
  const retrieve: EndpointsOf<'pat'> = 'runs.retrieve';
  // @ts-expect-error nor does it trigger
  const patTrigger: EndpointsOf<'pat'> = 'tasks.trigger';
  // @ts-expect-error nor does it see schedules
  const patSchedules: EndpointsOf<'pat'> = 'schedules.list';
  // @ts-expect-error a secret key lists no environments
  const environments: EndpointsOf<'root'> = 'projects.environments';
  // @ts-expect-error a trigger token reads nothing
  const triggerReads: EndpointsOf<'triggerToken'> = 'runs.retrieve';
  // @ts-expect-error a public access token triggers nothing
  const publicTriggers: EndpointsOf<'publicAccessToken'> = 'tasks.trigger';
  // @ts-expect-error nor does it close sessions
  const publicCloses: EndpointsOf<'publicAccessToken'> = 'sessions.close';
  // @ts-expect-error nor does it replay
  const publicReplays: EndpointsOf<'publicAccessToken'> = 'runs.replay';
  void [retrieve, patTrigger, patSchedules, environments, triggerReads, publicTriggers, publicCloses, publicReplays];

  // @ts-expect-error there is no such endpoint
  buildRequest(connection, 'runs.nope', {});
  // @ts-expect-error a run id is required
  buildRequest(connection, endpoints['runs.retrieve'], {});
  // @ts-expect-error a page size is a number
  buildRequest(connection, endpoints['runs.list'], { limit: '10' });
  // @ts-expect-error there is no such status
  buildRequest(connection, endpoints['runs.list'], { status: 'completed' });
  // @ts-expect-error there is no such field
  buildRequest(connection, endpoints['envvars.list'], { name: 'A' });
  // @ts-expect-error there is no such machine
  buildRequest(connection, endpoints['tasks.trigger'], { taskId: 'a', options: { machine: 'mega' } });
  // @ts-expect-error an endpoint without input takes none
  buildRequest(connection, endpoints['projects.list'], { projectRef: 'proj_x' });
  // @ts-expect-error the deduplication key is what makes a create safe to repeat
  buildRequest(connection, endpoints['schedules.create'], { task: 'a', cron: '* * * * *' });
  // @ts-expect-error whether a variable is secret cannot be changed
  buildRequest(connection, endpoints['envvars.update'], { name: 'A', value: 'x', isSecret: true });
  // @ts-expect-error each item of a batch of several tasks names its own
  buildRequest(connection, endpoints['batch.trigger'], { items: [{ payload: 1 }] });
  // @ts-expect-error a batch of one task names it once
  buildRequest(connection, endpoints['tasks.batchTrigger'], { taskId: 'a', items: [{ taskId: 'a' }] });
  // @ts-expect-error there are two channels
  buildRequest(connection, endpoints['sessions.append'], { session: 'a', channel: 'inout', data: '' });
  // @ts-expect-error a record is text
  buildRequest(connection, endpoints['sessions.append'], { session: 'a', channel: 'in', data: { a: 1 } });
  // @ts-expect-error the id of a run is always sent
  buildRequest(connection, endpoints['runs.subscribeToRun'], { runId: 'run_a', skipColumns: ['id'] });

  const page: EndpointOutput<'runs.list'> = parseResponse(endpoints['runs.list'], {
    status: 200,
    headers: {},
    body: {},
  });
  // @ts-expect-error a list is no single run
  page.status;
  const schedules: EndpointOutput<'schedules.list'> = await ask(endpoints['schedules.list'], {});
  const count: number = schedules.pagination.count;
  // @ts-expect-error numbered pages have no cursor
  schedules.pagination.next;
  const batch = await ask(endpoints['batch.trigger'], { items: [{ taskId: 'a' }] });
  // @ts-expect-error which runs a batch has is known only later
  batch.runs;
  // @ts-expect-error what passes through unknown has no type
  (await ask(endpoints.whoami, {})).apiKey;
  // @ts-expect-error a connection is immutable
  connection.baseUrl = 'https://evil.example';
  void count;
}

describe('the types', () => {
  it('are checked by the compiler', () => {
    expect(compiled).toBeTypeOf('function');
  });
});
