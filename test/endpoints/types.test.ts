import { describe, expect, it } from 'vitest';
import type { Connection } from '../../src/connection/index.js';
import {
  buildRequest,
  type EndpointName,
  type EndpointOutput,
  type EndpointsOf,
  parseResponse,
} from '../../src/endpoints/index.js';
import type { KindsOf } from '../../src/endpoints/rows.js';

// The compiler is the test: each line below fails `npm run types` when the refusal it expects is gone.

type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** Never called: only compiled. */
function compiled(connection: Connection): void {
  const environmentKey: Equal<
    EndpointsOf<'root'>,
    'tasks.trigger' | 'runs.list' | 'runs.retrieve' | 'envvars.list'
  > = true;
  const additional: Equal<EndpointsOf<'additional'>, EndpointsOf<'root'>> = true;
  const unknownKind: Equal<EndpointsOf<'unknown'>, EndpointsOf<'root'>> = true;
  const pat: Equal<EndpointsOf<'pat'>, 'runs.list' | 'envvars.list' | 'projects.environments'> = true;
  const tokens: Equal<EndpointsOf<'publicAccessToken' | 'triggerToken' | 'publicKey'>, never> = true;
  const all: Equal<EndpointsOf<'root'> | EndpointsOf<'pat'>, EndpointName> = true;
  const kinds: Equal<KindsOf<'projects.environments'>, 'pat'> = true;

  // @ts-expect-error a personal access token retrieves no run
  const retrieve: EndpointsOf<'pat'> = 'runs.retrieve';
  // @ts-expect-error nor does it trigger
  const trigger: EndpointsOf<'pat'> = 'tasks.trigger';
  // @ts-expect-error a secret key lists no environments
  const environments: EndpointsOf<'root'> = 'projects.environments';

  // @ts-expect-error there is no such endpoint
  buildRequest(connection, 'runs.nope', {});
  // @ts-expect-error a run id is required
  buildRequest(connection, 'runs.retrieve', {});
  // @ts-expect-error a page size is a number
  buildRequest(connection, 'runs.list', { limit: '10' });
  // @ts-expect-error there is no such status
  buildRequest(connection, 'runs.list', { status: 'completed' });
  // @ts-expect-error there is no such field
  buildRequest(connection, 'envvars.list', { name: 'A' });
  // @ts-expect-error there is no such machine
  buildRequest(connection, 'tasks.trigger', { taskId: 'a', options: { machine: 'mega' } });
  // @ts-expect-error an endpoint without input takes none
  buildRequest(connection, 'projects.environments', { projectRef: 'proj_x' });

  const page: EndpointOutput<'runs.list'> = parseResponse('runs.list', { status: 200, headers: {}, body: {} });
  // @ts-expect-error a list is no single run
  page.status;
  // @ts-expect-error a connection is immutable
  connection.baseUrl = 'https://evil.example';

  void [environmentKey, additional, unknownKind, pat, tokens, all, kinds, retrieve, trigger, environments];
}

describe('the types', () => {
  it('are checked by the compiler', () => {
    expect(compiled).toBeTypeOf('function');
  });
});
