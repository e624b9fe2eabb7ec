import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createApi } from '../../src/client/api/index.js';
import { callerFor, closeConnections, type RunsListParams, undiciTransport } from '../../src/client/index.js';
import { cursorOf, type Window } from '../../src/client/run-window.js';
import { realSurroundings } from '../../src/client/send.js';
import { base64url } from '../../src/connection/index.js';
import { type EnvName, type FakeApi, type ListGuard, RUNS_END, startFakeApi } from '../fake-api/index.js';
import { failureOf } from './connections.js';
import { all, connectTo, fakeApi, ids, queryOf } from './fake.js';

afterAll(closeConnections);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The client's clock need not be that of the server. */
function listOf(api: FakeApi, key: 'root:prod' | 'pat:alice' = 'root:prod', now = RUNS_END) {
  const fields = key === 'pat:alice' ? { projectRef: api.project.ref } : {};
  const surroundings = { ...realSurroundings, now: () => now, sleep: async () => undefined };
  const call = callerFor(connectTo(api, key, fields), undiciTransport, surroundings);
  return createApi(() => call).runs.list;
}

/** A run after each of these gaps, back from the end. */
function fill(api: FakeApi, gaps: readonly number[], env: EnvName = 'prod'): void {
  let createdMs = RUNS_END;
  for (const [index, gap] of gaps.entries()) {
    createdMs -= gap;
    const status = index % 3 === 0 ? 'COMPLETED' : 'QUEUED';
    api.project.createRun(env, { createdAt: new Date(createdMs).toISOString(), status });
  }
}

const history = (options: object = {}) => fakeApi({ runs: 0, now: () => RUNS_END, ...options });

const hourly = (count: number) => Array.from({ length: count }, () => HOUR);
const wanted = (api: FakeApi) => ids(api.project.runsOf('prod'));

const statuses = (api: FakeApi) =>
  api.requests.map(({ path }) => new URLSearchParams(path.split('?')[1]).get('filter[createdAt][from]'));

describe('a list that the server refuses as too much', () => {
  it('is one request a page, with an explicit bound, until then', async () => {
    const api = await history();
    fill(api, hourly(100));
    expect(ids(await all(listOf(api)({ limit: 50 })))).toEqual(wanted(api));
    expect(statuses(api)).toEqual(['1', '1']);
  });

  it('goes on in windows, newest first, each run once', async () => {
    const api = await history({ listGuard: { mostRuns: 40 } });
    fill(api, hourly(200));
    const pages: string[][] = [];
    for await (const page of listOf(api)({ limit: 25 }).iterPages()) {
      expect(page.hasPreviousPage()).toBe(false);
      pages.push(ids(page.data));
    }
    expect(pages.flat()).toEqual(wanted(api));
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(25);
    // Most of them narrow the first window: from five years to hours.
    expect(api.requests.length).toBeLessThan(60);
  });

  it('begins with a page of the newest, and hands out a cursor that a fresh client takes', async () => {
    const api = await history({ listGuard: { mostRuns: 40 } });
    fill(api, hourly(200));
    const found: string[] = [];
    let after: string | undefined;
    do {
      const page = await listOf(api)({ limit: 10, ...(after !== undefined && { after }) });
      expect(found.length === 0 ? page.data.length : 1).toBeGreaterThan(0);
      found.push(...ids(page.data));
      after = page.pagination.next ?? undefined;
    } while (after !== undefined);
    expect(found).toEqual(wanted(api));
    // The narrow window is in the cursor: it is not looked for again.
    expect(api.requests.length).toBeLessThan(80);
  });

  it('may begin to be refused in the middle, for the same client and for a fresh one', async () => {
    for (const isFresh of [false, true]) {
      const api = await history();
      fill(api, hourly(200));
      const first = await listOf(api)({ limit: 30 });
      const second = await first.getNextPage();
      const { next } = second.pagination;
      api.project.listGuard = { mostRuns: 20 };
      const rest = isFresh
        ? await all(listOf(api)({ limit: 30, ...(next && { after: next }) }))
        : await all(await second.getNextPage());
      expect(ids([...first.data, ...second.data, ...rest])).toEqual(wanted(api));
    }
  });

  it('gets narrower while it goes, and wide again where there is little', async () => {
    const api = await history({ listGuard: { mostRuns: 30 } });
    fill(api, [
      ...hourly(50),
      ...Array.from({ length: 100 }, () => 2 * MINUTE),
      400 * DAY,
      ...hourly(40),
      200 * DAY,
      1,
    ]);
    expect(ids(await all(listOf(api)({ limit: 30 })))).toEqual(wanted(api));
    expect(api.requests.length).toBeLessThan(120);
  });

  it('ends where the caller said, and with the window before 2022 that is empty', async () => {
    const api = await history({ listGuard: { mostRuns: 10 } });
    fill(api, hourly(60));
    const from = RUNS_END - 40 * HOUR;
    expect(ids(await all(listOf(api)({ from, limit: 5 })))).toEqual(wanted(api).slice(0, 40));
    const asked = statuses(api).map((text) => Number(text));
    expect(Math.min(...asked)).toBe(from);
    api.requests.length = 0;
    await all(listOf(api)({ limit: 5 }));
    const last = queryOf(api);
    expect(Number(last['filter[createdAt][from]'])).toBeLessThan(Date.UTC(2022, 0, 1));
    expect(api.requests.length).toBeLessThan(70);
  });

  it.each<[string, RunsListParams, (createdAt: number) => boolean]>([
    ['a date from', { from: new Date(RUNS_END - 30 * HOUR).toISOString() }, (at) => at >= RUNS_END - 30 * HOUR],
    ['a Date to', { to: new Date(RUNS_END - 30 * HOUR) }, (at) => at <= RUNS_END - 30 * HOUR],
    [
      'both',
      { from: RUNS_END - 90 * HOUR, to: RUNS_END - 30 * HOUR },
      (at) => at >= RUNS_END - 90 * HOUR && at <= RUNS_END - 30 * HOUR,
    ],
    ['a time to come', { to: RUNS_END + 900 * DAY }, () => true],
    ['the beginning of time', { from: 0 }, () => true],
    ['a period', { period: '2d' }, (at) => at >= RUNS_END - 2 * DAY],
  ])('keeps to %s', async (_, params, isWanted) => {
    const api = await history({ listGuard: { mostRuns: 10 } });
    fill(api, hourly(100));
    const expected = api.project.runsOf('prod').filter(({ createdAt }) => isWanted(Date.parse(createdAt)));
    expect(ids(await all(listOf(api)({ ...params, limit: 7 })))).toEqual(ids(expected));
  });

  it('keeps its filters in every window', async () => {
    const api = await history({ listGuard: { mostRuns: 10 } });
    fill(api, hourly(60));
    const found = await all(listOf(api)({ status: ['COMPLETED'], limit: 5 }));
    expect(ids(found)).toEqual(ids(api.project.runsOf('prod').filter(({ status }) => status === 'COMPLETED')));
    expect(api.requests.every((_, index) => queryOf(api, index)['filter[status]'] === 'COMPLETED')).toBe(true);
  });

  it('stays refused where one minute is too much', async () => {
    const api = await history({ listGuard: { mostRuns: 2 } });
    fill(api, [0, 1_000, 1_000]);
    const error = await failureOf(listOf(api)(), 'unprocessable');
    expect(error.message).toContain('Narrow the time window: pass `from` and `to`');
    expect(api.requests.length).toBeLessThan(30);
    const [first, , , last] = [...statuses(api).slice(0, 3), statuses(api).at(-1)];
    expect(first).toBe('1');
    expect(RUNS_END - Number(last)).toBe(MINUTE);
  });

  it('stays refused where the caller asked for less than a minute, or for the page before', async () => {
    const api = await history();
    fill(api, hourly(30));
    const second = await (await listOf(api)({ limit: 10 })).getNextPage();
    api.project.listGuard = { mostRuns: 0 };
    api.requests.length = 0;
    await failureOf(listOf(api)({ from: RUNS_END - HOUR - 10, to: RUNS_END - HOUR }), 'unprocessable');
    await failureOf(second.getPreviousPage(), 'unprocessable');
    expect(api.requests).toHaveLength(2);
  });

  it('passes on what else goes wrong in a window', async () => {
    const api = await history({ listGuard: { mostRuns: 10 } });
    fill(api, hourly(60));
    api.fail({ status: 403, body: { error: 'Unauthorized' }, match: () => api.requests.length === 4 });
    await failureOf(listOf(api)(), 'forbidden');
    const abort = new AbortController();
    const cancel = (): boolean => {
      abort.abort();
      return true;
    };
    api.fail({ delayMs: 1, match: () => api.requests.length === 8 && cancel() });
    await failureOf(listOf(api)({}, { signal: abort.signal }), 'aborted');
    expect(api.requests.length).toBeLessThan(10);
  });

  it('leaves 422 of other calls as it is', async () => {
    const api = await history();
    const call = callerFor(connectTo(api, 'root:prod'), undiciTransport);
    api.fail({ status: 422, body: { error: 'No' }, times: 2 });
    const { runs, sessions } = createApi(() => call);
    await failureOf(runs.retrieve('run_a'), 'unprocessable');
    await failureOf(sessions.list(), 'unprocessable');
    expect(api.requests).toHaveLength(2);
  });
});

describe('the list of several environments', () => {
  it.each([1, 7, 50])(
    'goes on in windows for each of them, in pages of %d, also with a fresh client',
    async (limit) => {
      const api = await history({ listGuard: { mostRuns: 12 } });
      fill(api, hourly(40));
      fill(
        api,
        hourly(25).map((gap) => gap * 3),
        'stg',
      );
      fill(api, [5 * DAY, 90 * DAY], 'preview');
      const expected = (['stg', 'prod', 'preview'] as const)
        .flatMap((env) => api.project.runsOf(env))
        .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
      expect(ids(await all(listOf(api, 'pat:alice')({ limit })))).toEqual(ids(expected));
      const found: string[] = [];
      let after: string | undefined;
      do {
        const page = await listOf(api, 'pat:alice')({ limit, ...(after !== undefined && { after }) });
        found.push(...ids(page.data));
        after = page.pagination.next ?? undefined;
      } while (after !== undefined);
      expect(found).toEqual(ids(expected));
    },
  );

  it('of one environment does so too', async () => {
    const api = await history({ listGuard: { mostRuns: 12 } });
    fill(api, hourly(40), 'stg');
    const found = await all(listOf(api, 'pat:alice')({ environment: 'staging', limit: 5 }));
    expect(ids(found)).toEqual(ids(api.project.runsOf('stg')));
  });
});

describe('the cursor of a window', () => {
  const windows: Window[] = [
    { from: 1, patience: 1, calm: 1 },
    { from: RUNS_END - DAY, to: RUNS_END, after: 'eyJjIjoxLCJyIjoiYSJ9', patience: 4, calm: 5 },
  ];

  it('is refused where it was damaged, before anything is sent', async () => {
    const api = await history();
    const list = listOf(api);
    const cursor = cursorOf(windows[1] as Window);
    const wrong = (at: unknown, sum: unknown = 1) => base64url(JSON.stringify({ window: 1, sum, at }));
    const damaged = [
      cursor.slice(0, -1),
      cursor.slice(0, 40),
      `${cursor}A`,
      `${cursor.slice(0, 60)}${cursor[60] === 'A' ? 'B' : 'A'}${cursor.slice(61)}`,
      `${cursor.slice(0, 30)}*${cursor.slice(31)}`,
      wrong(null),
      wrong([0, null, null, 1, 1]),
      wrong([5, 4, null, 1, 1]),
      wrong([1, null, 7, 1, 1]),
      wrong([1, null, null, 0, 1]),
      wrong([1, null, null, 1, 99]),
      wrong([1, null, null, 1, 1]),
    ];
    for (const after of damaged) {
      expect(await failureOf(list({ after }), 'input_invalid')).toMatchObject({ path: 'after' });
    }
    expect(api.requests).toEqual([]);
  });

  it('comes with an input that is checked as ever', async () => {
    const api = await history();
    const list = listOf(api);
    for (const after of windows.map(cursorOf)) {
      await failureOf(list({ after, limit: 0 }), 'input_invalid');
      await failureOf(list({ after, from: 'yesterday' }), 'input_invalid');
      await failureOf(list({ after, before: 'x' }), 'input_invalid');
    }
    expect(api.requests).toEqual([]);
  });

  it('of the server is taken as it is', async () => {
    const api = await history();
    await listOf(api)({ after: 'eyJjIjoxLCJyIjoiYSJ9' });
    expect(queryOf(api)).toMatchObject({ 'page[after]': 'eyJjIjoxLCJyIjoiYSJ9', 'filter[createdAt][from]': '1' });
  });
});

it('lists the same as without a guard, whatever the history', async () => {
  // At most two runs a minute, so that no window of a minute is too much; all of it after the beginning of 2022.
  const gap = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(0, 61_000, 5 * MINUTE) },
    { weight: 3, arbitrary: fc.integer({ min: 61_000, max: DAY }) },
    { weight: 1, arbitrary: fc.constantFrom(9 * DAY, 200 * DAY) },
  );
  const apart = (gaps: readonly number[]) =>
    gaps.map((one, index) => (one === 0 && (gaps[index - 1] ?? 0) === 0 ? 61_000 : one));
  const guard: fc.Arbitrary<ListGuard> = fc.oneof(
    fc.record({ mostRuns: fc.integer({ min: 4, max: 40 }) }),
    fc.record({ mostRuns: fc.integer({ min: 4, max: 40 }), mostMs: fc.integer({ min: 7 * DAY, max: 400 * DAY }) }),
  );
  // A clock that is behind makes the newest window longer by as much, and no window ends before it.
  const skew = fc.constantFrom(0, -20_000, 3 * DAY);
  const property = fc.asyncProperty(
    fc.array(gap, { maxLength: 80 }).map(apart),
    guard,
    fc.integer({ min: 1, max: 30 }),
    fc.nat({ max: 3 }),
    fc.boolean(),
    skew,
    async (gaps, listGuard, limit, guardedFrom, isFresh, clock) => {
      fc.pre(gaps.reduce((sum, one) => sum + one, 0) < 1_700 * DAY);
      const api = await startFakeApi({ runs: 0, now: () => RUNS_END });
      try {
        fill(api, gaps);
        const list = () => listOf(api, 'root:prod', RUNS_END + clock);
        const found: string[] = [];
        let page = await list()({ limit, ...(guardedFrom === 0 && { to: RUNS_END }) });
        for (let count = 1; ; count += 1) {
          found.push(...ids(page.data));
          if (count > guardedFrom) {
            api.project.listGuard = listGuard;
          }
          const { next } = page.pagination;
          if (!next) {
            break;
          }
          page = await (isFresh
            ? list()({ limit, after: next, ...(guardedFrom === 0 && { to: RUNS_END }) })
            : page.getNextPage());
        }
        expect(found).toEqual(wanted(api));
        api.requests.length = 0;
        expect(ids(await all(list()({ limit })))).toEqual(wanted(api));
      } finally {
        await api.close();
      }
    },
  );
  await fc.assert(property, { numRuns: 40 });
}, 120_000);
