import { describe, expect, it } from 'vitest';
import { endpoints } from '../../src/api/index.js';
import { callerFor } from '../../src/client/index.js';
import { type RequestOptions, realSurroundings, sendWithRetries } from '../../src/client/send.js';
import { ConnectorError } from '../../src/errors/index.js';
import type { HttpRequest, Repeat } from '../../src/gate/index.js';
import { connectionTo, failureOf } from './connections.js';
import { fakeSurroundings, type Outcome, scripted, start } from './scripted.js';

const request: HttpRequest = { method: 'GET', path: '/', query: {}, headers: {} };
const connection = connectionTo('https://api.example.com');
const lost = (takesMs = 0): Outcome => Object.assign(new ConnectorError('network'), { takesMs });
const busy = { status: 503 };
const limited = (resetMs: number): Outcome => ({ status: 429, headers: { 'x-ratelimit-reset': String(resetMs) } });

function world(...script: Outcome[]) {
  const { surroundings, waits, state } = fakeSurroundings();
  const { transport, sent } = scripted(state, ...script);
  return {
    waits,
    sent,
    send: (repeat: Repeat = 'safe', options: RequestOptions = {}) =>
      sendWithRetries(transport, connection, request, repeat, options, surroundings),
    list: (options?: RequestOptions) =>
      callerFor(connection, transport, surroundings)(endpoints['runs.list'], {}, options),
    surroundings,
    transport,
  };
}

describe('sendWithRetries', () => {
  it.each<[string, Repeat, RequestOptions, Outcome[], number | string, number[]]>([
    ['goes on until it works', 'safe', {}, [busy, lost(), {}], 200, [375, 750]],
    ['stops after three attempts', 'safe', {}, [busy], 503, [375, 750]],
    ['stops after as many as asked', 'safe', { retry: { maxAttempts: 5 } }, [busy], 503, [375, 750, 1_500, 3_000]],
    ['tries once when asked', 'safe', { retry: { maxAttempts: 1 } }, [busy], 503, []],
    ['tries once at least', 'safe', { retry: { maxAttempts: 0 } }, [busy], 503, []],
    ['repeats a lost keyed request', 'keyed', {}, [lost()], 'network', [375, 750]],
    ['never repeats a lost request that must go out once', 'once', {}, [lost(), {}], 'network', []],
    ['never repeats one that a server error met', 'once', {}, [busy, {}], 503, []],
    ['repeats it after a rate limit', 'once', {}, [limited(start + 2_000), {}], 200, [2_125]],
    ['waits for the reset', 'safe', {}, [limited(start + 50_000), {}], 200, [50_125]],
    ['does not wait over a minute', 'safe', { timeoutMs: 600_000 }, [limited(start + 60_001), {}], 429, []],
    ['does not wait past the deadline', 'safe', { timeoutMs: 4_000 }, [limited(start + 4_000), {}], 429, []],
    ['keeps one deadline over all attempts', 'safe', { timeoutMs: 1_000 }, [lost(400)], 'network', [375]],
    ['takes a minute for it unless told', 'safe', {}, [lost(59_000)], 'network', [375]],
    ['no more than a minute', 'safe', {}, [lost(59_700)], 'network', []],
  ])('%s', async (_, repeat, options, script, outcome, waits) => {
    const { send, sent, waits: waited } = world(...script);
    if (typeof outcome === 'string') {
      await expect(send(repeat, options)).rejects.toMatchObject({ code: outcome });
    } else {
      expect((await send(repeat, options)).status).toBe(outcome);
    }
    expect(waited).toEqual(waits);
    expect(sent).toHaveLength(waits.length + 1);
  });

  it('gives every attempt the time that is left', async () => {
    const { send, sent } = world(lost(1_000), lost(2_000), {});
    await send('safe', { timeoutMs: 10_000 });
    expect(sent.map(({ options }) => options.timeoutMs)).toEqual([10_000, 8_625, 5_875]);
  });

  it('passes on what is no ConnectorError, and does not repeat it', async () => {
    const { surroundings, waits } = fakeSurroundings();
    const broken = { send: () => Promise.reject(new RangeError('a bug')) };
    await expect(sendWithRetries(broken, connection, request, 'safe', {}, surroundings)).rejects.toThrow(RangeError);
    expect(waits).toEqual([]);
  });

  it.each<[RequestOptions, string]>([
    [{ timeoutMs: Number.NaN }, 'timeoutMs'],
    [{ timeoutMs: 0 }, 'timeoutMs'],
    [{ timeoutMs: -5 }, 'timeoutMs'],
    [{ timeoutMs: '5000' as never }, 'timeoutMs'],
    [{ retry: { maxAttempts: Number.NaN } }, 'retry.maxAttempts'],
    [{ retry: { maxAttempts: '3' as never } }, 'retry.maxAttempts'],
  ])('refuses %j before anything is sent', async (options, path) => {
    const { list, sent } = world();
    const error = await failureOf(list(options), 'input_invalid');
    expect(error.path).toBe(path);
    expect(error.message).toContain(path);
    expect(sent).toEqual([]);
  });

  it.each([2.5, 3e9, 1e300, Number.POSITIVE_INFINITY])('takes %d ms as a time that a timer can hold', async (ms) => {
    const { send, sent } = world();
    await send('safe', { timeoutMs: ms });
    const given = sent[0]?.options.timeoutMs ?? 0;
    expect(Number.isInteger(given)).toBe(true);
    expect(given).toBe(Math.min(Math.ceil(ms), 2 ** 31 - 1));
  });
});

describe('rate limits', () => {
  it.each([
    ['over a minute away', {}, 90_000],
    ['past the deadline', { timeoutMs: 2_000 }, 3_000],
  ])('a reset %s is the caller’s to decide on', async (_, options, awayMs) => {
    const { list, sent, waits } = world(limited(start + awayMs));
    const error = await failureOf(list(options), 'rate_limited');
    expect(error).toMatchObject({ retryAfterMs: awayMs, status: 429, endpoint: 'runs.list' });
    expect(error.message).toContain(`${awayMs / 1000} s`);
    expect(sent).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  it('counts the time to the reset from the last answer', async () => {
    const { list } = world(limited(start + 30_000), limited(start + 95_000));
    const error = await failureOf(list({ timeoutMs: 200_000 }), 'rate_limited');
    expect(error.retryAfterMs).toBe(95_000 - 30_125);
  });
});

describe('abort', () => {
  it('ends a wait that begins after it', async () => {
    await failureOf(realSurroundings.sleep(60_000, AbortSignal.abort()), 'aborted');
  });

  it('before the call sends nothing', async () => {
    const { list, sent } = world();
    await failureOf(list({ signal: AbortSignal.abort() }), 'aborted');
    expect(sent).toEqual([]);
  });

  it('during a backoff stops the wait and sends nothing more', async () => {
    const { transport, sent } = world(limited(Date.now() + 50_000), {});
    const abort = new AbortController();
    const surroundings = {
      ...realSurroundings,
      sleep: (ms: number, signal?: AbortSignal) => {
        setTimeout(() => abort.abort(), 5);
        return realSurroundings.sleep(ms, signal);
      },
    };
    const call = callerFor(connection, transport, surroundings);
    const started = performance.now();
    await failureOf(call(endpoints['runs.list'], {}, { signal: abort.signal }), 'aborted');
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(sent).toHaveLength(1);
  });

  it('during a backoff that cannot be stopped sends nothing more either', async () => {
    const { surroundings, transport, sent } = world(busy, {});
    const abort = new AbortController();
    const sleep = async () => abort.abort();
    const call = callerFor(connection, transport, { ...surroundings, sleep });
    await failureOf(call(endpoints['runs.list'], {}, { signal: abort.signal }), 'aborted');
    expect(sent).toHaveLength(1);
  });
});
