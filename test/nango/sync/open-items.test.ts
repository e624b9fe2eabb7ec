import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OpenItems, type Room } from '../../../src/nango/sync/open-items.js';
import { changedStretches, Stretches } from '../../../src/nango/sync/stretches.js';

const room: Room = { ids: 400, stretches: 8 };
const many = (count: number, first = 0): [string, number][] =>
  Array.from({ length: count }, (_, place) => [`run_${first + place}`, 1_000 + first + place]);

describe('open items', () => {
  it.each([
    { what: 'nothing', items: [] },
    { what: 'ids with their times', items: many(5) },
    { what: 'an id with a space and a percent sign', items: [['run 1%', 3]] },
    { what: 'stretches, where there are many', items: many(200) },
  ] as const)('come back from a checkpoint: $what', ({ items }) => {
    const open = new OpenItems(
      room,
      items.map(([id, time]) => [id, time] as const),
    );
    const again = OpenItems.parse(String(open), room);
    expect(again).toEqual(open);
    expect(again.ids && [...again.ids]).toEqual(open.ids && [...items]);
    expect(String(open)).toMatch(/^[\x20-\x7e]*$/);
  });

  it.each(['', 'list', 'ids ???', 'ids zzzzzzzz', 'stretches 1.2', 'stretches a.b.c.?'])('refuse %j', (text) => {
    expect(() => {
      const items = OpenItems.parse(text, room);
      // An empty id is one that was never written.
      if (items.has('')) {
        throw new TypeError('an empty id');
      }
    }).toThrow();
  });

  it('keep ids up to the room, and stretches from there', () => {
    const fitting = Math.floor(room.ids / '00000rs0run_100 '.length);
    const open = new OpenItems(room, many(fitting, 100));
    expect(open.ids?.size).toBe(fitting);
    expect(open.stretches).toEqual([]);
    for (const [id, time] of many(5, 100 + fitting)) {
      open.add(id, time);
    }
    expect(open.ids).toBeUndefined();
    expect(open.stretches.reduce((sum, { count }) => sum + count, 0)).toBe(fitting + 5);
    expect(open.has('run_100')).toBe(false);
    expect(open.spans().at(0)?.from).toBe(1_100);
    expect(open.spans().at(-1)?.to).toBe(1_100 + fitting + 4);
  });

  it('make room again for what was deleted', () => {
    const open = new OpenItems(room);
    for (const [id, time] of many(500)) {
      open.add(id, time);
      open.delete(id, time);
    }
    expect(open.ids?.size).toBe(0);
  });
});

const item = fc.record({ id: fc.string({ minLength: 1, maxLength: 6 }), time: fc.integer({ min: 0, max: 5_000 }) });
const items = fc.uniqueArray(item, { selector: ({ id }) => id, maxLength: 120 });

function stretchesOf(all: readonly { id: string; time: number }[], most: number): Stretches {
  const stretches = new Stretches(most);
  for (const { id, time } of all) {
    stretches.add(id, time);
  }
  return stretches;
}

describe('stretches', () => {
  it('hold each item once, in order, within the room, whatever comes first', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 20 }), (all, most) => {
        const { all: stretches } = stretchesOf(all, most);
        expect(stretches.length).toBeLessThanOrEqual(most);
        expect(stretches.reduce((sum, { count }) => sum + count, 0)).toBe(all.length);
        stretches.forEach(({ from, to }, place) => {
          expect(from).toBeLessThanOrEqual(to);
          expect(from).toBeGreaterThan(stretches[place - 1]?.to ?? -1);
        });
        for (const { time } of all) {
          expect(stretches.filter(({ from, to }) => from <= time && time <= to)).toHaveLength(1);
        }
      }),
    );
  });

  it('read the same while nothing changes, and show each item that left', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 20 }), fc.array(fc.nat(), { maxLength: 5 }), (all, most, picks) => {
        const { all: stretches } = stretchesOf(all, most);
        const entries = all.map(({ id, time }) => [id, time] as const);
        expect(changedStretches(stretches, entries)).toEqual([]);
        const gone = new Set(picks.map((pick) => all[pick % Math.max(1, all.length)]));
        const left = all.filter((one) => !gone.has(one)).map(({ id, time }) => [id, time] as const);
        const changed = changedStretches(stretches, left);
        for (const one of gone) {
          if (one !== undefined) {
            expect(changed.filter(({ from, to }) => from <= one.time && one.time <= to)).toHaveLength(1);
          }
        }
        // Nothing but the stretches that held them.
        const held = stretches.filter(({ from, to }) =>
          [...gone].some((one) => one !== undefined && from <= one.time && one.time <= to),
        );
        expect(changed.reduce((sum, { from, to }) => sum + to - from, 0)).toBeLessThanOrEqual(
          (held.at(-1)?.to ?? 0) - (held[0]?.from ?? 0),
        );
        // What takes an item out leaves a stretch that reads the same without it.
        const without = stretchesOf(all, most);
        for (const one of gone) {
          if (one !== undefined) {
            without.delete(one.id, one.time);
          }
        }
        expect(changedStretches(without.all, left)).toEqual([]);
      }),
    );
  });

  it('see one that goes while another comes', () => {
    const { all } = stretchesOf(
      many(40).map(([id, time]) => ({ id, time })),
      4,
    );
    const [[, time] = ['', 0], ...rest] = many(40);
    expect(changedStretches(all, [['another', time], ...rest])).toHaveLength(1);
  });

  it('of which the count is not known are always read again', () => {
    const stretches = new Stretches(4);
    stretches.addUnknown(10, 20);
    stretches.add('a', 15);
    stretches.add('b', 30);
    expect(changedStretches(stretches.all, [['b', 30]])).toEqual([{ from: 10, to: 20 }]);
    expect(Stretches.parse(String(stretches).split(' '), 4).all).toEqual(stretches.all);
  });
});
