import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Lane, Lanes, sliceMs, turnMs } from '../../src/host/runner/lanes.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: Date.parse('2026-11-10T00:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp(size: number) {
  const lanes = new Lanes(size, Date.now);
  const begun: string[] = [];
  const asked: string[] = [];
  const all = new Map<string, Lane>();
  /** `a@x` is a run of connection a to base URL x. */
  const enter = (name: string, isAsked = false) => {
    const [connection = '', baseUrl = 'cloud'] = name.split('@');
    const lane = lanes.enter({
      connection,
      baseUrl,
      isAsked,
      begin: (own) => {
        all.set(name, own);
        begun.push(name);
      },
      makeRoom: () => asked.push(name),
    });
    all.set(name, lane);
    return lane;
  };
  const held = () => [...all].filter(([, lane]) => lane.isHeld).map(([name]) => name);
  return { lanes, enter, held, begun, madeRoom: asked };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('a lane', () => {
  it('is given at once while one is free, and again when a run has ended', () => {
    const { begun, enter, held } = setUp(2);
    const a = enter('a');
    enter('b');
    enter('c');
    expect([begun, held()]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    a.leave();
    a.leave();
    expect([begun, held()]).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
    ]);
  });

  it('stays with its run while nobody else waits', async () => {
    const { enter, held } = setUp(1);
    const a = enter('a');
    await pass(60 * 60_000);
    expect(held()).toEqual(['a']);
    // No turn of the event loop for whoever has its lane.
    let isThrough = false;
    void a.again().then(() => {
      isThrough = true;
    });
    await Promise.resolve();
    expect(isThrough).toBe(true);
  });

  it('goes to whoever waits after a quarter of a second also where the clock is set back by an hour', async () => {
    const { begun, enter } = setUp(1);
    enter('a');
    vi.setSystemTime(Date.now() - 60 * 60_000);
    enter('b');
    await pass(sliceMs);
    expect(begun).toEqual(['a', 'b']);
  });

  it('goes to whoever waits after a quarter of a second, and back in turn', async () => {
    const { begun, enter, held } = setUp(1);
    const a = enter('a');
    const b = enter('b');
    await pass(sliceMs - 1);
    expect(begun).toEqual(['a']);
    await pass(1);
    expect([begun, held()]).toEqual([['a', 'b'], ['b']]);
    const back = vi.fn();
    // Side by side in one run: one wait for all.
    void a.again().then(back);
    void a.again().then(back);
    await pass(sliceMs - 1);
    expect(back).not.toHaveBeenCalled();
    await pass(1);
    expect([held(), back.mock.calls.length]).toEqual([['a'], 2]);
    // Taken from b, which waits for its server: it stands in nobody's way.
    await pass(60_000);
    expect(held()).toEqual(['a']);
    b.leave();
    expect(held()).toEqual(['a']);
  });

  it('is back at once for a run that lost it, where it is free again by then', async () => {
    const { enter, held } = setUp(1);
    const a = enter('a');
    const b = enter('b');
    await pass(sliceMs);
    b.leave();
    expect(held()).toEqual([]);
    await expect(Promise.all([a.again(), a.again()])).resolves.toBeDefined();
    expect(held()).toEqual(['a']);
  });

  it('that waits is left out when its run ends, and whoever waited for it goes on', async () => {
    const { enter, held } = setUp(1);
    const a = enter('a');
    enter('b');
    await pass(sliceMs);
    const back = vi.fn();
    void a.again().then(back);
    a.leave();
    await pass(0);
    expect(back).toHaveBeenCalledOnce();
    await pass(60_000);
    expect(held()).toEqual(['b']);
    await a.again();
    expect(held()).toEqual(['b']);
  });

  it('is never begun for a run that left before', async () => {
    const { begun, enter } = setUp(1);
    const a = enter('a');
    enter('b').leave();
    a.leave();
    await pass(60_000);
    expect(begun).toEqual(['a']);
  });

  it('goes in turn to what was asked for, what goes on and what is due', async () => {
    const { begun, enter } = setUp(1);
    const a = enter('a');
    for (const name of ['b', 'c', 'd']) {
      enter(name);
    }
    await pass(sliceMs);
    void a.again();
    enter('asked-1', true);
    enter('asked-2', true);
    const order: string[] = [...begun];
    for (let turn = 0; turn < 6; turn += 1) {
      await pass(sliceMs);
      order.push(a.isHeld ? 'a again' : (begun.at(-1) ?? ''));
    }
    expect(order).toEqual(['a', 'b', 'asked-1', 'a again', 'c', 'asked-2', 'd', 'd']);
  });
});

describe('runs under way', () => {
  /** Each has had its lane and waits for its server. */
  async function full(names: readonly string[]) {
    const set = setUp(1);
    for (const name of names) {
      set.enter(name);
      await pass(sliceMs);
    }
    expect([set.begun, set.lanes.underWay]).toEqual([names, names.length]);
    return set;
  }
  const sixteen = Array.from({ length: 16 }, (_, index) => `h${index}@hostile`);

  it('are sixteen for each lane; then one ends for each that waits, after a minute', async () => {
    const { begun, enter, madeRoom } = await full(sixteen);
    enter('honest');
    await pass(turnMs - 16 * sliceMs - 1);
    expect([begun.length, madeRoom]).toEqual([16, []]);
    await pass(1);
    expect(madeRoom).toEqual(['h0@hostile']);
    // It takes its time; nobody else has to end for the same one that waits.
    await pass(10 * turnMs);
    expect([begun.length, madeRoom]).toEqual([16, ['h0@hostile']]);
  });

  it('begin when another has ended', async () => {
    const { begun, enter, madeRoom } = await full(sixteen.slice(0, 15));
    const last = enter('last@other');
    await pass(sliceMs);
    enter('honest');
    last.leave();
    expect([begun.at(-1), madeRoom]).toEqual(['honest', []]);
  });

  it('end where most are under way first, then the one that is so for longest', async () => {
    const names = ['a@cloud', 'b@cloud', ...sixteen.slice(0, 14)];
    const { enter, lanes, madeRoom } = await full(names);
    enter('honest');
    await pass(turnMs);
    expect(madeRoom).toEqual(['h0@hostile']);
    expect(lanes.waiting).toBe(1);
  });
});
