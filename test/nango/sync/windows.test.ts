import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { narrow, remaining, restored, saved, split, type Window, windowOf } from '../../../src/nango/sync/windows.js';

const reading = (part: Partial<Window>): Window => ({ ...windowOf(1), ...part });

describe('split', () => {
  it.each([
    { why: 'nothing was read', window: {}, older: undefined },
    { why: 'one page was read', window: { from: 1, top: 10_000, reached: 9_000, pages: 1 }, older: [1, 4_500] },
    {
      why: 'one page was read of what is short',
      window: { from: 1, top: 10_000, reached: 9_000, pages: 1, enough: 2 },
      older: undefined,
    },
    { why: 'nothing is left', window: { from: 9_000, top: 10_000, reached: 9_000, pages: 5 }, older: undefined },
    { why: 'a millisecond is left', window: { from: 8_999, top: 10_000, reached: 9_000, pages: 5 }, older: undefined },
    // At 1000 a page.
    { why: '1.9 pages are left', window: { from: 3_101, top: 10_001, reached: 5_001, pages: 5 }, older: undefined },
    { why: '2 pages are left', window: { from: 3_001, top: 10_001, reached: 5_001, pages: 5 }, older: [3_001, 4_001] },
    {
      why: '40 pages are left',
      window: { from: 10_000, top: 60_000, reached: 50_000, pages: 10 },
      older: [10_000, 30_000],
    },
    // Four hundred times what was read: a twentieth is kept, on a scale of ratios.
    {
      why: 'its beginning is a guess',
      window: { from: 0, top: 401_000, reached: 400_000, pages: 4 },
      older: [0, 380_975],
    },
  ] as const)('gives away $older where $why', ({ older, window: given }) => {
    const window = reading(given);
    const away = split(window);
    expect(away && [away.from, away.to]).toEqual(older);
    expect(window.from).toBe(older === undefined ? window.from : older[1] + 1);
  });

  it('gives a window that nothing was read of', () => {
    const window = reading({ top: 100_000, reached: 50_000, pages: 10, after: 'cursor' });
    expect(split(window)).toEqual(windowOf(1, 25_000));
    expect(window).toMatchObject({ after: 'cursor', reached: 50_000, pages: 10 });
  });

  const time = fc.integer({ min: 0, max: 2_000_000_000_000 });
  it('never overlaps, leaves nothing out, and ends', () => {
    fc.assert(
      fc.property(time, time, time, fc.integer({ min: 0, max: 1_000 }), (one, two, three, pages) => {
        const [from, reached, top] = [one, two, three].sort((a, b) => a - b) as [number, number, number];
        const window = reading({ from, reached, top, pages });
        // What nobody has read reaches from `from` to `reached`, which may hold more of the same millisecond.
        let bottom = from;
        let given = 0;
        for (let older = split(window); older !== undefined; older = split(window)) {
          expect(older.from).toBe(bottom);
          expect(older.to).toBeGreaterThanOrEqual(older.from);
          bottom = older.to + 1;
          expect(window.from).toBe(bottom);
          expect(bottom).toBeLessThanOrEqual(reached);
          given += 1;
          expect(given).toBeLessThan(60);
        }
        expect(window.from).toBe(bottom);
        const left = reached - bottom;
        expect(pages < 1 || left < 2 || left * pages < 2 * Math.max(1, top - reached)).toBe(true);
      }),
    );
  });

  /** Reads every item of a history in pages, splitting wherever it can, in any order of the parts. */
  it('lets each item be read once, whatever part is read next', () => {
    const history = fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 120 });
    fc.assert(
      fc.property(
        history,
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.nat(), { minLength: 1 }),
        (items, size, order) => {
          const newestFirst = items.map((at, id) => ({ at, id })).sort((a, b) => b.at - a.at || b.id - a.id);
          const parts = [{ window: windowOf(1), read: 0 }];
          const seen: number[] = [];
          for (let turn = 0; parts.length > 0; turn += 1) {
            const index = (order[turn % order.length] ?? 0) % parts.length;
            const part = parts[index] as (typeof parts)[number];
            const { window } = part;
            // A cursor counts from what was read, so a narrower window goes on behind it.
            const within = newestFirst.filter(({ at }) => at >= window.from && (window.to === 0 || at <= window.to));
            const page = within.slice(part.read, part.read + size);
            seen.push(...page.map(({ id }) => id));
            part.read += page.length;
            window.pages += 1;
            if (part.read >= within.length) {
              parts.splice(index, 1);
              continue;
            }
            window.reached = page.at(-1)?.at ?? window.reached;
            window.top ||= page[0]?.at ?? 0;
            const older = split(window);
            if (older !== undefined) {
              parts.push({ window: older, read: 0 });
            }
          }
          expect(seen.sort((a, b) => a - b)).toEqual(items.map((_, id) => id));
        },
      ),
    );
  });
});

describe('narrow', () => {
  const hour = 60 * 60_000;
  const now = 1_000 * hour;
  it.each([
    { what: 'all up to now', window: { from: now - 2 * hour, low: now - 2 * hour }, is: [now + 1, now + 2 * hour] },
    { what: 'a piece', window: { to: now, low: now - hour + 1 }, is: [now - hour / 2 + 1, now] },
    { what: 'a minute', window: { to: now, low: now - 60_000 + 1 }, is: undefined },
    // Everything above what was read is left out, which makes it shorter by itself.
    {
      what: 'what was read up to its last minute',
      window: { low: now - 93, after: 'cursor', reached: now },
      is: [now - 93, now],
    },
    {
      what: 'what was read up to its last minute, of an hour',
      window: { to: now + hour, low: now - 93, after: 'cursor', reached: now },
      is: [now - 93, now],
    },
    { what: 'the same once more', window: { to: now, low: now - 93, after: 'cursor', reached: now }, is: undefined },
    {
      what: 'what was read in part',
      window: { to: now + hour, low: now - hour + 1, after: 'cursor', reached: now },
      is: [now - hour / 2 + 1, now],
    },
  ])('asks for $is after $what was refused', ({ is, window: given }) => {
    const window = reading(given);
    expect(narrow(window, now) ? [window.low, window.to] : undefined).toEqual(is);
  });
});

describe('a window in a checkpoint', () => {
  it('keeps its bounds and its place, and is not split before another page', () => {
    const window = reading({ from: 5, to: 90_000, after: 'cursor', reached: 50_000, pages: 7, top: 80_000 });
    const again = restored(JSON.parse(JSON.stringify(saved(window))));
    expect(again).toEqual({
      ...{ from: 5, to: 90_000, after: 'cursor', reached: 50_000, low: 1, span: 0 },
      ...{ items: 1, patience: 0, wait: 0, isTry: false, pages: 0, top: 50_000, enough: 1 },
    });
    expect(split(again)).toBeUndefined();
    expect(restored(saved(windowOf(5, 90_000))).top).toBe(90_000);
    expect(restored(saved(windowOf(5))).enough).toBe(2);
  });
});

it.each([
  { what: 'all, before the first page', window: windowOf(100, 900), left: 800 },
  { what: 'all up to now, without an upper end', window: windowOf(100), left: 900 },
  { what: 'what is below the oldest read', window: reading({ from: 100, to: 900, reached: 300 }), left: 200 },
  { what: 'nothing, behind its end', window: windowOf(2_000), left: 0 },
])('remaining is $what', ({ left, window }) => {
  expect(remaining(window, 1_000)).toBe(left);
});
