import { describe, expect, it } from 'vitest';
import { FairQueue } from '../../src/host/runner/fair-queue.js';

/** `x/a1` is the first of connection a to base URL x. */
const whoseOf = (name: string) => ({ baseUrl: name[0] ?? '', connection: name.slice(0, 3) });

function filled(names: readonly string[]): FairQueue<string> {
  const queue = new FairQueue<string>();
  for (const name of names) {
    queue.add(whoseOf(name), name);
  }
  return queue;
}

function drained(queue: FairQueue<string>): string[] {
  const names: string[] = [];
  for (let name = queue.next(); name !== undefined; name = queue.next()) {
    names.push(name);
  }
  return names;
}

describe('FairQueue', () => {
  it.each([
    { what: 'nothing', given: [], taken: [] },
    { what: 'one connection in order', given: ['x/a1', 'x/a2', 'x/a3'], taken: ['x/a1', 'x/a2', 'x/a3'] },
    {
      what: 'connections in turn, however much one waits for',
      given: ['x/a1', 'x/a2', 'x/a3', 'x/b1', 'x/c1', 'x/c2'],
      taken: ['x/a1', 'x/b1', 'x/c1', 'x/a2', 'x/c2', 'x/a3'],
    },
    {
      what: 'base URLs in turn, however many connections one has',
      given: ['x/a1', 'x/b1', 'x/c1', 'x/d1', 'y/e1', 'y/e2', 'z/f1'],
      taken: ['x/a1', 'y/e1', 'z/f1', 'x/b1', 'y/e2', 'x/c1', 'x/d1'],
    },
  ])('gives $what', ({ given, taken }) => {
    const queue = filled(given);
    expect(queue.size).toBe(given.length);
    expect(drained(queue)).toEqual(taken);
    expect(queue.size).toBe(0);
  });

  it('puts who comes again behind those who wait', () => {
    const queue = filled(['x/a1', 'y/b1', 'y/c1']);
    expect(queue.next()).toBe('x/a1');
    queue.add(whoseOf('x/a2'), 'x/a2');
    expect(drained(queue)).toEqual(['y/b1', 'x/a2', 'y/c1']);
  });

  it('leaves out who waits no longer, once, and nobody else', () => {
    const queue = filled(['x/a1', 'x/a2', 'x/b1', 'y/c1']);
    queue.remove(whoseOf('x/a1'), 'x/a1');
    queue.remove(whoseOf('x/a1'), 'x/a1');
    queue.remove(whoseOf('y/c1'), 'y/c1');
    queue.remove(whoseOf('z/d1'), 'z/d1');
    expect(queue.size).toBe(2);
    expect(drained(queue)).toEqual(['x/a2', 'x/b1']);
  });
});
