import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flattenScopes, type TokenScopes } from '../../src/api/index.js';
import { scopeInput } from '../../src/api/tokens/scopes.js';
import { fakeKeys } from '../fake-api/keys.js';
import { grammar, someScopes } from './scope-arbitrary.js';
import { claimsServer, eachOf, official, withSdk } from './sdk.js';

const pairs = Object.entries(grammar).flatMap(([action, types]) => types.map((type) => [action, type] as const));
const flat = (scopes: unknown) => flattenScopes(scopes as TokenScopes).scopes;

describe('scopes', () => {
  it.each(pairs)('%s %s: one id and several', (action, type) => {
    expect(flat({ [action]: { [type]: 'one' } })).toEqual([`${action}:${type}:one`]);
    expect(flat({ [action]: { [type]: ['one', 'user:42:x', ' '.padEnd(3, 'a')] } })).toEqual(
      ['one', 'user:42:x', ' aa'].map((id) => `${action}:${type}:${id}`),
    );
  });

  it.each([
    ['nothing', {}, []],
    ['an action of nothing', { read: {} }, []],
    ['what is undefined', { read: { runs: undefined, tags: 'a' }, write: undefined }, ['read:tags:a']],
    ['all runs', { read: { runs: true } }, ['read:runs']],
    ['all runs and one tag', { read: { runs: true, tags: 'a' } }, ['read:runs', 'read:tags:a']],
    [
      'actions and kinds, in the order of writing',
      { write: { sessions: 'c' }, read: { tags: ['b', 'a'], tasks: 't' }, trigger: { tasks: ['t'] } },
      ['write:sessions:c', 'read:tags:b', 'read:tags:a', 'read:tasks:t', 'trigger:tasks:t'],
    ],
    ['the same id twice', { read: { runs: ['a', 'a'] } }, ['read:runs:a', 'read:runs:a']],
    ['an id with colons at both ends', { read: { tags: ':a:' } }, ['read:tags::a:']],
    ['the longest id', { read: { tags: 'x'.repeat(512) } }, [`read:tags:${'x'.repeat(512)}`]],
  ])('%s', (_, scopes, expected) => {
    expect(flat(scopes)).toEqual(expected);
  });

  it('take a thousand', () => {
    const ids = Array.from({ length: 1000 }, (_, index) => `run_${index}`);
    expect(flat({ read: { runs: ids } })).toHaveLength(1000);
    expect(() => flat({ read: { runs: ids.slice(1), tags: ['a', 'b'] } })).toThrow(/at most 1000/);
  });

  it('warn of all runs, with the narrower spelling', () => {
    const { warnings } = flattenScopes({ read: { runs: true } });
    expect(warnings).toEqual([
      {
        code: 'scope_invalid',
        field: 'read.runs',
        message: expect.stringContaining('{ read: { runs: ["run_1234"] } }'),
      },
    ]);
    expect(flattenScopes({ read: { runs: 'run_1' } }).warnings).toEqual([]);
  });
});

const refused: readonly (readonly [string, unknown, RegExp])[] = [
  ['a blank id', { read: { runs: '' } }, /read\.runs: .*blank/],
  ['an id of spaces', { read: { tags: ['a', ' \t '] } }, /read\.tags: .*blank/],
  ['an empty list', { read: { tasks: [] } }, /read\.tasks: the list is empty/],
  ['a list with holes', { read: { tasks: Array.from({ length: 2 }) } }, /read\.tasks/],
  ['a list of gaps', { trigger: { tasks: new Array(3) } }, /trigger\.tasks/],
  ['a list in a list', { read: { tasks: [['a']] } }, /read\.tasks/],
  ['a number as id', { read: { runs: 7 } }, /read\.runs/],
  ['null as id', { read: { runs: null } }, /read\.runs/],
  ['false', { read: { runs: false } }, /read\.runs/],
  ['true in a list', { read: { runs: [true] } }, /read\.runs/],
  ['an object as id', { read: { runs: { id: 'run_1' } } }, /read\.runs/],
  ['a line break', { read: { tags: 'a\nb' } }, /controls/],
  ['a zero byte', { read: { tags: 'a\u0000' } }, /controls/],
  ['a delete character', { read: { tags: '\u007fa' } }, /controls/],
  ['too long an id', { read: { tags: 'x'.repeat(513) } }, /512/],
  ['an unknown action', { delete: { runs: 'a' } }, /cannot have this action\. Use read, write, trigger, batchTrigger/],
  ['an action of every object', { constructor: { runs: 'a' } }, /this action/],
  ['a prototype as action', JSON.parse('{"__proto__": {"runs": "a"}}'), /this action/],
  ['admin', { admin: true }, /admin scopes/],
  ['admin of sessions', { admin: { sessions: 'a' } }, /admin scopes/],
  ['any action', { '*': { runs: 'a' } }, /this action/],
  ['an unknown kind', { read: { envvars: 'a' } }, /read is for runs, tasks/],
  ['every kind', { read: { all: true } }, /read is for/],
  ['a kind of another action', { write: { batch: 'a' } }, /write is for/],
  ['a kind of every object', { read: { toString: 'a' } }, /read is for/],
  ['text', 'read:runs', /must be an object/],
  ['a list', ['read:runs'], /must be an object/],
  ['null', null, /must be an object/],
  ['text for an action', { read: 'runs' }, /must be an object/],
  ['true for an action', { read: true }, /must be an object/],
  ...pairs
    .filter(([action, type]) => action !== 'read' || type !== 'runs')
    .map(
      ([action, type]) => [`true for ${action} ${type}`, { [action]: { [type]: true } }, /must not be blank/] as const,
    ),
];

describe('scopes that are refused', () => {
  it.each(refused)('%s', (_, scopes, message) => {
    expect(() => flat(scopes)).toThrow(expect.objectContaining({ code: 'scope_invalid', path: expect.any(String) }));
    expect(() => flat(scopes)).toThrow(message);
  });

  it('are named without a word of what was passed', () => {
    fc.assert(
      fc.property(fc.constantFrom('action', 'kind'), (where) => {
        const word = 'passed-word-here';
        const scopes = where === 'action' ? { [word]: {} } : { read: { [word]: 'a' } };
        expect(() => flat(scopes)).toThrow(expect.not.objectContaining({ message: expect.stringContaining(word) }));
      }),
    );
  });
});

describe('scopes as text', () => {
  it.each<readonly [string, boolean]>([
    ...pairs.map(([action, type]) => [`${action}:${type}:user:42`, true] as const),
    ['read:runs', true],
    ...[
      '',
      'read',
      'read:tasks',
      'write:runs',
      'read:runs:',
      'read:runs: ',
      'read:envvars:a',
      'admin',
      'admin:sessions:a',
    ].map((text) => [text, false] as const),
    ...['*:runs', 'read:all', 'read:runs:a\nb', 'constructor:runs:a', `read:tags:${'x'.repeat(513)}`].map(
      (text) => [text, false] as const,
    ),
  ])('%j: %j', (text, accepted) => {
    expect(scopeInput().safeParse(text).success).toBe(accepted);
  });
});

it('come out as the official SDK flattens them, wherever both accept', { timeout: 60_000 }, async () => {
  const server = await claimsServer();
  const accepted = fc.sample(someScopes, 1_200).flatMap((scopes) => {
    try {
      const mine = flat(scopes);
      expect(mine.every((scope) => scopeInput().safeParse(scope).success)).toBe(true);
      // Without scopes the SDK has nothing to ask for.
      return mine.length === 0 ? [] : [{ scopes, mine }];
    } catch {
      return [];
    }
  });
  expect(accepted.length).toBeGreaterThan(500);
  await withSdk(fakeKeys['additional:full'], server.url, () =>
    eachOf(accepted, ({ scopes }) => official.createPublicToken({ scopes })),
  );
  // They come in any order, each with its own list.
  const sent = server.requests.map(({ body }) => JSON.stringify(JSON.parse(body).scopes)).sort();
  expect(sent).toEqual(accepted.map(({ mine }) => JSON.stringify(mine)).sort());
});
