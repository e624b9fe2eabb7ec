import { afterAll, describe, expect, it } from 'vitest';
import type { Api } from '../../src/client/api/index.js';
import { closeConnections } from '../../src/client/index.js';
import type { KeyName } from '../fake-api/index.js';
import { failureOf } from './connections.js';
import { clientOf, connectTo, fakeApi, seen } from './fake.js';

afterAll(closeConnections);

async function world(key: KeyName = 'root:prod') {
  const api = await fakeApi({ runs: 30 });
  return { api, ...clientOf(connectTo(api, key)) };
}

const bodies = (api: { requests: readonly { body: string }[] }) =>
  api.requests.map(({ body }) => (body === '' ? undefined : body));

describe('operations on a run', () => {
  it('cancel one, also by its handle; one that has ended stays', async () => {
    const { api, runs, tasks } = await world();
    const handle = await tasks.trigger('hello-task');
    expect(await runs.cancel(handle)).toEqual({ id: handle.id });
    expect(api.project.run(handle.id)?.status).toBe('CANCELED');
    const ended = api.project.createRun('prod', { status: 'COMPLETED' });
    expect(await runs.cancel(ended.id)).toEqual({ id: ended.id });
    expect(api.project.run(ended.id)?.status).toBe('COMPLETED');
    expect(seen(api).slice(1)).toEqual([handle, ended].map(({ id }) => `root:prod POST /api/v2/runs/${id}/cancel`));
  });

  it('replay one as a new run, with its payload', async () => {
    const { api, runs } = await world();
    const { id } = api.project.createRun('prod', { status: 'FAILED', payload: { n: 1 }, taskIdentifier: 'my/task' });
    const copy = await runs.replay(id);
    expect(copy.id).not.toBe(id);
    expect(api.project.run(copy.id)).toMatchObject({ payload: { n: 1 }, taskIdentifier: 'my/task', status: 'QUEUED' });
    expect(seen(api)).toEqual([`root:prod POST /api/v1/runs/${id}/replay`]);
  });

  it('reschedule one that waits: a duration, a Date or ISO 8601', async () => {
    const { api, runs } = await world();
    const { id } = api.project.createRun('prod', { status: 'DELAYED', delayedUntil: '2027-01-01T00:00:00.000Z' });
    const moment = new Date(api.project.now() + 86_400_000);
    await runs.reschedule(id, { delay: '1h' });
    const moved = await runs.reschedule(id, { delay: moment });
    expect(moved).toMatchObject({ id, status: 'DELAYED', delayedUntil: moment.toISOString() });
    await runs.reschedule({ id }, { delay: moment.toISOString() });
    const at = JSON.stringify({ delay: moment.toISOString() });
    expect(bodies(api)).toEqual(['{"delay":"1h"}', at, at]);
  });

  it.each<[string, KeyName, (runs: Api['runs'], id: string) => Promise<unknown>, string]>([
    ['cancel an unknown run', 'root:prod', (runs) => runs.cancel('run_unknown'), 'not_found'],
    ['replay an unknown run', 'root:prod', (runs) => runs.replay('run_unknown'), 'not_found'],
    ['reschedule an unknown run', 'root:prod', (runs) => runs.reschedule('run_unknown', { delay: '1h' }), 'not_found'],
    ['reschedule one that runs', 'root:prod', (runs, id) => runs.reschedule(id, { delay: '1h' }), 'input_invalid'],
    ['cancel one of another environment', 'root:stg', (runs, id) => runs.cancel(id), 'not_found'],
    ['cancel without the permission', 'additional:readRuns', (runs, id) => runs.cancel(id), 'forbidden'],
    ['replay without the permission', 'additional:readRuns', (runs, id) => runs.replay(id), 'forbidden'],
    [
      'reschedule with a restricted key',
      'additional:readRuns',
      (runs, id) => runs.reschedule(id, { delay: '1h' }),
      'key_lacks_full_access',
    ],
  ])('refused by the server: %s', async (_, key, act, code) => {
    const { api, runs } = await world(key);
    const { id } = api.project.createRun('prod', { status: 'EXECUTING' });
    await failureOf(act(runs, id), code as 'not_found');
    expect(api.requests.length).toBeGreaterThan(0);
    expect(api.project.run(id)?.status).toBe('EXECUTING');
  });

  it.each<[string, (runs: Api['runs']) => Promise<unknown>, string]>([
    ['cancel dots', (runs) => runs.cancel('..'), 'runId'],
    ['cancel nothing', (runs) => runs.cancel(undefined as never), 'runId'],
    ['replay a batch', (runs) => runs.replay('batch_1'), 'runId'],
    ['reschedule without a time', (runs) => runs.reschedule('run_1', {} as never), 'delay'],
    ['reschedule without anything', (runs) => runs.reschedule('run_1', undefined as never), 'delay'],
    ['reschedule to a Date that is none', (runs) => runs.reschedule('run_1', { delay: new Date('soon') }), 'delay'],
    ['reschedule to a time that is none', (runs) => runs.reschedule('run_1', { delay: 'soon' }), 'delay'],
  ])('refused before anything is sent: %s', async (_, act, path) => {
    const { api, runs } = await world();
    expect((await failureOf(act(runs), 'input_invalid')).path).toBe(path);
    expect(api.requests).toEqual([]);
  });

  it('is sent once when its answer is lost, if twice would be two', async () => {
    const { api, runs } = await world();
    const { id } = api.project.createRun('prod', { status: 'EXECUTING' });
    api.fail({ drop: 'after' });
    await failureOf(runs.replay(id), 'network');
    expect(api.requests).toHaveLength(1);
    api.fail({ drop: 'after' });
    expect(await runs.cancel(id)).toEqual({ id });
    expect(api.requests).toHaveLength(3);
  });
});
