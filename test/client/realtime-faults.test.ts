import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createApi } from '../../src/client/api/index.js';
import { callerFor, closeConnections, type Transport } from '../../src/client/index.js';
import { ConnectorError } from '../../src/errors/index.js';
import type { Fault, KeyName } from '../fake-api/index.js';
import { connectionTo, failureOf } from './connections.js';
import { all, clientOf, connectTo, fakeApi } from './fake.js';
import { place, row, upToDate } from './odd-shapes.js';

beforeAll(() => import('@electric-sql/client'));
afterAll(closeConnections);

describe('what the server refuses is told once, and not asked again', () => {
  it.each<[string, KeyName, (own: string) => string, string]>([
    ['an unknown run', 'root:prod', () => 'run_unknown', 'not_found'],
    ['a run of another environment', 'root:stg', (own) => own, 'not_found'],
    ['a key that may not', 'additional:triggerTasks', (own) => own, 'forbidden'],
  ])('%s', async (_, key, which, code) => {
    const api = await fakeApi({ runs: 30, longPollMs: 300 });
    const { id } = api.project.createRun('prod');
    const { runs } = clientOf(connectTo(api, key));
    const error = await failureOf(all(runs.subscribeToRun(which(id))), code as 'not_found');
    expect(error).toMatchObject({ endpoint: 'runs.subscribeToRun' });
    expect(api.requests).toHaveLength(1);
  });

  it.each<[string, Fault, string]>([
    ['a wrong key', { status: 401, body: { error: 'Invalid API key' } }, 'unauthorized'],
    ['a redirect', { status: 307, headers: { location: 'https://elsewhere.example.com/' } }, 'redirect_refused'],
    ['a page of HTML', { status: 200, body: '<p>hi', headers: { 'content-type': 'text/html' } }, 'invalid_response'],
    ['an object', { status: 200, body: { data: [] } }, 'invalid_response'],
    ['null', { status: 200, body: null }, 'invalid_response'],
    ['a list without a place', { status: 200, body: [] }, 'invalid_response'],
  ])('%s', async (_, fault, code) => {
    const api = await fakeApi({ runs: 30, longPollMs: 300 });
    const { id } = api.project.createRun('prod');
    const { runs } = clientOf(connectTo(api, 'root:prod'));
    api.fail({ ...fault, times: 50 });
    await failureOf(all(runs.subscribeToRun(id)), code as 'unauthorized');
    expect(api.requests).toHaveLength(1);
  });
});

describe('what passes', () => {
  const id = 'run_1';

  function failing(times: number, code: 'network' | 'timeout' | 'server_error' | 'rate_limited') {
    let sent = 0;
    const row = {
      friendlyId: id,
      status: 'COMPLETED_SUCCESSFULLY',
      taskIdentifier: 'a',
      createdAt: '2026-11-20T09:00:00.000',
    };
    const transport: Transport = {
      async send() {
        sent += 1;
        if (sent <= times) {
          throw new ConnectorError(code, 'passing');
        }
        return {
          status: 200,
          headers: {
            'content-type': 'application/json',
            'electric-offset': '0_0',
            'electric-handle': 'a-handle',
            'electric-schema': '{}',
          },
          body: [{ key: id, value: row, headers: { operation: 'insert' } }, { headers: { control: 'up-to-date' } }],
        };
      },
    };
    const call = callerFor(connectionTo('https://trigger.example.com'), transport);
    return { runs: createApi(() => call).runs, sent: () => sent };
  }

  it.each(['network', 'timeout', 'server_error', 'rate_limited'] as const)('is tried again: %s', async (code) => {
    const { runs, sent } = failing(2, code);
    expect((await all(runs.subscribeToRun(id))).map(({ status }) => status)).toEqual(['COMPLETED']);
    // One more goes out before the end of the run is read.
    expect([3, 4]).toContain(sent());
  });

  it('is tried again from where it was, when the connection drops meanwhile', async () => {
    const api = await fakeApi({ runs: 30, longPollMs: 300 });
    const { id } = api.project.createRun('prod');
    const { runs } = clientOf(connectTo(api, 'root:prod'));
    const found: string[] = [];
    for await (const { status } of runs.subscribeToRun(id)) {
      found.push(status);
      if (status === 'QUEUED') {
        api.fail({ drop: 'before', times: 2 });
        api.project.updateRun(id, { status: 'COMPLETED' });
      }
    }
    expect(found).toEqual(['QUEUED', 'COMPLETED']);
    const offsets = api.requests.map(({ path }) => new URL(path, api.url).searchParams.get('offset'));
    expect(offsets.filter((offset) => offset === '-1')).toHaveLength(1);
  });

  it('leaves nothing behind at a signal that lives on', async () => {
    const { runs } = failing(0, 'network');
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    await all(runs.subscribeToRun(id, { signal }));
    expect(added.mock.calls.length).toBeGreaterThan(0);
    for (const [, , options] of added.mock.calls) {
      expect((options as AddEventListenerOptions).signal?.aborted).toBe(true);
    }
  });

  it('ends it after five failures in a row', async () => {
    const { runs, sent } = failing(1000, 'network');
    await failureOf(all(runs.subscribeToRun(id)), 'network');
    expect(sent()).toBe(5);
  });
});

describe('a server that responds at once', () => {
  /** A client whose server sends what `next` makes for the request of that number. */
  function served(next: (count: number) => { offset: string; rows: readonly object[] }) {
    let sent = 0;
    const transport: Transport = {
      async send() {
        sent += 1;
        const { offset, rows } = next(sent);
        return {
          status: 200,
          // Without the last one, the client of the protocol fetches two responses ahead.
          headers: { ...place, 'electric-offset': offset, 'electric-up-to-date': '' },
          body: [...rows, upToDate],
        };
      },
    };
    const call = callerFor(connectionTo('https://trigger.example.com'), transport);
    return { runs: createApi(() => call).runs, sent: () => sent };
  }

  it.each([
    ['nothing new', (): readonly object[] => []],
    ['the same rows from the same place', (): readonly object[] => [row('run_1')]],
  ])('with %s is asked four times a second, not as often as it responds', async (_, rows) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { runs, sent } = served(() => ({ offset: '1_0', rows: rows() }));
    const abort = new AbortController();
    const following = all(runs.subscribeToRunsWithTag('a', {}, { signal: abort.signal }));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent()).toBeGreaterThan(30);
    expect(sent()).toBeLessThanOrEqual(42);
    abort.abort();
    await following;
  });

  it('with new rows is asked again without a pause', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { runs } = served((count) => ({ offset: `${count}_0`, rows: [row(`run_${count}`)] }));
    let found = 0;
    // The clock stands still: a pause would never end.
    for await (const _ of runs.subscribeToRunsWithTag('a')) {
      found += 1;
      if (found === 100) {
        break;
      }
    }
    expect(found).toBe(100);
  });

  it('is asked for more once the caller has read what came', async () => {
    const { runs, sent } = served((count) => ({
      offset: `${count}_0`,
      rows: [row(`run_${count}`), row(`run_${count}_more`)],
    }));
    const following = runs.subscribeToRunsWithTag('a')[Symbol.asyncIterator]();
    await following.next();
    await wait(50);
    expect(sent()).toBe(1);
    await following.next();
    await following.next();
    expect(sent()).toBe(2);
    await following.return?.();
  });
});
