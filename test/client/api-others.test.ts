import { afterAll, describe, expect, it } from 'vitest';
import { closeConnections } from '../../src/client/index.js';
import { failureOf } from './connections.js';
import { clientOf, connectTo, fakeApi, seen } from './fake.js';

afterAll(closeConnections);

describe('runs.retrieve', () => {
  it('takes an id or anything with an id, such as the handle of a trigger', async () => {
    const api = await fakeApi();
    const { runs, tasks } = clientOf(connectTo(api, 'root:prod'));
    const handle = await tasks.trigger('hello-task', { n: 1 });
    const wanted = { id: handle.id, status: 'QUEUED', payload: { n: 1 }, taskIdentifier: 'hello-task' };
    expect(await runs.retrieve(handle)).toMatchObject(wanted);
    expect(await runs.retrieve(handle.id)).toMatchObject(wanted);
    expect(seen(api).slice(1)).toEqual(Array(2).fill(`root:prod GET /api/v3/runs/${handle.id}`));
  });

  it.each([undefined, null, 7, '', '..', 'run_x/../../y', 'run_%2e%2e', {}, { id: 1 }])(
    'refuses %j with a rejection, without a request',
    async (run) => {
      const api = await fakeApi();
      const { runs } = clientOf(connectTo(api, 'root:prod'));
      let promise: Promise<unknown> | undefined;
      expect(() => {
        promise = runs.retrieve(run as never);
      }).not.toThrow();
      expect(await failureOf(promise ?? Promise.resolve(), 'input_invalid')).toMatchObject({ path: 'runId' });
      expect(api.requests).toEqual([]);
    },
  );
});

describe('tasks.trigger', () => {
  it.each([
    ['an object', { a: [1, null, 'é'] }],
    ['a string', 'text'],
    ['zero', 0],
    ['false', false],
    ['null', null],
    ['nothing', undefined],
  ])('sends %s as the payload', async (_, payload) => {
    const api = await fakeApi();
    const { id } = await clientOf(connectTo(api, 'root:prod')).tasks.trigger('hello-task', payload);
    expect(api.project.run(id)?.payload).toEqual(payload);
    expect(JSON.parse(api.requests[0]?.body ?? '')).toEqual(payload === undefined ? {} : { payload });
  });

  it('sends its options, and finds the run of an idempotency key again', async () => {
    const api = await fakeApi();
    const { tasks } = clientOf(connectTo(api, 'root:stg'));
    const options = { idempotencyKey: 'order-1', tags: ['user:1'], test: true };
    const first = await tasks.trigger('my/task', 1, options);
    const second = await tasks.trigger('my/task', 2, options);
    expect(second).toMatchObject({ id: first.id, isCached: true });
    expect(second.publicAccessToken).toMatch(/^eyJ/);
    expect(first.isCached).toBe(false);
    expect(api.project.run(first.id)).toMatchObject({ taskIdentifier: 'my/task', tags: ['user:1'], isTest: true });
    expect(seen(api)[0]).toBe('root:stg POST /api/v1/tasks/my%2Ftask/trigger');
  });

  it('takes request options last', async () => {
    const api = await fakeApi();
    const { tasks } = clientOf(connectTo(api, 'root:prod'));
    await failureOf(tasks.trigger('a', 1, {}, { signal: AbortSignal.abort() }), 'aborted');
    await failureOf(tasks.trigger('a', 1, undefined, { signal: AbortSignal.abort() }), 'aborted');
    expect(api.requests).toEqual([]);
  });

  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  it.each<[string, string, unknown, object | undefined, string]>([
    ['a task of dots', '..', 1, undefined, 'input_invalid'],
    ['no task', '', 1, undefined, 'input_invalid'],
    ['an unknown option', 'a', 1, { colour: 'red' }, 'input_invalid'],
    ['a cycle', 'a', cycle, undefined, 'payload_unserialisable'],
    ['a BigInt', 'a', 1n, undefined, 'payload_unserialisable'],
    ['4 MB', 'a', 'x'.repeat(4_000_000), undefined, 'payload_too_large'],
  ])('refuses %s, without a request', async (_, task, payload, options, code) => {
    const api = await fakeApi();
    const { tasks } = clientOf(connectTo(api, 'root:prod'));
    await failureOf(tasks.trigger(task, payload, options as never), code as 'input_invalid');
    expect(api.requests).toEqual([]);
  });
});

describe('envvars.list', () => {
  const expected = (env: string) => [
    { name: 'LOG_LEVEL', value: env === 'prod' ? 'info' : 'debug', isSecret: false },
    { name: 'PAYMENTS_TOKEN', value: '<redacted>', isSecret: true },
    { name: 'STAGE', value: env, isSecret: false },
  ];

  it('needs nothing when the connection knows project and environment', async () => {
    const api = await fakeApi();
    const { envvars } = clientOf(connectTo(api, 'root:prod', { projectRef: api.project.ref }));
    expect(await envvars.list()).toEqual(expected('prod'));
    expect(seen(api)).toEqual([`root:prod GET /api/v1/projects/${api.project.ref}/envvars/prod`]);
  });

  it.each([
    ['dev', 'dev'],
    ['development', 'dev'],
    ['stg', 'staging'],
    ['staging', 'staging'],
    ['production', 'prod'],
  ])('takes project and environment: %s is asked as %s', async (given, asked) => {
    const api = await fakeApi();
    const { envvars } = clientOf(connectTo(api, 'pat:alice', { projectRef: 'proj_other', environment: 'preview' }));
    expect(await envvars.list(api.project.ref, given)).toEqual(expected(asked === 'staging' ? 'stg' : asked));
    expect(seen(api)[0]).toMatch(new RegExp(`/${api.project.ref}/envvars/${asked}$`));
  });

  it('reads a branch with a token, over its parent', async () => {
    const api = await fakeApi();
    const { envvars } = clientOf(connectTo(api, 'pat:alice', { environment: 'preview', previewBranch: 'feature/one' }));
    const found = await envvars.list(api.project.ref, 'preview');
    expect(found.find(({ name }) => name === 'STAGE')?.value).toBe('feature/one');
    await failureOf(envvars.list(api.project.ref, 'prod'), 'branch_not_allowed');
    expect(api.requests.map(({ headers }) => headers['x-trigger-branch'])).toEqual(['feature/one']);
  });

  it('refuses another environment than the key’s', async () => {
    const api = await fakeApi();
    const { envvars } = clientOf(connectTo(api, 'root:prod'));
    await failureOf(envvars.list(api.project.ref, 'dev'), 'environment_mismatch');
    await failureOf(envvars.list(api.project.ref, 'qa'), 'input_invalid');
    expect(api.requests).toEqual([]);
  });

  it('takes request options first or third', async () => {
    const api = await fakeApi();
    const { envvars } = clientOf(connectTo(api, 'root:prod', { projectRef: api.project.ref }));
    await failureOf(envvars.list({ signal: AbortSignal.abort() }), 'aborted');
    await failureOf(envvars.list(api.project.ref, 'prod', { signal: AbortSignal.abort() }), 'aborted');
    expect(api.requests).toEqual([]);
  });
});
