import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Connection, connectionFromValues } from '../../src/connection/index.js';
import { ConnectorError, type ErrorCode } from '../../src/errors/index.js';
import { openStore, Scheduler, type Store } from '../../src/host/index.js';
import { backoffMs } from '../../src/host/runner/backoff.js';
import { sliceMs } from '../../src/host/runner/lanes.js';
import type { SchedulerHost } from '../../src/host/runner/scheduler-options.js';

const minute = 60_000;
const second = 1_000;

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

interface Run {
  readonly of: string;
  readonly at: number;
  end(error?: ConnectorError): void;
}

/** `name@server` is a connection to that server; any other name one to the cloud. */
function connectionOf(id: string): Connection {
  const [, server = 'api.trigger.dev'] = id.split('@');
  const apiKey = `tr_prod_${'k'.repeat(24)}`;
  return connectionFromValues({ apiKey, baseUrl: `https://${server}` }, {}, false);
}

/** A host whose syncs end when a test says so, or at once. */
function fakeHost(ids: readonly string[], { byHand = false }: { byHand?: boolean } = {}) {
  const runs: Run[] = [];
  const under = new Set<string>();
  let most = 0;
  const outcome = {
    sync: 'runs',
    execution: 'e',
    startedAt: 0,
    finishedAt: 1,
    added: 0,
    updated: 0,
    deleted: 0,
    unchanged: 0,
  };
  const state = { failWith: undefined as ConnectorError | undefined, isInterrupted: false };
  const host: SchedulerHost = {
    store,
    functions: async () =>
      ['runs', 'env-vars', 'sessions'].map((name) => ({ kind: 'syncs' as const, name, path: name })),
    describeSync: async (name) => ({
      models: ['Run'],
      frequency: name === 'runs' ? 'every 5 minutes' : 'every hour',
      autoStart: name !== 'sessions',
    }),
    isConnected: (id) => ids.includes(id),
    canSync: (id) => ids.includes(id),
    connections: { ids: () => [...ids], get: (id) => connectionOf(id) },
    likeNango: undefined,
    stopSync: async () => undefined,
    resetSync: async () => undefined,
    runSync: (id, name, { signal } = {}) =>
      new Promise((resolve, reject) => {
        const of = `${id}/${name}`;
        expect(under.has(of)).toBe(false);
        under.add(of);
        most = Math.max(most, under.size);
        const end = (error = state.failWith) => {
          under.delete(of);
          signal?.removeEventListener('abort', stopped);
          error === undefined ? resolve({ ...outcome, isInterrupted: state.isInterrupted }) : reject(error);
        };
        const stopped = () => end(new ConnectorError('aborted'));
        signal?.addEventListener('abort', stopped, { once: true });
        runs.push({ of, at: Date.now(), end });
        if (!byHand) {
          end();
        }
      }),
  };
  return { host, runs, state, most: () => most, of: (name: string) => runs.filter((run) => run.of === name) };
}

const start = async (host: SchedulerHost, concurrency = 4) => {
  scheduler = new Scheduler(host, { concurrency });
  await scheduler.start();
  await vi.advanceTimersByTimeAsync(0);
};

const failure = (code: ErrorCode, retryAfterMs?: number) => new ConnectorError(code, undefined, { retryAfterMs });

describe('the schedule', () => {
  it('runs each sync at once, then at its frequency', async () => {
    const { host, of } = fakeHost(['a']);
    await start(host);
    await vi.advanceTimersByTimeAsync(61 * minute);
    const times = (name: string) => of(name).map(({ at }) => (at - (of(name)[0]?.at ?? 0)) / minute);
    expect(times('a/runs')).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60]);
    expect(times('a/env-vars')).toEqual([0, 60]);
  });

  it('runs a sync that was interrupted again at once', async () => {
    const { host, of, runs, state } = fakeHost(['a'], { byHand: true });
    await start(host);
    state.isInterrupted = true;
    runs.find((run) => run.of === 'a/runs')?.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(of('a/runs')).toHaveLength(2);
    state.isInterrupted = false;
    of('a/runs')[1]?.end();
    await vi.advanceTimersByTimeAsync(4 * minute);
    expect(of('a/runs')).toHaveLength(2);
  });

  it('never runs a sync twice at a time, and no more side by side than allowed', async () => {
    const { host, most, runs } = fakeHost(['a', 'b', 'c'], { byHand: true });
    await start(host, 2);
    expect(runs).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(sliceMs - 1);
    expect(runs).toHaveLength(2);
    for (let turn = 0; turn < 20; turn += 1) {
      runs[turn]?.end();
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(most()).toBe(2);
    expect(new Set(runs.map(({ of }) => of)).size).toBe(6);
  });

  it('goes on after a restart where it was: what is overdue now, the rest when it is due', async () => {
    const first = fakeHost(['a']);
    await start(first.host);
    await scheduler.stop();
    vi.setSystemTime(Date.now() + 2 * minute);
    const second = fakeHost(['a']);
    await start(second.host);
    expect(second.runs).toEqual([]);
    await vi.advanceTimersByTimeAsync(3 * minute);
    expect(second.runs.map(({ of }) => of)).toEqual(['a/runs']);
    await scheduler.stop();
    vi.setSystemTime(Date.now() + 3 * 60 * minute);
    const third = fakeHost(['a']);
    await start(third.host);
    expect(third.runs.map(({ of }) => of).sort()).toEqual(['a/env-vars', 'a/runs']);
  });

  it.each([
    { what: 'a year', ahead: 365 * 24 * 60 * minute },
    { what: 'two minutes', ahead: 2 * minute },
  ])('a clock that ran ahead by $what and was set right keeps no sync waiting', async ({ ahead }) => {
    const right = Date.now();
    vi.setSystemTime(right + ahead);
    const before = fakeHost(['a']);
    await start(before.host);
    await scheduler.stop();
    vi.setSystemTime(right);
    const after = fakeHost(['a']);
    await start(after.host);
    expect(scheduler.schedule('a', 'env-vars').nextAt).toBeLessThanOrEqual(right + 60 * minute);
    await vi.advanceTimersByTimeAsync(7 * minute);
    expect([...new Set(after.runs.map(({ of }) => of))].sort()).toEqual(['a/env-vars', 'a/runs']);
    // Once at first, then at its frequency again.
    expect(after.of('a/runs').length).toBeLessThanOrEqual(2);
  });

  it('a run that is stopped with the process is due at the next start', async () => {
    const first = fakeHost(['a'], { byHand: true });
    await start(first.host);
    await scheduler.stop();
    const second = fakeHost(['a']);
    await start(second.host);
    expect(second.of('a/runs')).toHaveLength(1);
  });
});

describe('a failure', () => {
  it('is tried again after 30 seconds, then further and further apart, and success ends that', async () => {
    const { host, of, state } = fakeHost(['a']);
    state.failWith = failure('server_error');
    await start(host);
    await vi.advanceTimersByTimeAsync(16 * minute);
    const gaps = of('a/runs').map(({ at }, index, all) => (at - (all[index - 1]?.at ?? at)) / second);
    expect(gaps).toEqual([0, 30, 60, 120, 240, 480]);
    state.failWith = undefined;
    const before = of('a/runs').length;
    await vi.advanceTimersByTimeAsync(30 * minute);
    expect(of('a/runs').slice(before).length).toBeGreaterThanOrEqual(3);
    expect(scheduler.schedule('a', 'runs').failures).toBe(0);
  });

  it.each([
    { failures: 1, frequency: 5 * minute, error: failure('network'), expected: 30 * second },
    { failures: 40, frequency: 5 * minute, error: failure('network'), expected: 60 * minute },
    { failures: 40, frequency: 24 * 60 * minute, error: failure('network'), expected: 24 * 60 * minute },
    { failures: 1, frequency: 5 * minute, error: failure('rate_limited', 4 * minute), expected: 4 * minute },
    { failures: 1, frequency: 5 * minute, error: failure('rate_limited', 9e9), expected: 60 * minute },
    { failures: 3, frequency: 5 * minute, error: new Error('crash'), expected: 2 * minute },
  ])('number $failures waits $expected ms', ({ error, expected, failures, frequency }) => {
    expect(backoffMs(failures, frequency, error)).toBe(expected);
  });

  it.each(['auth_revoked', 'unauthorized', 'forbidden', 'endpoint_not_allowed', 'checkpoint_mismatch'] as const)(
    '%s stops the sync until somebody starts it, or the key is replaced',
    async (code) => {
      const { host, of, state } = fakeHost(['a']);
      state.failWith = failure(code);
      await start(host);
      await vi.advanceTimersByTimeAsync(24 * 60 * minute);
      expect(of('a/runs')).toHaveLength(1);
      expect(scheduler.schedule('a', 'runs').state).toBe('stopped');
      state.failWith = undefined;
      scheduler.begin('a');
      await vi.advanceTimersByTimeAsync(1);
      expect(of('a/runs')).toHaveLength(2);
      expect(scheduler.schedule('a', 'runs').state).toBe('started');
    },
  );
});

describe('a person', () => {
  it('starts a stopped sync by hand: it works, so it goes on by itself', async () => {
    const { host, of, state } = fakeHost(['a']);
    state.failWith = failure('unauthorized');
    await start(host);
    await vi.advanceTimersByTimeAsync(24 * 60 * minute);
    expect(scheduler.schedule('a', 'runs').state).toBe('stopped');
    state.failWith = undefined;
    await scheduler.trigger('a', 'runs');
    await vi.advanceTimersByTimeAsync(1);
    expect(scheduler.schedule('a', 'runs').state).toBe('started');
    const before = of('a/runs').length;
    await vi.advanceTimersByTimeAsync(24 * 60 * minute);
    expect(of('a/runs').length).toBeGreaterThan(before);
  });

  it('pauses and resumes a sync; a new key does not resume what was paused', async () => {
    const { host, of } = fakeHost(['a']);
    await start(host);
    await scheduler.pause('a', 'runs');
    scheduler.begin('a');
    await vi.advanceTimersByTimeAsync(60 * minute);
    expect(of('a/runs')).toHaveLength(1);
    scheduler.resume('a', 'runs');
    await vi.advanceTimersByTimeAsync(0);
    expect(of('a/runs')).toHaveLength(2);
  });

  it('runs one now, paused or not', async () => {
    const { host, of } = fakeHost(['a']);
    await start(host);
    await scheduler.pause('a', 'runs');
    await scheduler.trigger('a', 'runs');
    await vi.advanceTimersByTimeAsync(0);
    expect(of('a/runs')).toHaveLength(2);
    expect(scheduler.schedule('a', 'runs').state).toBe('paused');
  });

  it('runs one that runs once more where that is asked for: it may have read past what is new', async () => {
    const { host, of } = fakeHost(['a'], { byHand: true });
    await start(host);
    await scheduler.trigger('a', 'runs');
    await scheduler.trigger('a', 'runs');
    await vi.advanceTimersByTimeAsync(0);
    expect(of('a/runs')).toHaveLength(1);
    of('a/runs')[0]?.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(of('a/runs')).toHaveLength(2);
    of('a/runs')[1]?.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(of('a/runs')).toHaveLength(2);
  });

  it('starts what does not start by itself', async () => {
    const { host, of } = fakeHost(['a']);
    await start(host);
    await vi.advanceTimersByTimeAsync(120 * minute);
    expect([of('a/sessions'), scheduler.schedule('a', 'sessions').state]).toEqual([[], 'paused']);
    scheduler.resume('a', 'sessions');
    await vi.advanceTimersByTimeAsync(0);
    expect(of('a/sessions')).toHaveLength(1);
  });

  it('chooses a frequency, and takes it back', async () => {
    const { host, of } = fakeHost(['a']);
    await start(host);
    expect(scheduler.setFrequency('a', 'runs', 'every minute')).toBe('every minute');
    await vi.advanceTimersByTimeAsync(10 * minute);
    expect(of('a/runs').length).toBe(11);
    expect(scheduler.setFrequency('a', 'runs', null)).toBe('every 5 minutes');
    expect(() => scheduler.setFrequency('a', 'runs', 'every 5 seconds')).toThrow(/at least every 30 seconds/);
    expect(() => scheduler.schedule('a', 'unknown')).toThrow(/no such sync/);
  });
});
