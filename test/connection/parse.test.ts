import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { connectionSchema, type ParsedConnection, parseConnection } from '../../src/connection/index.js';
import { errorCodes, type Issue } from '../../src/errors/index.js';
import { INVALID, VALID } from './cases.js';

const problems = (issues: readonly Issue[]) => issues.map(({ code, field }) => [code, field]);

function connectionOf(parsed: ParsedConnection) {
  if (!parsed.ok) {
    throw new Error(`refused: ${inspect(parsed.issues)}`);
  }
  return parsed.connection;
}

describe('parseConnection accepts', () => {
  it.each(VALID)('$title', ({ values, policy = {}, connection: expected, warnings }) => {
    const parsed = parseConnection(values, policy);
    const { key, policy: kept, ...rest } = connectionOf(parsed);
    expect(rest).toEqual({ baseUrl: 'https://api.trigger.dev', ...expected });
    expect(key.reveal()).toBe(String(values['apiKey']).trim());
    expect(kept).toEqual(policy);
    expect(problems(parsed.warnings)).toEqual(warnings ?? []);
  });

  it('has no case twice', () => {
    const titles = [...VALID, ...INVALID].map(({ title }) => title);
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
  });
});

describe('parseConnection refuses', () => {
  it.each(INVALID)('$title', ({ values, policy, issues }) => {
    const parsed = parseConnection(values, policy);
    expect(parsed.ok ? [] : problems(parsed.issues)).toEqual(issues);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    for (const { code, message } of parsed.ok ? [] : parsed.issues) {
      expect(errorCodes).toHaveProperty(code);
      expect(message).toMatch(/^[A-Za-z].{10,}\.$/);
    }
  });

  it.each([
    ['"k"', 'remove the quotes'],
    ['Bearer k', 'remove the quotes, the "NAME=" or the "Bearer "'],
    [['tr', 'oat', 'Fake'.repeat(5)].join('_'), 'an organization access token'],
    [['tr', 'uat', 'Fake'.repeat(5)].join('_'), 'a user-actor token'],
    [['pk', 'dev', 'Fake'.repeat(5)].join('_'), 'a public key of an older version'],
    ['eyJh.eyJw.c2ln', 'a public access token'],
    [['sk', 'live', 'Fake'].join('_'), 'a Stripe key'],
    [['tr', 'new', 'Fake'.repeat(5)].join('_'), 'allowUnknownKey'],
  ])('%s by its name', (apiKey, said) => {
    const parsed = parseConnection({ apiKey });
    expect(parsed.ok ? '' : parsed.issues[0]?.message).toContain(said);
  });

  it('with the message of a wrong type apart from that of a wrong length', () => {
    const messageOf = (apiKey: unknown) => {
      const parsed = parseConnection({ apiKey });
      return parsed.ok ? '' : parsed.issues.map(({ message }) => message).join();
    };
    expect(messageOf(7)).toBe('apiKey must be text.');
    expect(messageOf('x'.repeat(4_097))).toBe('apiKey is too long.');
  });
});

describe('a connection', () => {
  const policy = { allowHttp: true };
  const connection = connectionOf(parseConnection(VALID[0]?.values, policy));

  it('cannot be changed, nor can its policy, nor by who passed the policy in', () => {
    expect(Object.isFrozen(connection)).toBe(true);
    expect(Object.isFrozen(connection.policy)).toBe(true);
    policy.allowHttp = false;
    expect(connection.policy.allowHttp).toBe(true);
  });
});

describe('connectionSchema', () => {
  it.each(VALID.filter(({ policy }) => policy === undefined))('accepts $title', ({ values, connection }) => {
    const { key, policy, ...rest } = connectionSchema.parse(values);
    expect(rest).toEqual({ baseUrl: 'https://api.trigger.dev', ...connection });
    expect(key.reveal()).toBe(String(values['apiKey']).trim());
    expect(policy).toEqual({});
  });

  it.each(INVALID.filter(({ policy }) => policy === undefined))('refuses $title', ({ values, issues }) => {
    const parsed = connectionSchema.safeParse(values);
    const found = parsed.error?.issues.map((issue) => [
      issue.code === 'custom' ? issue.params?.['code'] : issue.code,
      issue.path.join('.'),
    ]);
    expect(found).toEqual(issues);
    const own = parseConnection(values);
    expect(parsed.error?.issues.map(({ message }) => message)).toEqual(
      own.ok ? [] : own.issues.map(({ message }) => message),
    );
  });
});
