import { describe, expect, it } from 'vitest';
import { mostTracked, OpenItems } from '../../../src/nango/sync/open-items.js';

const none: [string, number][] = [];
const many = (count: number, first = 0): [string, number][] =>
  Array.from({ length: count }, (_, index) => [`run_${first + index}`, 1_000 + first + index]);

const shown = ({ lost, open, relistFrom, unchecked }: OpenItems) => ({
  open: [...open.keys()],
  unchecked: [...unchecked.keys()],
  relistFrom,
  lost,
});

describe('OpenItems', () => {
  it.each([
    { what: 'an open one is tracked', given: none, seen: [['a', true]], open: ['a'], unchecked: [] },
    { what: 'one that has ended is not', given: none, seen: [['a', false]], open: [], unchecked: [] },
    {
      what: 'one that ends is forgotten',
      given: none,
      seen: [
        ['a', true],
        ['a', false],
      ],
      open: [],
      unchecked: [],
    },
    {
      what: 'one of the last pass waits to be checked',
      given: [['x', 1]],
      seen: [['a', true]],
      open: ['a'],
      unchecked: ['x'],
    },
    { what: 'one seen again need not be', given: [['x', 1]], seen: [['x', true]], open: ['x'], unchecked: [] },
    { what: 'one seen to have ended need not be', given: [['x', 1]], seen: [['x', false]], open: [], unchecked: [] },
  ] as const)('$what', ({ given, open, seen, unchecked }) => {
    const items = new OpenItems(
      given.map(([id, at]) => [id, at]),
      none,
      0,
    );
    items.startPass();
    for (const [id, isOpen] of seen) {
      items.see(id, 5, isOpen);
    }
    expect(shown(items)).toEqual({ open, unchecked, relistFrom: 0, lost: false });
    expect(['a', 'x'].filter((id) => items.isTracked(id))).toEqual([...open, ...unchecked]);
  });

  it('checks again what was left undecided, until it is forgotten', () => {
    const items = new OpenItems([['a', 1]], [['b', 2]], 0);
    items.startPass();
    items.startPass();
    expect([...items.unchecked]).toEqual([
      ['b', 2],
      ['a', 1],
    ]);
    items.forget('b');
    expect(shown(items)).toMatchObject({ unchecked: ['a'], open: [] });
  });

  it.each([
    { what: 'the last that fits is tracked', known: 0, fresh: mostTracked, relistFrom: 0, lost: false },
    {
      what: 'one more makes the window be read again',
      known: 0,
      fresh: mostTracked + 1,
      relistFrom: 1_000,
      lost: false,
    },
    { what: 'those of the last pass count', known: 1, fresh: mostTracked, relistFrom: 1_000, lost: true },
    { what: 'half and half', known: 300, fresh: 201, relistFrom: 1_000, lost: true },
    { what: 'half and half that fit', known: 300, fresh: 200, relistFrom: 0, lost: false },
  ])('where there are many, $what', ({ fresh, known, lost, relistFrom }) => {
    const items = new OpenItems(many(known), none, 0);
    items.startPass();
    for (const [id, at] of many(fresh, known)) {
      items.see(id, at, true);
    }
    const kept = relistFrom === 0;
    expect(items.relistFrom).toBe(relistFrom);
    // What was not seen in this pass would never be looked for: another pass has to.
    expect(items.lost).toBe(lost);
    expect([items.open.size, items.unchecked.size]).toEqual(kept ? [fresh, known] : [0, 0]);
    expect(items.isTracked('run_0')).toBe(kept);
  });

  it('does not count one twice that is seen again', () => {
    const items = new OpenItems(many(mostTracked), none, 0);
    items.startPass();
    for (const [id, at] of many(mostTracked)) {
      items.see(id, at, true);
      items.see(id, at, true);
    }
    expect(items.open.size).toBe(mostTracked);
    expect(items.relistFrom).toBe(0);
  });

  it('goes by the oldest open one from then on, and starts to track again with the next pass', () => {
    const items = new OpenItems(none, none, 2_000);
    items.see('newer', 3_000, true);
    expect(items.relistFrom).toBe(2_000);
    items.see('ended', 500, false);
    expect(items.relistFrom).toBe(2_000);
    items.see('older', 1_000, true);
    expect(shown(items)).toEqual({ open: [], unchecked: [], relistFrom: 1_000, lost: false });
    items.startPass();
    items.see('older', 1_000, true);
    expect(shown(items)).toEqual({ open: ['older'], unchecked: [], relistFrom: 0, lost: false });
  });

  it('has lost nothing once the next pass begins', () => {
    const items = new OpenItems(many(1), none, 0);
    items.startPass();
    for (const [id, at] of many(mostTracked, 1)) {
      items.see(id, at, true);
    }
    expect(items.lost).toBe(true);
    items.startPass();
    expect(items.lost).toBe(false);
    for (const [id, at] of many(mostTracked + 1)) {
      items.see(id, at, true);
    }
    expect(shown(items)).toEqual({ open: [], unchecked: [], relistFrom: 1_000, lost: false });
  });
});
