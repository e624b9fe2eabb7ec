import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectionFromValues } from '../../src/connection/index.js';
import { ConnectorError } from '../../src/errors/index.js';
import { openStore, type RunOptions, Scheduler, type Store } from '../../src/host/index.js';
import type { SchedulerHost } from '../../src/host/runner/scheduler-options.js';
import { type HostileApi, type Hostility, startHostileApi } from '../fake-api/index.js';
import { post, type Served, servedHost } from './served.js';

const minute = 60_000;
const frequency = 5 * minute;

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

type Work = (lane: NonNullable<RunOptions['lane']>, signal: AbortSignal) => Promise<void>;

/** Three responses of a server that is near. */
const honest: Work = async (lane) => {
  for (let request = 0; request < 3; request += 1) {
    await wait(50);
    await lane.again();
  }
};

/** Goes on until it is stopped, with a response at each interval. */
const forEver =
  (everyMs: number): Work =>
  async (lane, signal) => {
    while (!signal.aborted) {
      await wait(everyMs);
      await lane.again();
    }
  };

describe('in virtual time', () => {
  let store = {} as Store;
  let scheduler = {} as Scheduler;

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: Date.parse('2026-11-10T00:00:00Z') });
    store = await openStore(':memory:');
  });

  afterEach(async () => {
    await scheduler.stop();
    store.close();
    vi.useRealTimers();
  });

  /** `name@server` is a connection to that server; one that begins with h is hostile. */
  function hostOf(ids: readonly string[], hostile: Work) {
    const started = new Map<string, number[]>();
    const stops = new Map<string, AbortController>();
    const outcome = { sync: 'runs', execution: 'e', added: 0, updated: 0, deleted: 0, unchanged: 0 };
    const host: SchedulerHost = {
      store,
      functions: async () => ['runs', 'env-vars'].map((name) => ({ kind: 'syncs' as const, name, path: name })),
      describeSync: async () => ({ models: ['Run'], frequency: 'every 5 minutes', autoStart: true }),
      isConnected: () => true,
      canSync: () => true,
      connections: {
        ids: () => [...ids],
        get: (id) => {
          const values = { apiKey: `tr_prod_${'k'.repeat(24)}`, baseUrl: `https://${id.split('@')[1]}` };
          return connectionFromValues(values, {}, false);
        },
      },
      likeNango: undefined,
      stopSync: async (id, sync) => stops.get(`${id}/${sync}`)?.abort(),
      resetSync: async () => undefined,
      runSync: (id, sync, { lane, signal } = {}) => {
        const name = `${id}/${sync}`;
        const stop = new AbortController();
        stops.set(name, stop);
        signal?.addEventListener('abort', () => stop.abort());
        started.set(name, [...(started.get(name) ?? []), Date.now()]);
        const startedAt = Date.now();
        return new Promise((resolve, reject) => {
          stop.signal.addEventListener('abort', () => reject(new ConnectorError('aborted')));
          (id.startsWith('h') ? hostile : honest)(lane ?? { isHeld: true, again: async () => undefined }, stop.signal)
            .then(() => resolve({ ...outcome, startedAt, finishedAt: Date.now() }))
            .catch(reject);
        });
      },
    };
    return { host, started };
  }

  const four = (server: (index: number) => string) =>
    Array.from({ length: 4 }, (_, index) => `h${index}@${server(index)}`);
  const fifty = Array.from({ length: 50 }, (_, index) => `a${index}@cloud.example.com`);

  it.each([
    { who: 'four that never respond', hostile: four((index) => `h${index}.example.com`), work: forEver(10 ** 9) },
    { who: 'four that are slow', hostile: four((index) => `h${index}.example.com`), work: forEver(20_000) },
    { who: 'four that never end', hostile: four((index) => `h${index}.example.com`), work: forEver(50) },
    { who: 'four of the same server that never end', hostile: four(() => 'cloud.example.com'), work: forEver(50) },
    {
      who: 'four that fail at once',
      hostile: four((index) => `h${index}.example.com`),
      work: () => Promise.reject(new ConnectorError('server_error')),
    },
    {
      who: 'fifty of one server that never respond',
      hostile: fifty.map((_, index) => `h${index}@hostile.example.com`),
      work: forEver(10 ** 9),
    },
    {
      who: 'fifty of one server that never end',
      hostile: fifty.map((_, index) => `h${index}@hostile.example.com`),
      work: forEver(50),
    },
  ])('every sync of fifty honest connections starts in time beside $who', async ({ hostile, work }) => {
    const { host, started } = hostOf([...hostile, ...fifty], work);
    const warned = vi.fn();
    process.on('warning', warned);
    onTestFinished(() => {
      process.off('warning', warned);
    });
    const from = Date.now();
    scheduler = new Scheduler(host);
    await scheduler.start();
    await vi.advanceTimersByTimeAsync(16 * minute);
    const gaps = fifty.flatMap((id) =>
      ['runs', 'env-vars'].flatMap((sync) => {
        const times = [from, ...(started.get(`${id}/${sync}`) ?? []), Date.now()];
        return times.slice(1).map((at, index) => at - (times[index] ?? 0));
      }),
    );
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * frequency);
    // Such as that so many runs listen to one signal.
    expect(warned).not.toHaveBeenCalled();
    // And the others have their turn too.
    expect([...started.keys()].filter((name) => name.startsWith('h')).length).toBeGreaterThanOrEqual(8);
  });

  describe('a sync that waits for a lane', () => {
    /** One lane, and a run that keeps it. */
    async function held() {
      const { host, started } = hostOf(['h@hostile.example.com', 'a@cloud.example.com'], forEver(10 ** 9));
      scheduler = new Scheduler(host, { concurrency: 1 });
      await scheduler.load();
      await scheduler.trigger('h@hostile.example.com', 'runs');
      await scheduler.trigger('a@cloud.example.com', 'runs');
      const times = () => started.get('a@cloud.example.com/runs')?.length ?? 0;
      expect(times()).toBe(0);
      return { times };
    }
    const triggered = [{ id: 'a@cloud.example.com', sync: 'runs' }];

    it('starts within a second, and then waits for nothing', async () => {
      const { times } = await held();
      expect(scheduler.waitsFor('a@cloud.example.com', 'runs')).toBe(
        'A free lane: 1 syncs work at a time, 1 are under way, and 1 wait to start.',
      );
      const waiting = scheduler.waiting(triggered);
      await vi.advanceTimersByTimeAsync(1_000);
      expect([await waiting, times(), scheduler.waitsFor('a@cloud.example.com', 'runs')]).toEqual([[], 1, undefined]);
    });

    it('does not start once it is paused', async () => {
      const { times } = await held();
      await scheduler.pause('a@cloud.example.com', 'runs');
      await vi.advanceTimersByTimeAsync(minute);
      expect([times(), scheduler.waitsFor('a@cloud.example.com', 'runs')]).toEqual([0, undefined]);
    });

    it('does not start once the scheduler is stopped', async () => {
      const { times } = await held();
      await scheduler.stop();
      await vi.advanceTimersByTimeAsync(minute);
      expect(times()).toBe(0);
    });

    it('says that it waits for its own run, which goes on', async () => {
      await held();
      await scheduler.trigger('h@hostile.example.com', 'runs');
      const waiting = await scheduler.waiting([{ id: 'h@hostile.example.com', sync: 'runs' }]);
      expect(waiting).toEqual([
        {
          id: 'h@hostile.example.com',
          sync: 'runs',
          waitsFor: 'The run that is under way: one more starts when it has ended.',
        },
      ]);
    });
  });

  it.each([0, -1, 1.5, Number.NaN, 65])('a concurrency of %s is refused', (concurrency) => {
    const { host } = hostOf([], honest);
    scheduler = new Scheduler(host);
    expect(() => new Scheduler(host, { concurrency })).toThrow(/a whole number from 1 to 64/);
  });
});

describe('with real functions', () => {
  const kinds: readonly Hostility[] = ['endless cursors', 'tiny rate limits', 'slow responses', 'no responses'];
  let served = {} as Served;
  let hostile: HostileApi[] = [];

  beforeAll(async () => {
    served = await servedHost({ runs: 30 });
    hostile = await Promise.all(kinds.map((kind) => startHostileApi(kind)));
  });

  afterAll(async () => {
    await served.close();
    await Promise.all(hostile.map((api) => api.close()));
  });

  const connect = async (id: string, apiKey: string, baseUrl: string) => {
    const credentials = { type: 'API_KEY', apiKey };
    const body = { connection_id: id, provider_config_key: 'trigger-dev', credentials, connection_config: { baseUrl } };
    expect((await post(served, '/connections', body)).status).toBe(201);
  };

  /** A run whose lane another has, for good. */
  async function waiting(id: string) {
    await connect(id, served.credentials.apiKey, served.config.baseUrl);
    await vi.waitFor(() => expect(served.store.lastOutcome(id, 'runs')).toBeDefined(), 10_000);
    const before = served.api.requests.length;
    const again = vi.fn(() => new Promise<void>(() => undefined));
    const lane = { isHeld: false, again };
    const run = served.host.runSync(id, 'runs', { lane }).then(
      () => 'ended',
      (error: ConnectorError) => error.code,
    );
    await vi.waitFor(() => expect(again).toHaveBeenCalled());
    expect(served.api.requests).toHaveLength(before);
    return { run };
  }

  it.each([
    { what: 'is stopped', end: (id: string) => served.host.stopSync(id, 'runs') },
    { what: 'loses its connection', end: (id: string) => served.host.disconnect(id) },
    { what: 'is paused', end: (id: string) => served.scheduler.pause(id, 'runs') },
  ])('a run without its lane sends nothing, and ends when it $what', async ({ end, what }) => {
    const id = `waiting-${what.replaceAll(' ', '-')}`;
    const { run } = await waiting(id);
    await end(id);
    expect([await run, served.host.isRunning(id, 'runs')]).toEqual(['aborted', false]);
  });

  it('four hostile servers hold nobody up, and a trigger starts at once or says what it waits for', async () => {
    for (const [index, api] of hostile.entries()) {
      await connect(`hostile-${index}`, api.project.keys['root:prod'], api.url);
    }
    await vi.waitFor(() => expect(hostile.every((api) => api.asked() > 0)).toBe(true), 20_000);
    const ids = Array.from({ length: 8 }, (_, index) => `honest-${index}`);
    for (const id of ids) {
      await connect(id, served.credentials.apiKey, served.config.baseUrl);
    }
    await vi.waitFor(() => {
      expect(ids.filter((id) => served.store.lastOutcome(id, 'runs')?.error !== undefined)).toEqual([]);
      expect(ids.filter((id) => served.store.countRecords(id, 'Run') === 0)).toEqual([]);
    }, 25_000);
    // That of the server that never responds is under way.
    const body = { provider_config_key: 'trigger-dev', syncs: ['runs'] };
    const waitsFor = 'The run that is under way: one more starts when it has ended.';
    expect(await post(served, '/sync/trigger', { ...body, connection_id: 'hostile-3' })).toEqual({
      status: 200,
      body: { success: true, waiting: [{ connection_id: 'hostile-3', name: 'runs', waitsFor }] },
    });
    expect(await post(served, '/sync/trigger', { ...body, connection_id: 'honest-0' })).toEqual({
      status: 200,
      body: { success: true },
    });
    const query = 'provider_config_key=trigger-dev&syncs=runs&connection_id=hostile-3';
    const status = await post(served, `/sync/status?${query}`, undefined, 'GET');
    expect(status.body).toMatchObject({ syncs: [{ status: 'RUNNING', waitsFor }] });
  }, 60_000);
});
