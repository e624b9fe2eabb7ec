import { afterAll, describe, expect, it } from 'vitest';
import { closeConnections } from '../../src/client/index.js';
import { failureOf } from './connections.js';
import { clientOf, connectTo, fakeApi } from './fake.js';

afterAll(closeConnections);

const keysOf = (requests: readonly { headers: Readonly<Record<string, string>> }[]) =>
  requests.map(({ headers }) => headers['x-trigger-request-idempotency-key']);

describe('a trigger', () => {
  it.each([
    ['was lost on the way back', { drop: 'after' } as const],
    ['was lost twice', { drop: 'after', times: 2 } as const],
    ['was lost on the way there', { drop: 'before' } as const],
    ['came half', { drop: 'truncate', handle: true } as const],
    ['was replaced by a proxy', { status: 502, body: '<html>', handle: true } as const],
    ['was refused for the moment', { status: 429 } as const],
  ])('whose answer %s makes exactly one run', async (_, fault) => {
    const api = await fakeApi();
    const before = api.project.runsOf('prod').length;
    api.fail(fault);
    const { tasks } = clientOf(connectTo(api, 'root:prod'));
    const handle = await tasks.trigger('hello-task', { order: 1 });

    expect(api.project.runsOf('prod')).toHaveLength(before + 1);
    expect(api.project.run(handle.id)).toMatchObject({ taskIdentifier: 'hello-task', payload: { order: 1 } });
    expect(handle.isCached).toBe(false);
    const keys = keysOf(api.requests);
    expect(keys).toHaveLength(1 + ('times' in fault ? fault.times : 1));
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is another one with every call, also of the same caller with the same payload', async () => {
    const api = await fakeApi();
    const { tasks } = clientOf(connectTo(api, 'root:prod'));
    const handles = [await tasks.trigger('hello-task', 1), await tasks.trigger('hello-task', 1)];
    expect(handles[0]?.id).not.toBe(handles[1]?.id);
    const keys = keysOf(api.requests);
    expect(new Set(keys).size).toBe(2);
  });

  it('stops after as many attempts as asked, with the server’s word', async () => {
    const api = await fakeApi();
    api.fail({ status: 500, body: { error: 'Something broke' }, times: 9 });
    const { tasks } = clientOf(connectTo(api, 'root:prod'));
    const call = tasks.trigger('hello-task', 1, {}, { retry: { maxAttempts: 4 } });
    const error = await failureOf(call, 'server_error', api.project.keys['root:prod']);
    expect(error.message).toContain('Something broke');
    expect(api.requests).toHaveLength(4);
    expect(new Set(keysOf(api.requests)).size).toBe(1);
  });

  it('is not repeated when the server says that it is wrong', async () => {
    const api = await fakeApi();
    const { tasks } = clientOf(connectTo(api, 'root:prod'));
    api.fail({ status: 422, body: { error: 'Queue is full' } });
    await failureOf(tasks.trigger('hello-task'), 'unprocessable');
    expect(api.requests).toHaveLength(1);
  });
});

describe('a read', () => {
  it('carries no idempotency key', async () => {
    const api = await fakeApi();
    await clientOf(connectTo(api, 'root:prod')).runs.list();
    expect(keysOf(api.requests)).toEqual([undefined]);
  });

  it.each([
    [true, 3],
    [false, 1],
  ])('of a run that is not there: the server’s advice %s makes %d requests', async (advice, requests) => {
    const api = await fakeApi();
    const { runs } = clientOf(connectTo(api, 'root:prod'));
    api.fail({
      status: 404,
      body: { error: 'Not found' },
      headers: { 'x-should-retry': String(advice) },
      times: 9,
    });
    await failureOf(runs.retrieve('run_nothere'), 'not_found');
    expect(api.requests).toHaveLength(requests);
  });

  it('tells a wrong key, a wrong branch and a missing right apart, and asks once', async () => {
    const api = await fakeApi();
    const preview = { previewBranch: 'not/there' };
    await failureOf(clientOf(connectTo(api, 'root:preview', preview)).runs.list(), 'branch_not_found');
    await failureOf(clientOf(connectTo(api, 'additional:envvars')).runs.list(), 'forbidden');
    const pat = clientOf(connectTo(api, 'pat:bob', { projectRef: api.project.ref, environment: 'prod' }));
    await failureOf(pat.runs.list(), 'project_not_found', api.project.keys['pat:bob']);
    expect(api.requests).toHaveLength(3);
  });
});
