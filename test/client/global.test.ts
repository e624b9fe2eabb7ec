import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  auth,
  type ClientOptions,
  closeConnections,
  configure,
  envvars,
  runs,
  sessions,
  tasks,
} from '../../src/client/index.js';
import { type FakeApi, type KeyName, unknownKeys } from '../fake-api/index.js';
import { failureOf, personalToken, secretKey } from './connections.js';
import { withoutVariables } from './environment.js';
import { all, fakeApi, ids, seen } from './fake.js';

withoutVariables();
beforeEach(() => configure({}));
afterAll(closeConnections);

const labels = (api: FakeApi) => api.requests.map(({ headers }) => headers['authorization']);

describe('configure', () => {
  it('sets the key of the global calls, a token as secret key too, as documented', async () => {
    const api = await fakeApi();
    const { keys, ref } = api.project;
    configure({ secretKey: keys['root:prod'], baseURL: api.url });
    expect(ids((await runs.list({ limit: 10, status: ['COMPLETED'] })).data)).toHaveLength(10);
    const { id } = await tasks.trigger('hello-task', { a: 1 });
    expect((await runs.retrieve(id)).payload).toEqual({ a: 1 });

    configure({ secretKey: keys['pat:alice'], baseURL: api.url, environment: 'prod' });
    await runs.list(ref, { limit: 10, status: ['COMPLETED'], projectRef: 'tr_proj_1234567890' });
    await envvars.list(ref, 'dev');
    expect(seen(api)).toEqual([
      'root:prod GET /api/v1/runs',
      'root:prod POST /api/v1/tasks/hello-task/trigger',
      `root:prod GET /api/v3/runs/${id}`,
      `pat:alice GET /api/v1/projects/${ref}/runs`,
      `pat:alice GET /api/v1/projects/${ref}/envvars/dev`,
    ]);
  });

  it('replaces everything that was set before', async () => {
    const api = await fakeApi();
    configure({ secretKey: api.project.keys['root:prod'], baseURL: api.url });
    configure({ baseURL: api.url });
    await failureOf(runs.list(), 'key_required');
    expect(api.requests).toEqual([]);
  });

  it('keeps what it was given, whatever becomes of the object', async () => {
    const api = await fakeApi();
    const options: ClientOptions = { secretKey: api.project.keys['root:prod'], baseURL: api.url };
    configure(options);
    options.secretKey = api.project.keys['root:stg'];
    await runs.list();
    expect(labels(api)).toEqual(['root:prod']);
  });

  it('gives every call its request options, which a call’s own win over', async () => {
    const api = await fakeApi();
    const requestOptions = { signal: AbortSignal.abort() };
    configure({ secretKey: api.project.keys['root:prod'], baseURL: api.url, requestOptions });
    await failureOf(runs.list(), 'aborted');
    await runs.list({}, { signal: new AbortController().signal });
    expect(api.requests).toHaveLength(1);
  });

  it('is not needed where the environment has a key, also one that changes', async () => {
    const api = await fakeApi();
    vi.stubEnv('TRIGGER_API_URL', api.url);
    vi.stubEnv('TRIGGER_SECRET_KEY', api.project.keys['root:prod']);
    await runs.list();
    vi.stubEnv('TRIGGER_SECRET_KEY', api.project.keys['root:stg']);
    await runs.list();
    expect(labels(api)).toEqual(['root:prod', 'root:stg']);
  });
});

describe('wrong options', () => {
  it.each<[string, ClientOptions, string]>([
    ['no key', {}, 'key_required'],
    ['two keys', { secretKey: secretKey(), accessToken: secretKey('Othr') }, 'key_invalid'],
    ['a key as personal access token', { personalAccessToken: secretKey() }, 'key_kind_refused'],
    ['a branch with prod', { secretKey: secretKey(), previewBranch: 'a' }, 'branch_not_allowed'],
    ['a bad base URL', { secretKey: secretKey(), baseURL: 'ftp://example.com' }, 'base_url_invalid'],
    ['a metadata address', { secretKey: secretKey(), baseURL: 'http://169.254.169.254' }, 'egress_blocked'],
  ])('%s: the call rejects, does not throw, and sends nothing', async (_, options, code) => {
    const api = await fakeApi();
    const given = { baseURL: api.url, ...options };
    const calls: (() => Promise<unknown>)[] = [
      () => runs.list(),
      () => runs.retrieve('run_1'),
      () => tasks.trigger('a'),
      () => envvars.list(),
      () => all(runs.list()),
    ];
    for (const call of calls) {
      configure(given);
      let first: Promise<unknown> | undefined;
      expect(() => {
        first = call();
      }).not.toThrow();
      await failureOf(first ?? Promise.resolve(), code as 'key_required');
      configure({});
      await failureOf(auth.withAuth(given, call), code as 'key_required');
    }
    expect(api.requests).toEqual([]);
  });

  it('the guard holds for a token that may not trigger', async () => {
    const api = await fakeApi();
    configure({ accessToken: api.project.keys['pat:alice'], baseURL: api.url, projectRef: api.project.ref });
    await failureOf(tasks.trigger('hello-task'), 'endpoint_not_allowed');
    await failureOf(runs.retrieve('run_1'), 'endpoint_not_allowed');
    expect(api.requests).toEqual([]);
  });
});

describe('auth.withAuth', () => {
  const spellings = ['accessToken', 'secretKey', 'personalAccessToken'] as const;
  const pairs = spellings.flatMap((outer) => spellings.map((inner) => [outer, inner] as const));

  it.each(pairs)('inside %s, an inner %s wins, then the outer is back', async (outer, inner) => {
    const api = await fakeApi();
    const keys = api.project.keys;
    const name = (spelling: string, secret: KeyName, pat: KeyName) => (spelling.startsWith('personal') ? pat : secret);
    const outside = name(outer, 'root:prod', 'pat:alice');
    const inside = name(inner, 'root:prod', 'pat:carol');
    const list = () => runs.list(api.project.ref, { environment: 'prod', limit: 1 });
    configure({ accessToken: keys['additional:readRuns'], baseURL: api.url });
    await auth.withAuth({ [outer]: keys[outside] }, async () => {
      await auth.withAuth({ [inner]: keys[inside] }, list);
      await list();
    });
    await list();
    const lists = seen(api).filter((line) => line.endsWith('/runs'));
    expect(lists.map((line) => line.split(' ')[0])).toEqual([inside, outside, 'additional:readRuns']);
  });

  it('composes field by field over three levels', async () => {
    const api = await fakeApi();
    const { keys } = api.project;
    await auth.withAuth({ baseURL: api.url }, () =>
      auth.withAuth({ accessToken: keys['root:preview'], previewBranch: 'not/this' }, () =>
        auth.withAuth({ previewBranch: 'feature/one', accessToken: undefined }, () => runs.list()),
      ),
    );
    expect(api.requests[0]?.headers).toMatchObject({
      authorization: 'root:preview',
      'x-trigger-branch': 'feature/one',
    });
  });

  it('ends with its function, also when that fails, and returns what it gives', async () => {
    const api = await fakeApi();
    configure({ secretKey: api.project.keys['root:prod'], baseURL: api.url });
    const inner = { secretKey: api.project.keys['root:stg'] };
    expect(await auth.withAuth(inner, async () => 7)).toBe(7);
    await expect(auth.withAuth(inner, () => Promise.reject(new RangeError('mine')))).rejects.toThrow('mine');
    await runs.list();
    expect(labels(api)).toEqual(['root:prod']);
  });

  it('keeps a hundred overlapping calls apart, key by key and branch by branch', async () => {
    const api = await fakeApi();
    const { keys } = api.project;
    const known: KeyName[] = ['root:prod', 'root:stg', 'root:dev', 'root:preview', 'additional:full', 'pat:alice'];
    configure({ secretKey: unknownKeys['unknown:prod'], baseURL: api.url });
    const one = async (index: number) => {
      const label = known[index % known.length] ?? 'root:prod';
      const branch = ['root:dev', 'root:preview'].includes(label) ? `branch/${index}` : undefined;
      const projectRef = label === 'pat:alice' ? `proj_${index}` : undefined;
      const options = { accessToken: keys[label], previewBranch: branch, projectRef };
      await auth.withAuth(options, async () => {
        for (let round = 0; round < 3; round += 1) {
          await turn();
          const environment = label === 'pat:alice' ? 'prod' : undefined;
          // Branches and projects that are not there are refused by the server; what came is what counts.
          await runs.list({ tag: `call-${index}`, environment }).catch(() => undefined);
        }
      });
      return Array(3).fill([label, branch, label === 'pat:alice' ? `/projects/proj_${index}/` : '/v1/']);
    };
    const expected = await Promise.all(Array.from({ length: 100 }, (_, index) => one(index)));
    expect(api.requests).toHaveLength(300);
    for (const [index, rows] of expected.entries()) {
      const mine = api.requests.filter(
        ({ path }) => new URLSearchParams(path.split('?')[1]).get('filter[tag]') === `call-${index}`,
      );
      expect(mine.map(({ headers }) => [headers['authorization'], headers['x-trigger-branch']])).toEqual(
        rows.map(([label, branch]) => [label, branch]),
      );
      expect(mine.every(({ path }) => path.includes(rows[0][2]))).toBe(true);
    }
  });

  it('gives all pages of a list the connection of its first call', async () => {
    const api = await fakeApi();
    const { keys } = api.project;
    configure({ secretKey: keys['root:prod'], baseURL: api.url });
    const list = await auth.withAuth({ secretKey: keys['root:stg'] }, async () => ({
      pages: runs.list({ limit: 10 }),
    }));
    configure({ secretKey: personalToken(), baseURL: 'https://example.com' });
    const found = await auth.withAuth({ secretKey: keys['root:dev'] }, () => all(list.pages));
    expect(ids(found)).toEqual(ids(api.project.runsOf('stg')));
    expect(new Set(labels(api))).toEqual(new Set(['root:stg']));
    expect(api.requests.length).toBe(4);
  });
});

describe('what is followed', () => {
  it('is asked for by the key of the moment it was called, wherever it is read', async () => {
    const api = await fakeApi({ runs: 30, longPollMs: 300 });
    const { keys } = api.project;
    const { id } = api.project.createRun('stg');
    configure({ secretKey: keys['root:prod'], baseURL: api.url });
    const { session, run } = await auth.withAuth({ secretKey: keys['root:stg'], baseURL: api.url }, async () => ({
      run: runs.subscribeToRun(id),
      session: sessions.open('a-session').out.subscribe({ timeoutInSeconds: 1 }),
    }));
    api.project.updateRun(id, { status: 'COMPLETED' });
    await all(run);
    await all(session).catch(() => undefined);
    expect(new Set(labels(api))).toEqual(new Set(['root:stg']));
  });

  it('tells what is wrong with the key when it is read', async () => {
    const followed = runs.subscribeToRun('run_1');
    await failureOf(all(followed), 'key_required');
  });
});
