import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/errors/index.js';
import { fakeKeys } from '../fake-api/keys.js';

const key = fakeKeys['root:prod'];
const secret = new Secret(key);

const shown: [string, () => unknown][] = [
  ['String', () => String(secret)],
  ['a template', () => `${secret}`],
  ['a sum', () => `x${secret}`],
  ['JSON', () => JSON.stringify({ secret, list: [secret] })],
  ['inspect', () => inspect(secret)],
  ['inspect with everything', () => inspect({ deep: { secret } }, { showHidden: true, depth: null, getters: true })],
  [
    'inspect without our hook',
    () => inspect({ secret }, { showHidden: true, depth: null, getters: true, customInspect: false }),
  ],
  ['a spread', () => JSON.stringify({ ...secret })],
  ['own properties', () => Reflect.ownKeys(secret).map((name) => [name, Reflect.get(secret, name)])],
  ['a clone', () => inspect(structuredClone(secret), { showHidden: true })],
  ['Object.entries', () => Object.entries(secret)],
  ['an error message', () => new Error(`failed with ${secret}`).stack],
  ['valueOf', () => inspect(secret.valueOf())],
];

describe('Secret', () => {
  it.each(shown)('does not show itself through %s', (_, show) => {
    const text = inspect(show(), { showHidden: true, depth: null });
    expect(text).not.toContain(key);
    expect(text).not.toContain(key.slice(8, -4));
  });

  it('gives the value to who asks for it', () => {
    expect(secret.reveal()).toBe(key);
  });

  it.each([
    [key, `tr_prod_…${key.slice(-4)}`],
    [fakeKeys['additional:full'], `tr_prod_sk_…${fakeKeys['additional:full'].slice(-4)}`],
    [fakeKeys['pat:alice'], `tr_pat_…${fakeKeys['pat:alice'].slice(-4)}`],
    [['tr', 'prod', 'F'.repeat(15)].join('_'), 'tr_prod_…'],
    ['short', '…'],
    ['', '…'],
    ['no family but rather long', '…long'],
  ])('%j is shown as %j', (value, expected) => {
    expect(String(new Secret(value))).toBe(expected);
    expect(JSON.stringify(new Secret(value))).toBe(JSON.stringify(expected));
    expect(inspect(new Secret(value))).toBe(`Secret(${expected})`);
  });
});
