import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectorError } from '../../../src/errors/index.js';
import { syncRuns } from '../../../src/nango/index.js';
import { type Clock, Pace } from '../../../src/nango/sync/pace.js';
import { rateLimitFault } from '../../fake-api/index.js';
import { clockOf, minute, nangoOf, start, world } from './history.js';

const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

const headers = (limit: number, remaining: number) => ({
  'x-ratelimit-limit': String(limit),
  'x-ratelimit-remaining': String(remaining),
});

beforeEach(() => {
  vi.useFakeTimers({ now: start, toFake: ['Date', 'setTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Requests in a row or side by side, and when each was sent, in milliseconds from the start. */
function setUp({ lanes = 1, share = 0.2 }: { lanes?: number; share?: number } = {}) {
  const said: string[] = [];
  const sent: number[] = [];
  const pace = new Pace(share, clock, (message) => said.push(message));
  const send = async (count: number, answer: (index: number) => Record<string, string> | Error) => {
    const first = sent.length;
    const lane = async () => {
      while (sent.length < first + count) {
        await pace.run(async () => {
          sent.push(Date.now() - start);
          const given = answer(sent.length - first);
          if (given instanceof Error) {
            throw given;
          }
          return { headers: given };
        });
      }
    };
    const all = Promise.all(Array.from({ length: lanes }, lane));
    // Not unhandled while time passes.
    all.catch(() => undefined);
    await vi.runAllTimersAsync();
    await all;
    return sent.slice(first);
  };
  return { said, sent, send };
}

const gaps = (times: readonly number[]) => times.slice(1).map((time, index) => time - (times[index] ?? 0));

describe('Pace', () => {
  it.each([
    { what: 'more than a fifth is left', given: headers(750, 151) },
    { what: 'nothing is said of a limit', given: {} },
    { what: 'what is said is no number', given: { 'x-ratelimit-limit': 'many', 'x-ratelimit-remaining': '0' } },
    { what: 'the limit is none', given: headers(0, 0) },
  ])('does not wait while $what', async ({ given }) => {
    const { send } = setUp({ lanes: 4 });
    expect(Math.max(...(await send(200, () => given)))).toBe(0);
  });

  it.each(
    [
      // Milliseconds between two requests: a share of a thirtieth of the limit a second.
      { limit: 750, share: 1, every: 40 },
      { limit: 750, share: 0.2, every: 200 },
      { limit: 750, share: 0.01, every: 4_000 },
      { limit: 1_500, share: 1, every: 20 },
      { limit: 1_500, share: 0.2, every: 100 },
      { limit: 1_500, share: 0.01, every: 2_000 },
    ].flatMap((row) => [1, 4].map((lanes) => ({ ...row, lanes }))),
  )(
    'of $limit with a share of $share sends every $every ms, $lanes side by side',
    async ({ every, lanes, limit, share }) => {
      const { send } = setUp({ lanes, share });
      const times = await send(20, () => headers(limit, limit / 5));
      // Those that were under way when the bucket ran low, and the first of the slow ones.
      const slow = gaps(times).slice(lanes);
      expect(slow.length).toBeGreaterThan(10);
      for (const gap of slow) {
        expect(gap).toBeCloseTo(every, 6);
      }
      expect(
        gaps(times)
          .slice(0, lanes - 1)
          .every((gap) => gap === 0),
      ).toBe(true);
    },
  );

  it('waits no longer where the clock is set back by an hour', async () => {
    const { send } = setUp();
    const times = await send(3, (index) => {
      if (index === 2) {
        vi.setSystemTime(Date.now() - 60 * minute);
      }
      return headers(750, 10);
    });
    expect(gaps(times).slice(1)).toEqual([200 - 60 * minute]);
  });

  it('goes back to bursts once the bucket has filled up again', async () => {
    const { send } = setUp({ lanes: 4 });
    await send(12, () => headers(750, 10));
    const times = await send(40, (index) => headers(750, index <= 4 ? 140 : 400));
    expect(Math.max(...times.slice(4)) - Math.min(...times.slice(4))).toBeLessThanOrEqual(4 * 200);
    expect(gaps(times).slice(-30)).toEqual(Array.from({ length: 30 }, () => 0));
  });

  const refused = (retryAfterMs?: number) => new ConnectorError('rate_limited', 'Too many.', { retryAfterMs });

  it.each([
    { what: 'the reset', retryAfterMs: 7_400, wait: 7_400, seconds: 8 },
    { what: 'a second at least, where clocks differ', retryAfterMs: 0, wait: 1_000, seconds: 1 },
    { what: 'a second, where no reset is told', retryAfterMs: undefined, wait: 1_000, seconds: 1 },
    { what: 'a minute, which is the most', retryAfterMs: 60_000, wait: 60_000, seconds: 60 },
  ])('waits for $what after a refusal, and says so', async ({ retryAfterMs, seconds, wait }) => {
    const { said, send } = setUp();
    const times = await send(3, (index) => (index === 2 ? refused(retryAfterMs) : headers(750, 700)));
    expect(times).toEqual([0, 0, wait]);
    expect(said).toEqual([`The rate limit is used up; going on in ${seconds} s.`]);
  });

  it('holds back the others too after a refusal', async () => {
    const { send } = setUp({ lanes: 4 });
    const times = await send(12, (index) => (index === 5 ? refused(9_000) : headers(750, 700)));
    // Whoever has its turn after the refusal waits; nobody is let through in between.
    expect(times.filter((time) => time > 0 && time < 9_000)).toEqual([]);
    expect(times.filter((time) => time === 0).length).toBeLessThanOrEqual(8);
  });

  it.each([
    { retryAfterMs: 60_001, words: '2 minutes' },
    { retryAfterMs: 50 * 60_000, words: '50 minutes' },
    { retryAfterMs: 24 * 60 * 60_000, words: '24 hours' },
  ])('ends where the reset is $words away, and says when it is', async ({ retryAfterMs, words }) => {
    const { said, send, sent } = setUp();
    const ended = send(3, (index) => (index === 2 ? refused(retryAfterMs) : headers(750, 700)));
    await expect(ended).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterMs,
      message: expect.stringContaining(`The limit resets in ${words}, and a sync waits a minute at most`),
    });
    expect([sent, said]).toEqual([[0, 0], []]);
  });

  it.each([
    { limit: 1, share: 0.2 },
    { limit: 0.001, share: 1 },
    { limit: 40, share: 0.01 },
  ])('of $limit with a share of $share sends one request per minute, and says so once', async ({ limit, share }) => {
    const { said, send } = setUp({ share });
    expect(gaps(await send(4, () => headers(limit, 0)))).toEqual([0, 60_000, 60_000]);
    expect(said).toEqual([
      `The rate limit of ${limit} leaves less than one request per minute to a sync; one per minute is sent.`,
    ]);
  });

  it('gives up after ten minutes of refusals in a row', async () => {
    const { send, sent } = setUp();
    await expect(send(100, () => refused(50_000))).rejects.toMatchObject({ code: 'rate_limited' });
    expect(sent.at(-1)).toBe(600_000);
  });

  it('gives up after thirty refusals in a row', async () => {
    const { said, send, sent } = setUp();
    await expect(send(100, () => refused(10_000))).rejects.toMatchObject({ code: 'rate_limited' });
    expect(sent).toHaveLength(31);
    expect(sent.at(-1)).toBe(300_000);
    expect(said).toHaveLength(30);
  });

  it('does not while some get through', async () => {
    const { said, send } = setUp();
    expect(await send(100, (index) => (index % 20 === 0 ? headers(750, 10) : refused(1_000)))).toHaveLength(100);
    expect(said).toHaveLength(95);
  });

  it.each([
    new ConnectorError('server_error', 'No.'),
    new ConnectorError('unauthorized', 'No.'),
    new ConnectorError('timeout', 'No.', { retryAfterMs: 5_000 }),
    Object.assign(new Error('No.'), { code: 'rate_limited' }),
  ])('passes any other error on at once: $code', async (error) => {
    const { said, send, sent } = setUp();
    await expect(send(5, () => error)).rejects.toBe(error);
    expect(sent).toEqual([0]);
    expect(said).toEqual([]);
  });
});

describe('a sync at the limit', () => {
  const rateLimit = { limit: 30, refill: 10, enforce: true };

  function atTheLimit() {
    const inWorld = world({ rateLimit });
    const { clock: time, project } = inWorld;
    for (let index = 0; index < 3_000; index += 1) {
      time.now += minute;
      project.createRun('prod', { status: 'COMPLETED' });
    }
    vi.setSystemTime(time.now);
    const nango = nangoOf(inWorld);
    const slept: number[] = [];
    const { now } = clockOf(inWorld);
    const sleep = async (ms: number) => {
      slept.push(ms);
      time.now += ms;
      vi.setSystemTime(time.now);
    };
    return {
      nango,
      project,
      slept,
      refusals: () => nango.answers.filter(({ status }) => status === 429).length,
      sync: () => syncRuns(nango, { now, sleep }),
    };
  }

  it('stores everything, and leaves the customer a part of the bucket', async () => {
    const { nango, project, refusals, slept, sync } = atTheLimit();
    await sync();
    expect(nango.records.size).toBe(project.runsOf('prod').length);
    expect(nango.proxied.length).toBeGreaterThan(35);
    expect(refusals()).toBe(0);
    // A fifth of a token a second.
    expect(new Set(slept.map(Math.round))).toEqual(new Set([5_000]));
  });

  it('waits for the reset where the customer takes all that there is, and still stores everything', async () => {
    const { nango, project, refusals, slept, sync } = atTheLimit();
    let bursts = 0;
    nango.betweenPages = () => {
      if (nango.answers.length % 8 === 0 && bursts < 5) {
        bursts += 1;
        while (project.rateLimiter.take('prod').remaining > 0);
      }
    };
    await sync();
    expect(nango.records.size).toBe(project.runsOf('prod').length);
    expect(refusals()).toBeGreaterThan(3);
    // Of those side by side, each once.
    expect(refusals()).toBeLessThanOrEqual(4 * bursts);
    expect(nango.logged.length).toBe(refusals());
    expect(nango.logged[0]).toMatch(/^The rate limit is used up; going on in \d+ s\.$/);
    // The header tells the reset in milliseconds since 1970: never further away than the bucket fills.
    expect(Math.max(...slept)).toBeLessThanOrEqual(10_000);
  });

  it('reads the reset as milliseconds since 1970', async () => {
    const { nango, slept, sync } = atTheLimit();
    const { body, headers: given, status = 429 } = rateLimitFault(Date.now() + 7_000);
    let answered = 0;
    nango.rewrite = (answer) => (++answered === 1 ? { status, headers: { ...given }, data: body } : answer);
    await sync();
    expect(slept[0]).toBe(7_000);
    expect(nango.logged).toEqual(['The rate limit is used up; going on in 7 s.']);
  });

  it('gives up where nothing is ever left, and keeps what it has', async () => {
    const { nango, sync } = atTheLimit();
    nango.betweenPages = () => {
      if (nango.proxied.length > 20) {
        nango.rewrite = () => ({ status: 429, headers: {}, data: {} });
      }
    };
    await expect(sync()).rejects.toMatchObject({ payload: { code: 'rate_limited' } });
    expect(nango.records.size).toBeGreaterThan(500);
    expect(nango.proxied.length).toBeLessThan(20 + 40);
    nango.betweenPages = undefined;
    nango.rewrite = undefined;
    await sync();
    expect(nango.records.size).toBe(3_000);
  });
});
