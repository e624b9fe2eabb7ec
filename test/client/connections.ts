import { inspect } from 'node:util';
import { expect } from 'vitest';
import type { Connection } from '../../src/connection/index.js';
import { ConnectorError, type ErrorCode, Secret } from '../../src/errors/index.js';

/** A well-formed production key; another `mark`, another key. Made at run time: no literal here may look like one. */
export const secretKey = (mark = 'Cana', family = 'prod'): string => ['tr', family, mark.repeat(6)].join('_');

export const personalToken = (mark = 'can1'): string => ['tr', 'pat', mark.repeat(10)].join('_');

/** A connection made by hand: what no check of the form has seen. */
export function connectionTo(baseUrl: string, fields: Partial<Connection> & { secret?: string } = {}): Connection {
  const { secret = secretKey(), ...rest } = fields;
  return {
    key: new Secret(secret),
    kind: 'root',
    environment: 'prod',
    policy: { allowPrivateHosts: true, allowHttp: true },
    ...rest,
    baseUrl,
  };
}

/** Everything of an error that a logger could print. */
function printed(error: unknown): string {
  const seen = new Set<unknown>();
  const parts: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) {
      parts.push(String(value));
      return;
    }
    if (!seen.has(value)) {
      seen.add(value);
      parts.push(inspect(value, { depth: 10, showHidden: true, getters: true }));
      for (const name of Reflect.ownKeys(value)) {
        parts.push(String(name));
        walk(Reflect.get(value, name));
      }
    }
  };
  walk(error);
  parts.push(String(error), JSON.stringify(error));
  return parts.join('\n');
}

/** No part of the key of twelve characters or more stands anywhere on the error. */
export function expectNoSecret(error: unknown, secret = secretKey()): void {
  const text = printed(error);
  for (let start = 0; start + 12 <= secret.length; start += 1) {
    expect(text).not.toContain(secret.slice(start, start + 12));
  }
  expect(text).not.toContain(Buffer.from(secret).toString('base64'));
}

/** The `ConnectorError` with which a call fails; it carries no native error and no key. */
export async function failureOf(
  promise: PromiseLike<unknown>,
  code: ErrorCode,
  secret = secretKey(),
): Promise<ConnectorError> {
  const error = await promise.then(
    (value) => new Error(`succeeded with ${inspect(value)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectorError)) {
    throw error;
  }
  expect(error.code, error.message).toBe(code);
  expect(error.cause).toBeUndefined();
  expectNoSecret(error, secret);
  return error;
}
