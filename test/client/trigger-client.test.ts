import { inspect } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Api, auth, closeConnections, configure, TriggerClient } from '../../src/client/index.js';
import { expectNoSecret, failureOf, secretKey } from './connections.js';
import { withoutVariables } from './environment.js';
import { fakeApi, seen } from './fake.js';

withoutVariables();
afterAll(closeConnections);

const key = secretKey();

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
