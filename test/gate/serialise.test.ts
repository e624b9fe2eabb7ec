import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { serialise } from '../../src/gate/index.js';
import { rejectionOf } from './scripted-ask.js';

class Order {
  readonly total = 1;
}
class Money {
  toJSON() {
    return { amount: '9.50' };
  }
}
class Itself {
  readonly a = 1;
  toJSON() {
    return this;
  }
}
const elsewhere = (code: string): unknown => runInContext(`(${code})`, createContext({}));
const back: Record<string, unknown> = {};
const circle = { a: [back] };
back['back'] = circle;
const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
const shared = { n: 1 };
const sparse = [1, 2, 3];
delete sparse[1];

describe('JSON holds', () => {
  it.each<[string, unknown, string]>([
    ['text, numbers, booleans and null', ['é', '', 0, -1.5, true, null], '["é","",0,-1.5,true,null]'],
    ['a Date, as ISO text', { at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
    ['a Date of another realm', [elsewhere('new Date(0)')], '["1970-01-01T00:00:00.000Z"]'],
    ['what is undefined, by leaving it out', { a: undefined, b: 1 }, '{"b":1}'],
    ['objects and lists of another realm', elsewhere('{ a: [{ b: null }] }'), '{"a":[{"b":null}]}'],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    ['an object with JSON of its own', { price: new Money() }, '{"price":{"amount":"9.50"}}'],
    ['an object that is its own JSON', new Itself(), '{"a":1}'],
    ['a URL', new URL('https://example.com/'), '"https://example.com/"'],
    ['the same object twice', { a: shared, b: [shared] }, '{"a":{"n":1},"b":[{"n":1}]}'],
    ['an object with an own __proto__', JSON.parse('{"__proto__":{"a":1}}'), '{"__proto__":{"a":1}}'],
    ['what a library keeps hidden in an object', Object.defineProperty({ a: 1 }, Symbol('x'), { value: 1 }), '{"a":1}'],
    ['a list of 2,000 levels', nested(2_000), `${'['.repeat(2_000)}${']'.repeat(2_000)}`],
  ])('%s', (_, payload, text) => {
    expect(serialise('tasks.trigger', { payload })).toBe(`{"payload":${text}}`);
  });

  it('what a library added to every object, by leaving it out', () => {
    const polluted = Object.prototype as unknown as Record<string, unknown>;
    polluted['everywhere'] = () => 1;
    try {
      expect(serialise('tasks.trigger', { payload: { a: {} } })).toBe('{"payload":{"a":{}}}');
    } finally {
      delete polluted['everywhere'];
    }
  });
});

describe('what JSON would lose is refused with its path', () => {
  const lost: readonly (readonly [string, unknown, string, RegExp])[] = [
    ['a Map', { a: new Map([['b', 1]]) }, 'payload.a', /an instance of Map/],
    ['a Set', [1, new Set([1])], 'payload.1', /an instance of Set/],
    ['a WeakMap', new WeakMap(), 'payload', /an instance of WeakMap/],
    ['a Map of another realm', [elsewhere('new Map()')], 'payload.0', /an instance of Map/],
    ['bytes', { file: new Uint8Array(2) }, 'payload.file', /an instance of Uint8Array/],
    ['a Buffer', { file: Buffer.from('a') }, 'payload.file', /an instance of Buffer/],
    ['an ArrayBuffer', new ArrayBuffer(2), 'payload', /an instance of ArrayBuffer/],
    ['a DataView', new DataView(new ArrayBuffer(2)), 'payload', /an instance of DataView/],
    ['a Blob', { a: { b: new Blob(['x']) } }, 'payload.a.b', /an instance of Blob/],
    ['an Error', { error: new TypeError('x') }, 'payload.error', /an instance of TypeError/],
    ['a RegExp', [/x/], 'payload.0', /an instance of RegExp/],
    ['a Promise', { later: Promise.resolve(1) }, 'payload.later', /an instance of Promise/],
    ['an instance without JSON of its own', [{ order: new Order() }], 'payload.0.order', /an instance of Order/],
    ['an instance whose JSON holds one', { a: { toJSON: () => [new Map()] } }, 'payload.a.0', /an instance of Map/],
    ['an object whose JSON is nothing', [{ toJSON: () => undefined }], 'payload.0', /undefined/],
    ['a function', { a: { b: () => 1 } }, 'payload.a.b', /a function/],
    ['a function alone', () => 1, 'payload', /a function/],
    ['a symbol', [Symbol('x')], 'payload.0', /a symbol/],
    ['a symbol as a key', { a: { [Symbol('x')]: 1 } }, 'payload.a', /a symbol as a key/],
    ['NaN', { n: Number.NaN }, 'payload.n', /NaN/],
    ['Infinity', [Number.POSITIVE_INFINITY], 'payload.0', /is Infinity/],
    ['-Infinity', Number.NEGATIVE_INFINITY, 'payload', /is -Infinity/],
    ['an invalid Date', { at: new Date('soon') }, 'payload.at', /an invalid Date/],
    ['an invalid Date of another realm', [elsewhere('new Date(NaN)')], 'payload.0', /an invalid Date/],
    ['a BigInt', { big: 1n }, 'payload.big', /a BigInt/],
    ['undefined in a list, which would become null', { list: [1, undefined] }, 'payload.list.1', /undefined/],
    ['a hole in a list', sparse, 'payload.1', /undefined/],
    ['a circle', circle, 'payload.a.0.back', /a circle/],
    ['a list of 200,000 levels', nestedByHand(200_000), 'payload', /nested too deeply/],
    [
      'what throws when it is read',
      {
        get a() {
          throw new Error('x');
        },
      },
      'payload',
      /fails while it is read/,
    ],
  ];

  it.each(lost)('%s', async (_, payload, path, what) => {
    const error = await rejectionOf(async () => serialise('tasks.trigger', { payload }));
    expect(error).toMatchObject({ code: 'payload_unserialisable', path, endpoint: 'tasks.trigger' });
    expect(error).toMatchObject({ message: expect.stringMatching(what) });
    expect(error).toMatchObject({ message: expect.stringMatching(/serializer/) });
  });

  it('whatever the part of the input, named from its top', async () => {
    const metadata = { m: new Map() };
    const inItem = await rejectionOf(async () => serialise('batch.trigger', { options: { metadata } }, 'items.3'));
    expect(inItem).toMatchObject({ path: 'items.3.options.metadata.m' });
    // A serializer is for payloads: it would not help here.
    expect((inItem as Error).message).not.toMatch(/serializer/);
    const alone = await rejectionOf(async () => serialise('sessions.append', new Map(), 'data'));
    expect(alone).toMatchObject({ path: 'data' });
  });

  it('with a path that is cut where a key is long', async () => {
    const error = await rejectionOf(async () => serialise('tasks.trigger', { payload: { ['x'.repeat(5_000)]: 1n } }));
    expect((error as { path: string }).path).toHaveLength(300);
  });
});

function nestedByHand(levels: number): unknown {
  let value: unknown[] = [];
  for (let level = 1; level < levels; level += 1) {
    value = [value];
  }
  return value;
}

it('a value that repeats itself into more than a request holds is refused at once', async () => {
  let value: unknown = [0];
  for (let level = 0; level < 60; level += 1) {
    value = [value, value];
  }
  const error = await rejectionOf(async () => serialise('tasks.trigger', { payload: value }));
  expect(error).toMatchObject({ code: 'payload_too_large', path: 'payload' });
});
