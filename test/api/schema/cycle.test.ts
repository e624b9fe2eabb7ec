import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cycleDetector } from '../../../src/api/schema/cycle.js';

it('finds nothing in cursors that are all different', () => {
  const goesRound = cycleDetector();
  expect(Array.from({ length: 5_000 }, (_, place) => goesRound(`c${place}`))).not.toContain(true);
});

it.each([
  { how: 'the first one again', cursors: ['a', 'a'], found: 2 },
  { how: 'two in turn', cursors: ['a', 'b', 'a', 'b'], found: 3 },
  { how: 'a later one again', cursors: ['a', 'b', 'c', 'c', 'c', 'c'], found: 4 },
])('finds $how', ({ cursors, found }) => {
  const goesRound = cycleDetector();
  expect(cursors.findIndex((cursor) => goesRound(cursor)) + 1).toBe(found);
});

it('finds any circle before it was gone round three times, counted from its length or what leads to it', () => {
  const length = fc.integer({ min: 1, max: 300 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 300 }), length, (before, around) => {
      const goesRound = cycleDetector();
      let asked = 0;
      for (let place = 0; !goesRound(`c${place}`); place = place + 1 < before + around ? place + 1 : before) {
        asked += 1;
        expect(asked).toBeLessThanOrEqual(3 * Math.max(before, around) + around);
      }
      expect(asked).toBeGreaterThanOrEqual(around);
    }),
  );
});
