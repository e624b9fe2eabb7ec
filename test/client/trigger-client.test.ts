import { inspect } from 'node:util';
import { afterAll, describe, expect, expectTypeOf, it, vi } from 'vitest';
import {
  type Api,
  auth,
  type ClientOptions,
  closeConnections,
  configure,
  type PagePromise,
  TriggerClient,
} from '../../src/client/index.js';
import { ConnectorError } from '../../src/errors/index.js';
import type { EnvironmentVariable, Run, RunDetail, TriggerHandle } from '../../src/models/index.js';
import { expectNoSecret, failureOf, personalToken, secretKey } from './connections.js';
import { withoutVariables } from './environment.js';
import { fakeApi, seen } from './fake.js';

withoutVariables();
afterAll(closeConnections);

const key = secretKey();
const personalAccessToken = personalToken();

describe('TriggerClient', () => {
  it('is alone: neither another instance nor the global options touch it', async () => {
    const [api, elsewhere] = [await fakeApi(), await fakeApi()];
    const { keys, ref } = api.project;
    const prod = new TriggerClient({ secretKey: keys['root:prod'], baseURL: api.url });
    const branch = new TriggerClient({
      accessToken: keys['root:preview'],
      baseURL: api.url,
      previewBranch: 'feature/one',
    });
    const pat = new TriggerClient({ personalAccessToken: keys['pat:alice'], baseURL: api.url, environment: 'staging' });
    configure({ secretKey: keys['root:dev'], baseURL: elsewhere.url, previewBranch: 'mine' });
    vi.stubEnv('TRIGGER_PREVIEW_BRANCH', 'late');
    await auth.withAuth({ accessToken: keys['root:stg'] }, async () => {
      await Promise.all([prod.runs.list(), branch.runs.list(), pat.runs.list(ref), prod.tasks.trigger('hello-task')]);
    });
    expect(seen(api).sort()).toEqual([
      `pat:alice GET /api/v1/projects/${ref}/runs`,
      'root:preview GET /api/v1/runs',
      'root:prod GET /api/v1/runs',
      'root:prod POST /api/v1/tasks/hello-task/trigger',
    ]);
    const branches = api.requests.map(({ headers }) => [headers['authorization'], headers['x-trigger-branch']]);
    expect(branches.filter(([, name]) => name !== undefined)).toEqual([['root:preview', 'feature/one']]);
    expect(elsewhere.requests).toEqual([]);
  });

  it('reads the environment when it is made', async () => {
    const api = await fakeApi();
    vi.stubEnv('TRIGGER_API_URL', api.url);
    vi.stubEnv('TRIGGER_SECRET_KEY', api.project.keys['root:stg']);
    const client = new TriggerClient();
    vi.stubEnv('TRIGGER_SECRET_KEY', api.project.keys['root:prod']);
    await client.runs.list();
    expect(seen(api)).toEqual(['root:stg GET /api/v1/runs']);
  });

  it('merges its request options under those of a call', async () => {
    const api = await fakeApi();
    const requestOptions = { retry: { maxAttempts: 1 }, timeoutMs: 20_000 };
    const client = new TriggerClient({ secretKey: api.project.keys['root:prod'], baseURL: api.url, requestOptions });
    api.fail({ status: 500, times: 3 });
    await failureOf(client.runs.list(), 'server_error');
    expect(api.requests).toHaveLength(1);
    await failureOf(client.runs.list({}, { signal: AbortSignal.abort() }), 'aborted');
    await failureOf(client.runs.list({}, { retry: { maxAttempts: 2 } }), 'server_error');
    expect(api.requests).toHaveLength(3);
  });

  it('never shows its key', () => {
    const client = new TriggerClient({ secretKey: key });
    expectNoSecret(client);
    expect(inspect(client, { depth: 10, showHidden: true })).not.toContain(key);
  });

  it('guards at run time what the types guard before', async () => {
    const api = await fakeApi();
    const token = api.project.keys['pat:alice'];
    const options = { baseURL: api.url, projectRef: api.project.ref, environment: 'prod' } as const;
    const client = new TriggerClient({ personalAccessToken: token, ...options });
    const api2 = client as unknown as Api;
    const refused = await failureOf(api2.tasks.trigger('hello-task', 1), 'endpoint_not_allowed', token);
    expect(refused).toMatchObject({ endpoint: 'tasks.trigger' });
    expect(refused.message).toMatch(/secret key.*Nothing was sent/);
    await failureOf(api2.runs.retrieve('run_1'), 'endpoint_not_allowed', token);
    const untyped = new TriggerClient({ accessToken: token, ...options });
    await failureOf(untyped.tasks.trigger('hello-task', 1), 'endpoint_not_allowed', token);
    expect(api.requests).toEqual([]);
  });
});

describe('types', () => {
  const refusal = (make: () => unknown) => expect(make).toThrow(ConnectorError);

  it('a client with a personal access token has what such a token may call', () => {
    const client = new TriggerClient({ personalAccessToken });
    expectTypeOf<keyof typeof client>().toEqualTypeOf<'runs' | 'envvars'>();
    expectTypeOf<keyof typeof client.runs>().toEqualTypeOf<'list'>();
    expectTypeOf<keyof typeof client.envvars>().toEqualTypeOf<'list'>();
    expectTypeOf(client.runs.list).returns.toEqualTypeOf<PagePromise<Run>>();
    // @ts-expect-error the token may not retrieve a run
    client.runs.retrieve;
    // @ts-expect-error nor trigger
    client.tasks;
  });

  it.each([{ secretKey: key }, { accessToken: key }])('a client with a key has everything', (options) => {
    const client = new TriggerClient(options as { secretKey: string });
    expectTypeOf<keyof typeof client>().toEqualTypeOf<keyof Api>();
    expectTypeOf<keyof typeof client.runs>().toEqualTypeOf<'list' | 'retrieve'>();
    expectTypeOf(client.tasks.trigger).returns.resolves.toEqualTypeOf<TriggerHandle>();
    expectTypeOf(client.runs.retrieve).returns.resolves.toEqualTypeOf<RunDetail>();
    expectTypeOf(client.runs.retrieve).parameter(0).toEqualTypeOf<string | { id: string }>();
    expectTypeOf(client.envvars.list).returns.resolves.toEqualTypeOf<EnvironmentVariable[]>();
    expect(Object.keys(client).sort()).toEqual(['envvars', 'runs', 'tasks']);
  });

  it('one without options has everything, an access token too', () => {
    vi.stubEnv('TRIGGER_SECRET_KEY', key);
    expectTypeOf(new TriggerClient()).toEqualTypeOf<TriggerClient<'root'>>();
    expectTypeOf(new TriggerClient({ previewBranch: undefined })).toEqualTypeOf<TriggerClient>();
    vi.stubEnv('TRIGGER_SECRET_KEY', undefined);
    expectTypeOf(new TriggerClient({ accessToken: key })).toEqualTypeOf<TriggerClient>();
  });

  it('two credentials do not compile', () => {
    // @ts-expect-error a secret key and a token
    refusal(() => new TriggerClient({ secretKey: key, personalAccessToken }));
    // @ts-expect-error a secret key twice
    refusal(() => new TriggerClient({ secretKey: key, accessToken: key }));
    // @ts-expect-error a token twice
    refusal(() => new TriggerClient({ personalAccessToken, accessToken: personalAccessToken }));
    // @ts-expect-error a token that may be missing is no token
    refusal(() => new TriggerClient({ personalAccessToken: undefined }));
  });

  it('options that do not exist, or of another type, do not compile', () => {
    // @ts-expect-error it is baseURL
    refusal(() => new TriggerClient({ secretKey: key, baseUrl: 'https://trigger.example.com' }));
    // @ts-expect-error an unknown option
    refusal(() => new TriggerClient({ secretKey: key, colour: 'red' }));
    // @ts-expect-error it is staging
    new TriggerClient({ personalAccessToken, environment: 'stg' });
    // @ts-expect-error a number is no key
    refusal(() => new TriggerClient({ secretKey: 7 }));
    // @ts-expect-error no such request option
    new TriggerClient({ secretKey: key, requestOptions: { retries: 3 } });
    expectTypeOf<{ secretKey: string; colour: string }>().not.toEqualTypeOf<ClientOptions>();
  });

  it('a call takes what the documentation passes, and nothing else', () => {
    const { runs, tasks, envvars } = new TriggerClient({ secretKey: key });
    expectTypeOf(runs.list).toBeCallableWith('proj_a', { limit: 1, from: new Date() }, { timeoutMs: 1 });
    const never = () => {
      // @ts-expect-error a status that does not exist
      runs.list({ status: ['DONE'] });
      // @ts-expect-error an unknown filter
      runs.list({ colour: 'red' });
      // @ts-expect-error an unknown option
      tasks.trigger('a', 1, { colour: 'red' });
      // @ts-expect-error a project without its environment
      envvars.list('proj_a');
      // @ts-expect-error no run
      runs.retrieve();
    };
    expect(never).toBeTypeOf('function');
  });
});
