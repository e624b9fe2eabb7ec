import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { Api } from '../../src/client/api/index.js';
import { createApi } from '../../src/client/api/index.js';
import { callerFor, closeConnections, undiciTransport } from '../../src/client/index.js';
import { realSurroundings } from '../../src/client/send.js';
import { type FakeApi, type Fault, rateLimitFault } from '../fake-api/index.js';
import { failureOf } from './connections.js';
import { all, connectTo, fakeApi } from './fake.js';

afterAll(closeConnections);

/** Longer than a test may last: what waits it out fails, on a machine that is as busy as it likes. */
const longMs = 60_000;

/** A client whose every wait is long, and the signal of one call. */
async function world(key: 'root:prod' | 'pat:alice' = 'root:prod', fields: Record<string, string> = {}) {
  const api = await fakeApi({ runs: 120 });
  const call = callerFor(connectTo(api, key, fields), undiciTransport, {
    ...realSurroundings,
    sleep: (_, signal) => realSurroundings.sleep(longMs, signal),
  });
  const abort = new AbortController();
  return { api, abort, options: { signal: abort.signal }, ...createApi(() => call) };
}

/** Waits until so many requests have come: the last is the one that the abort is to meet. */
async function until(api: FakeApi, requests: number): Promise<void> {
  while (api.requests.length < requests) {
    await wait(5);
  }
}

type Options = { readonly signal: AbortSignal };
const slow: Fault = { delayMs: longMs };
const limited = () => rateLimitFault(Date.now() + 50_000);

describe('an abort', () => {
  it.each<[string, (api: Api, options: Options) => Promise<unknown>, () => Fault, number]>([
    ['during a read', ({ runs }, options) => runs.list({}, options), () => slow, 1],
    ['during a trigger', ({ tasks }, options) => tasks.trigger('a', 1, {}, options), () => slow, 1],
    [
      'during the announcement of a batch',
      ({ batch }, options) => batch.trigger([{ id: 'a' }], {}, options),
      () => slow,
      1,
    ],
    [
      'while the items of a batch are sent',
      ({ tasks }, options) => tasks.batchTrigger('a', [{}], {}, options),
      () => ({ ...slow, match: ({ path }) => path.endsWith('/items') }),
      2,
    ],
    [
      'between the two requests of a change',
      ({ schedules }, options) => schedules.update('tenant-acme', { task: 'sched-task', cron: '* * * * *' }, options),
      () => ({ ...slow, match: ({ method }) => method === 'PUT' }),
      2,
    ],
    ['while a rate limit lasts', ({ runs }, options) => runs.retrieve('run_1', options), limited, 1],
    [
      'while the items of a batch wait for one',
      ({ tasks }, options) => tasks.batchTrigger('a', [{}], {}, options),
      () => ({ ...limited(), match: ({ path }) => path.endsWith('/items') }),
      2,
    ],
    [
      'during the wait before a repeat',
      ({ sessions }, options) => sessions.list({}, options),
      () => ({ status: 503, times: 9 }),
      1,
    ],
    [
      'while a variable is written',
      ({ envvars }, options) => envvars.update('A', { value: '1' }, options),
      () => ({ ...slow, match: ({ method }) => method !== 'GET' }),
      2,
    ],
  ])('%s ends the call at once, and nothing more is sent', async (_, act, fault, requests) => {
    const { api, abort, options, ...client } = await world();
    api.fail(fault());
    const failing = failureOf(act(client, options), 'aborted');
    await until(api, requests);
    // The answer of the last request is on its way, or the wait after it has begun.
    await wait(20);
    abort.abort();
    await failing;
    await wait(100);
    expect(api.requests).toHaveLength(requests);
  });

  it('between two pages ends the list', async () => {
    const { api, abort, options, runs } = await world();
    const found: string[] = [];
    const list = (async () => {
      for await (const { id } of runs.list({ limit: 10 }, options)) {
        found.push(id);
        if (found.length === 10) {
          abort.abort();
        }
      }
    })();
    await failureOf(list, 'aborted');
    expect(found).toHaveLength(10);
    expect(api.requests).toHaveLength(1);
  });

  it('ends a list over several environments, wherever it is', async () => {
    const { api, abort, options, runs } = await world('pat:alice', { projectRef: 'proj_fakefakefakefakefake' });
    api.fail({ ...slow, match: ({ path }) => path.includes('env%5D=prod') });
    const failing = failureOf(all(runs.list({}, options)), 'aborted');
    await until(api, 4);
    await wait(20);
    abort.abort();
    await failing;
    expect(api.requests).toHaveLength(4);
  });

  it('after a call has no effect on it, or on others', async () => {
    const { api, abort, options, runs } = await world();
    const first = await runs.list({ limit: 5 }, options);
    abort.abort();
    expect(first.data).toHaveLength(5);
    expect((await runs.list({ limit: 5 })).data).toHaveLength(5);
    expect(api.requests).toHaveLength(2);
  });

  it('of one of many calls leaves the others', async () => {
    const { api, abort, options, tasks } = await world();
    api.fail({ ...slow, match: ({ body }) => body.includes('slow') });
    const slowOne = failureOf(tasks.trigger('hello-task', 'slow', {}, options), 'aborted');
    const others = Promise.all(Array.from({ length: 30 }, (_, n) => tasks.trigger('hello-task', n)));
    await until(api, 31);
    abort.abort();
    await slowOne;
    expect(new Set((await others).map(({ id }) => id)).size).toBe(30);
  });
});
