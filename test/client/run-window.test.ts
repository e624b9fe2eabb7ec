import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Bounds,
  cursorOf,
  further,
  narrower,
  older,
  type Window,
  whole,
  windowOf,
} from '../../src/client/run-window.js';

const MINUTE = 60_000;
const DAY = 86_400_000;
const end = Date.UTC(2026, 10, 1);
const start2022 = Date.UTC(2022, 0, 1);
const at = (from: number, more: Partial<Window> = {}): Window => ({ from, to: end, patience: 1, calm: 1, ...more });

describe('the windows of a list', () => {
  it('stand side by side, whatever is refused, empty or long, down to the origin', () => {
    const answers = fc.infiniteStream(fc.constantFrom('refused', 'empty', 'one page', 'more pages'));
    fc.assert(
      fc.property(fc.integer({ min: start2022, max: end - 1 }), answers, (origin, outcomes) => {
        const bounds: Bounds = { origin, end };
        let window: Window | undefined = whole(bounds, end, undefined);
        let covered = end + 1;
        for (let step = 0; window !== undefined; step += 1) {
          // Enough of refusals for an end: what follows is all empty.
          const outcome = step < 300 ? outcomes.next().value : 'empty';
          expect(window.to).toBe(covered - 1);
          expect(window.from).toBeGreaterThanOrEqual(origin);
          expect(windowOf(cursorOf(window))).toEqual(window);
          const half: Window | undefined = outcome === 'refused' ? narrower(window, bounds) : undefined;
          if (half !== undefined) {
            expect(half.from).toBeGreaterThan(window.from);
            window = half;
            continue;
          }
          covered = window.from;
          window = outcome === 'more pages' ? further(window, 'next') : window;
          window = older(window, bounds, outcome === 'empty');
        }
        expect(covered).toBe(origin);
      }),
    );
  });

  it('get no narrower than a minute', () => {
    const bounds = { origin: undefined, end };
    const half = narrower(at(end - 3 * MINUTE), bounds);
    expect(half).toEqual(at(end - 1.5 * MINUTE));
    expect(narrower(at(end - 1.5 * MINUTE), bounds)).toEqual(at(end - MINUTE));
    expect(narrower(at(end - MINUTE), bounds)).toBeUndefined();
    expect(narrower(at(end - 10), bounds)).toBeUndefined();
  });

  it('get wider after one that had little in it, later each time that was too much', () => {
    const bounds = { origin: undefined, end };
    const width = ({ from, to = end }: Window) => to - from;
    let window = older(at(end - DAY), bounds, true) as Window;
    expect([width(window), window.calm]).toEqual([2 * DAY, 0]);
    const widths: number[] = [];
    for (let step = 0; step < 12; step += 1) {
      // Two days are always refused.
      while (width(window) >= 2 * DAY) {
        window = narrower(window, bounds) as Window;
        widths.push(0);
      }
      widths.push(width(window) / DAY);
      window = older(window, bounds, true) as Window;
    }
    // 0 where one was refused: after 1, then 2, 4 and 8 that were not.
    expect(widths).toEqual([0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1]);
    // Once a try works, the next comes at once.
    const tried = at(end - DAY, { patience: 8, calm: 0 });
    expect(older(tried, bounds, false)).toMatchObject({ patience: 1, calm: 0 });
    expect(older(further(tried, 'a'), bounds, false)).toMatchObject({ patience: 1, calm: 1 });
  });

  it.each<[string, Window, boolean, number | undefined, boolean]>([
    ['an empty one that began in 2022', at(start2022), true, undefined, false],
    ['an empty one that began before', at(start2022 - 1), true, undefined, true],
    ['one with runs that began before', at(start2022 - 1), false, undefined, false],
    [
      'one with pages that began before, the last of them empty',
      further(at(start2022 - 1), 'a'),
      true,
      undefined,
      false,
    ],
    ['an empty one that began before, with an origin before that', at(start2022 - 1), true, DAY, false],
    ['one that began at the origin', at(start2022 + DAY), false, start2022 + DAY, true],
    ['one that began with time itself', at(1), false, undefined, true],
  ])('end with %s', (_, window, isEmpty, origin, isLast) => {
    expect(older(window, { origin, end }, isEmpty) === undefined).toBe(isLast);
  });

  it('keep the caller’s cursor until a run was found behind it', () => {
    const bounds = { origin: undefined, end };
    const first = whole(bounds, undefined, 'given');
    expect(narrower(first, bounds)).toMatchObject({ after: 'given' });
    expect(older(at(end - DAY, { after: 'given' }), bounds, true)).toMatchObject({ after: 'given' });
    expect(older(at(end - DAY, { after: 'given' }), bounds, false)).not.toHaveProperty('after');
  });
});
