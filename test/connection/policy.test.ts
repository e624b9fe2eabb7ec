import { describe, expect, it } from 'vitest';
import { type ConnectionPolicy, connectionFromValues, parseConnection } from '../../src/connection/index.js';
import { keys } from './cases.js';

type Verdict = string;

const verdict = (values: Record<string, string>, policy: ConnectionPolicy): Verdict => {
  const parsed = parseConnection(values, policy);
  return parsed.ok ? 'taken' : parsed.issues.map(({ code }) => code).join();
};

const http = { apiKey: keys.prod, baseUrl: 'http://api.example.com' };
const lan = { apiKey: keys.prod, baseUrl: 'https://10.0.0.1' };
const both = { apiKey: keys.prod, baseUrl: 'http://localhost:3030' };
const metadata = { apiKey: keys.prod, baseUrl: 'http://169.254.169.254' };
const unknown = { apiKey: keys.newFamily };

// One row a flag: each lifts exactly its own refusal.
const flags: readonly (readonly [ConnectionPolicy, readonly Verdict[]])[] = [
  [{}, ['base_url_invalid', 'egress_blocked', 'base_url_invalid', 'base_url_invalid', 'key_unknown']],
  [{ allowHttp: true }, ['taken', 'egress_blocked', 'egress_blocked', 'egress_blocked', 'key_unknown']],
  [{ allowPrivateHosts: true }, ['base_url_invalid', 'taken', 'base_url_invalid', 'base_url_invalid', 'key_unknown']],
  [{ allowUnknownKey: true }, ['base_url_invalid', 'egress_blocked', 'base_url_invalid', 'base_url_invalid', 'taken']],
  [
    { allowHttp: true, allowPrivateHosts: true, allowUnknownKey: true },
    ['taken', 'taken', 'taken', 'egress_blocked', 'taken'],
  ],
  [
    { allowHttp: false, allowPrivateHosts: false, allowUnknownKey: false },
    ['base_url_invalid', 'egress_blocked', 'base_url_invalid', 'base_url_invalid', 'key_unknown'],
  ],
];

describe('the policy', () => {
  it.each(flags)('%j', (policy, expected) => {
    expect([http, lan, both, metadata, unknown].map((values) => verdict(values, policy))).toEqual(expected);
  });

  it.each(['allowHttp', 'allowPrivateHosts', 'allowUnknownKey'])('takes %s from nowhere but the operator', (flag) => {
    expect(verdict({ ...http, [flag]: 'true' }, {})).toBe('unknown_field,base_url_invalid');
    const truthy = { [flag]: 'true' } as unknown as ConnectionPolicy;
    expect([http, lan, both, metadata, unknown].map((values) => verdict(values, truthy))).toEqual(flags[0]?.[1]);
  });
});

describe('connectionFromValues', () => {
  it.each([
    ['projectRef', { apiKey: keys.pat }, { kind: 'pat' }],
    ['environment', { apiKey: keys.pat, projectRef: 'proj_a', previewBranch: 'b' }, { previewBranch: 'b' }],
  ])('does without %s, which a call may bring', (_, values, expected) => {
    expect(parseConnection(values).ok).toBe(false);
    expect(connectionFromValues(values, {})).toMatchObject(expected);
  });

  it('throws the first problem with the message of all', () => {
    const parsed = parseConnection({ apiKey: 'x', environment: 'nope' });
    const message = parsed.ok ? '' : parsed.issues.map((issue) => issue.message).join(' ');
    expect(() => connectionFromValues({ apiKey: 'x', environment: 'nope' }, {})).toThrow(
      expect.objectContaining({ name: 'ConnectorError', code: 'key_invalid', field: 'apiKey', message }),
    );
  });
});
