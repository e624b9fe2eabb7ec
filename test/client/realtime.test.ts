import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { RealtimeRun } from '../../src/api/index.js';
import { closeConnections } from '../../src/client/index.js';
import type { FakeApi, KeyName } from '../fake-api/index.js';
import { failureOf } from './connections.js';
import { all, clientOf, connectTo, fakeApi, ids, queryOf, seen } from './fake.js';

// The client of the protocol is loaded by the first subscription; no test should pay for that.
beforeAll(() => import('@electric-sql/client'));
afterAll(closeConnections);

async function world(key: KeyName = 'root:prod', fields: Record<string, string> = {}) {
  const api = await fakeApi({ runs: 30, longPollMs: 300 });
  return { api, ...clientOf(connectTo(api, key, fields)) };
}

/** Collects until `done` says so, and does to the project what the test says after each run that came. */
async function follow(
  runs: AsyncIterable<RealtimeRun>,
  after: (run: RealtimeRun, count: number) => boolean | undefined,
) {
  const found: RealtimeRun[] = [];
  for await (const run of runs) {
    found.push(run);
    if (after(run, found.length) === true) {
      break;
    }
  }
  return found;
}

/** No request is open any more: the last one was given up, and none follows. */
async function expectQuiet(api: FakeApi): Promise<void> {
  const before = api.requests.length;
  await wait(450);
  expect(api.requests.length).toBe(before);
}

describe('runs.subscribeToRun', () => {
  it('follows a run from where it is to its end', async () => {
    const { api, runs, tasks } = await world();
    const { id } = await tasks.trigger('hello-task', { n: 1 }, { tags: ['user:1'] });
    const found = await follow(runs.subscribeToRun(id), ({ status }) => {
      if (status === 'QUEUED') {
        api.project.updateRun(id, { status: 'EXECUTING', startedAt: '2026-11-20T09:00:00.000Z' });
      } else if (status === 'EXECUTING') {
        api.project.updateRun(id, { status: 'COMPLETED', output: { done: true } });
      }
      return undefined;
    });
    expect(found.map(({ status }) => status)).toEqual(['QUEUED', 'EXECUTING', 'COMPLETED']);
    // A change brings only what changed; the rest is kept.
    expect(found.at(-1)).toMatchObject({
      id,
      taskIdentifier: 'hello-task',
      payload: { n: 1 },
      output: { done: true },
      tags: ['user:1'],
      startedAt: '2026-11-20T09:00:00.000Z',
      isTest: false,
    });
    expect(new Set(seen(api).slice(1))).toEqual(new Set([`root:prod GET /realtime/v1/runs/${id}`]));
    await expectQuiet(api);
  });

  it.each(['COMPLETED', 'CANCELED', 'FAILED', 'CRASHED', 'SYSTEM_FAILURE', 'EXPIRED', 'TIMED_OUT'] as const)(
    'ends with a run that is %s',
    async (status) => {
      const { api, runs } = await world();
      const run = api.project.createRun('prod', { status });
      expect((await all(runs.subscribeToRun(run))).map(({ id, status }) => [id, status])).toEqual([[run.id, status]]);
      await expectQuiet(api);
    },
  );

  it('leaves out columns that are not wanted', async () => {
    const { api, runs } = await world();
    const { id } = api.project.createRun('prod', {
      status: 'COMPLETED',
      payload: { big: true },
      output: 1,
      tags: ['a'],
    });
    const [run] = await all(runs.subscribeToRun(id, { skipColumns: ['payload', 'output'] }));
    expect(run).toMatchObject({ id, tags: ['a'] });
    expect(run).not.toHaveProperty('payload');
    expect(run).not.toHaveProperty('output');
    expect(queryOf(api)['skipColumns']).toBe('payload,output');
  });

  it('goes to the branch of the connection', async () => {
    const { api, runs } = await world('root:preview', { previewBranch: 'feature/one' });
    const run = api.project.createRun('preview:feature/one', { status: 'COMPLETED' });
    expect(ids(await all(runs.subscribeToRun(run)))).toEqual([run.id]);
    expect(api.requests.map(({ headers }) => headers['x-trigger-branch'])).toEqual(['feature/one']);
  });

  it('stops asking when the caller stops reading', async () => {
    const { api, runs } = await world();
    const { id } = api.project.createRun('prod');
    expect(await follow(runs.subscribeToRun(id), () => true)).toHaveLength(1);
    await expectQuiet(api);
  });
});

describe('subscriptions to several runs', () => {
  it('bring those with all tags, also new ones, until the signal aborts', async () => {
    const { api, runs } = await world();
    const { project } = api;
    const tagged = project.createRun('prod', { tags: ['user:1', 'paid'] });
    project.createRun('prod', { tags: ['paid'] });
    project.createRun('stg', { tags: ['user:1', 'paid'] });
    const abort = new AbortController();
    const added: string[] = [];
    const subscription = runs.subscribeToRunsWithTag(['user:1', 'paid'], { createdAt: '1h' }, { signal: abort.signal });
    const found = await follow(subscription, (_, count) => {
      if (count === 1) {
        added.push(project.createRun('prod', { tags: ['paid', 'user:1', 'more'] }).id);
      } else if (count === 2) {
        project.updateRun(tagged.id, { status: 'COMPLETED' });
      } else {
        abort.abort();
      }
      return undefined;
    });
    expect(ids(found)).toEqual([tagged.id, ...added, tagged.id]);
    expect(found.map(({ status }) => status)).toEqual(['QUEUED', 'QUEUED', 'COMPLETED']);
    expect(queryOf(api, 0)).toMatchObject({ tags: 'user:1,paid', createdAt: '1h' });
    await expectQuiet(api);
  });

  it('take one tag as text', async () => {
    const { api, runs } = await world();
    const { id } = api.project.createRun('prod', { tags: ['solo'] });
    expect(ids(await follow(runs.subscribeToRunsWithTag('solo'), () => true))).toEqual([id]);
    expect(queryOf(api, 0)['tags']).toBe('solo');
  });

  it('bring the runs of a batch', async () => {
    const { api, runs, batch } = await world();
    const { batchId } = await batch.trigger([{ id: 'hello-task' }, { id: 'send-email', payload: 2 }]);
    const wanted = (await batch.retrieve(batchId)).runs;
    const found = await follow(runs.subscribeToBatch({ id: batchId }), (run, count) => {
      if (count === 2) {
        api.project.updateRun(wanted[1] ?? '', { status: 'FAILED' });
      }
      return run.status === 'FAILED';
    });
    expect(ids(found).slice(0, 2).toSorted()).toEqual(wanted.toSorted());
    expect(found.at(-1)).toMatchObject({ id: wanted[1], status: 'FAILED', payload: 2 });
    expect(seen(api).at(-1)).toBe(`root:prod GET /realtime/v1/batches/${batchId}`);
  });

  it('do not end with a run', async () => {
    const { api, runs } = await world();
    const { id } = api.project.createRun('prod', { tags: ['solo'], status: 'COMPLETED' });
    const abort = new AbortController();
    // Three answers: the runs, and twice that nothing came.
    const waiting = setInterval(() => api.requests.length > 3 && abort.abort(), 20);
    onTestFinished(() => clearInterval(waiting));
    const found = await all(runs.subscribeToRunsWithTag('solo', {}, { signal: abort.signal }));
    expect(ids(found)).toEqual([id]);
  });
});

describe('aborting', () => {
  it('before it starts sends nothing', async () => {
    const { api, runs } = await world();
    const { id } = api.project.createRun('prod');
    expect(await all(runs.subscribeToRun(id, { signal: AbortSignal.abort() }))).toEqual([]);
    expect(api.requests).toEqual([]);
  });

  it('while it waits ends it at once and quietly', async () => {
    const api = await fakeApi({ runs: 30, longPollMs: 20_000 });
    const { runs } = clientOf(connectTo(api, 'root:prod'));
    const { id } = api.project.createRun('prod');
    const abort = new AbortController();
    const found: string[] = [];
    let aborted = 0;
    for await (const run of runs.subscribeToRun(id, { signal: abort.signal })) {
      found.push(run.id);
      setTimeout(() => {
        aborted = performance.now();
        abort.abort();
      }, 100);
    }
    expect(performance.now() - aborted).toBeLessThan(2_000);
    expect(found).toEqual([id]);
    await expectQuiet(api);
  });
});

describe('wrong input is refused before anything is loaded or sent', () => {
  it.each<[string, (runs: Awaited<ReturnType<typeof world>>['runs']) => AsyncIterable<RealtimeRun>, string]>([
    ['a run of dots', (runs) => runs.subscribeToRun('..'), 'runId'],
    ['no run', (runs) => runs.subscribeToRun(undefined as never), 'runId'],
    ['no tag', (runs) => runs.subscribeToRunsWithTag([]), 'tags'],
    ['a tag with a comma', (runs) => runs.subscribeToRunsWithTag('a,b'), 'tags.0'],
    ['a time that is none', (runs) => runs.subscribeToRunsWithTag('a', { createdAt: 'soon' }), 'createdAt'],
    ['a run for a batch', (runs) => runs.subscribeToBatch('run_1'), 'batchId'],
    [
      'a column that always comes',
      (runs) => runs.subscribeToRun('run_1', { skipColumns: ['status' as never] }),
      'skipColumns.0',
    ],
  ])('%s', async (_, subscribe, path) => {
    const { api, runs } = await world();
    expect((await failureOf(all(subscribe(runs)), 'input_invalid')).path).toBe(path);
    expect(api.requests).toEqual([]);
  });

  it('a personal access token', async () => {
    const { api, runs } = await world('pat:alice', { environment: 'prod' });
    await failureOf(all(runs.subscribeToRun('run_1')), 'endpoint_not_allowed');
    await failureOf(all(runs.subscribeToRunsWithTag('a')), 'endpoint_not_allowed');
    await failureOf(all(runs.subscribeToBatch('batch_1')), 'endpoint_not_allowed');
    expect(api.requests).toEqual([]);
  });
});
