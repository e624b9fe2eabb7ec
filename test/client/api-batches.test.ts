import { afterAll, describe, expect, it } from 'vitest';
import type { Api } from '../../src/client/api/index.js';
import { closeConnections } from '../../src/client/index.js';
import type { KeyName } from '../fake-api/index.js';
import { failureOf } from './connections.js';
import { clientOf, connectTo, fakeApi, seen } from './fake.js';

afterAll(closeConnections);

async function world(key: KeyName = 'root:prod', fields: Record<string, string> = {}) {
  const api = await fakeApi({ runs: 30 });
  return { api, ...clientOf(connectTo(api, key, fields)) };
}

describe('batches', () => {
  it('trigger one task many times', async () => {
    const { api, batch, tasks } = await world();
    const items = Array.from({ length: 1000 }, (_, n) => ({ payload: { n }, options: { tags: [`n:${n % 3}`] } }));
    const { batchId, ...rest } = await tasks.batchTrigger('hello-task', items);
    expect(rest).toMatchObject({ runCount: 1000, isCached: false });
    const { runs, ...found } = await batch.retrieve(batchId);
    expect(found).toMatchObject({ id: batchId, runCount: 1000 });
    expect(runs.map((id) => api.project.run(id)?.payload)).toEqual(items.map(({ payload }) => payload));
    expect(api.project.run(runs[4] ?? '')).toMatchObject({ taskIdentifier: 'hello-task', tags: ['n:1'] });
    expect(seen(api)).toEqual([
      'root:prod POST /api/v3/batches',
      `root:prod POST /api/v3/batches/${batchId}/items`,
      `root:prod GET /api/v2/batches/${batchId}`,
    ]);
  });

  it('trigger several tasks, with options', async () => {
    const { api, batch } = await world('additional:triggerTasks');
    const delay = new Date(api.project.now() + 60_000);
    const items = [
      { id: 'hello-task', payload: 0 },
      { id: 'my/task', options: { delay, queue: 'invoices' } },
    ];
    // A key that may trigger runs may not trigger a batch.
    await failureOf(batch.trigger(items), 'forbidden');
    const full = clientOf(connectTo(api, 'additional:full'));
    const made = await full.batch.trigger(items);
    expect(made.runCount).toBe(2);
    expect(JSON.parse(api.requests[1]?.body ?? '')).toEqual({
      runCount: 2,
      taskIdentifiers: ['hello-task', 'my/task'],
    });
    expect(api.requests[2]?.headers['content-type']).toBe('application/x-ndjson');
    expect(
      api.requests[2]?.body
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { index: 0, task: 'hello-task', payload: 0 },
      { index: 1, task: 'my/task', options: { delay: delay.toISOString(), queue: { name: 'invoices' } } },
    ]);
  });

  it.each<[string, (api: Pick<Api, 'tasks' | 'batch'>) => Promise<unknown>, string, string]>([
    ['no items', ({ tasks }) => tasks.batchTrigger('a', []), 'input_invalid', 'items'],
    ['1,001 items', ({ tasks }) => tasks.batchTrigger('a', Array(1001).fill({})), 'input_invalid', 'items'],
    ['what is no list', ({ tasks }) => tasks.batchTrigger('a', { 0: {} } as never), 'input_invalid', 'items'],
    ['nothing', ({ batch }) => batch.trigger(undefined as never), 'input_invalid', 'items'],
    [
      'an item that is none',
      ({ batch }) => batch.trigger([{ id: 'a' }, null as never]),
      'input_invalid',
      'items.1.taskId',
    ],
    [
      'an item without a task',
      ({ batch }) => batch.trigger([{ id: 'a' }, {} as never]),
      'input_invalid',
      'items.1.taskId',
    ],
    [
      'a bad option',
      ({ tasks }) => tasks.batchTrigger('a', [{}, { options: { delay: 'soon' } }]),
      'input_invalid',
      'items.1.options.delay',
    ],
    [
      'an unknown option',
      ({ tasks }) => tasks.batchTrigger('a', [{ options: { colour: 'red' } as never }]),
      'input_invalid',
      'items.0.options',
    ],
    [
      'an unknown field',
      ({ tasks }) => tasks.batchTrigger('a', [{ colour: 'red' } as never]),
      'input_invalid',
      'items.0',
    ],
    [
      'a payload that is no JSON',
      ({ tasks }) => tasks.batchTrigger('a', [{}, { payload: 1n }]),
      'payload_unserialisable',
      'items.1.payload',
    ],
    [
      'an item over 3 MiB',
      ({ tasks }) => tasks.batchTrigger('a', [{}, { payload: 'x'.repeat(3_200_000) }]),
      'payload_too_large',
      'items.1.payload',
    ],
    ['a batch that is none', ({ batch }) => batch.retrieve('run_1'), 'input_invalid', 'batchId'],
  ])('are refused before anything is sent: %s', async (_, act, code, path) => {
    const { api, ...client } = await world();
    expect((await failureOf(act(client), code as 'input_invalid')).path).toBe(path);
    expect(api.requests).toEqual([]);
  });

  it.each<[string, KeyName, (api: Pick<Api, 'tasks' | 'batch'>) => Promise<unknown>, string, number]>([
    ['a personal access token', 'pat:alice', ({ tasks }) => tasks.batchTrigger('a', [{}]), 'endpoint_not_allowed', 0],
    [
      'a key without the permission',
      'additional:readRuns',
      ({ batch }) => batch.trigger([{ id: 'a' }]),
      'forbidden',
      1,
    ],
    ['an unknown batch', 'root:prod', ({ batch }) => batch.retrieve('batch_unknown'), 'not_found', 3],
  ])('refuse %s', async (_, key, act, code, requests) => {
    const { api, ...client } = await world(key, key.startsWith('pat') ? { environment: 'prod' } : {});
    await failureOf(act(client), code as 'forbidden');
    expect(api.requests).toHaveLength(requests);
  });

  it('with the same key twice are a conflict, not two batches', async () => {
    const { api, tasks } = await world();
    await tasks.batchTrigger('hello-task', [{}], { idempotencyKey: 'today' });
    const before = api.project.runsOf('prod').length;
    await failureOf(tasks.batchTrigger('hello-task', [{}], { idempotencyKey: 'today' }), 'conflict');
    expect(api.project.runsOf('prod')).toHaveLength(before);
  });

  it('have their items once, also when answers are lost', async () => {
    const { api, batch, tasks } = await world();
    const items = { match: ({ path }: { path: string }) => path.endsWith('/items') };
    api.fail({ ...items, drop: 'after' });
    api.fail({ ...items, status: 503 });
    const { batchId } = await tasks.batchTrigger('hello-task', [{ payload: 1 }, { payload: 2 }]);
    const { runs } = await batch.retrieve(batchId);
    expect(runs.map((id) => api.project.run(id)?.payload)).toEqual([1, 2]);
    expect(api.requests.filter(items.match)).toHaveLength(3);
  });

  it('whose items the server does not take are an error that names the batch', async () => {
    const { api, tasks } = await world();
    const body = { id: 'batch_1', itemsAccepted: 1, itemsDeduplicated: 0, sealed: false };
    api.fail({ match: ({ path }) => path.endsWith('/items'), body, times: 3 });
    const error = await failureOf(tasks.batchTrigger('hello-task', [{}, {}]), 'invalid_response');
    expect(error.message).toMatch(/batch_\w+/);
    expect(api.requests).toHaveLength(4);
  });
});
