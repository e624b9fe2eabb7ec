import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Connection, type ConnectionPolicy, parseConnection } from '../../src/connection/index.js';
import { keys, VALID } from './cases.js';
import { validValues } from './corpus.js';

/** A connection back into what a person would have to type for it. */
function print({ baseUrl, environment, key, previewBranch, projectRef }: Connection) {
  return { apiKey: key.reveal(), projectRef, environment, baseUrl, previewBranch };
}

function accepted(values: unknown, policy?: ConnectionPolicy): Connection {
  const parsed = parseConnection(values, policy);
  if (!parsed.ok) {
    throw new Error(`refused: ${JSON.stringify(parsed.issues)}`);
  }
  return parsed.connection;
}

function expectItself(values: unknown, policy?: ConnectionPolicy): void {
  const { key, ...connection } = accepted(values, policy);
  const { key: sameKey, ...same } = accepted(print({ key, ...connection }), policy);
  expect(same).toEqual(connection);
  expect(sameKey.reveal()).toBe(key.reveal());
}

describe('a connection that is printed and parsed again is itself', () => {
  it('for 10,000 generated forms', () => {
    fc.assert(
      fc.property(validValues, (values) => expectItself(values)),
      { numRuns: 10_000 },
    );
  });

  it.each([
    ...VALID.map(({ policy, title, values }) => [title, values, policy] as const),
    [
      'a host that the operator allows',
      { apiKey: keys.dev, baseUrl: 'http://localhost:3030/' },
      { allowHttp: true, allowPrivateHosts: true },
    ] as const,
    ['an IPv6 address', { apiKey: keys.dev, baseUrl: '[2606:4700:0::1111]:8443' }, undefined] as const,
  ])('for %s', (_, values, policy) => {
    expectItself(values, policy);
  });
});
