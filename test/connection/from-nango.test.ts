import { describe, expect, it } from 'vitest';
import { connectionFromNango } from '../../src/connection/index.js';
import { keys } from './cases.js';

const ref = 'proj_abcdefghij';
const of = (apiKey: unknown, config?: unknown) =>
  connectionFromNango({ credentials: { apiKey }, connection_config: config });

const taken: readonly (readonly [string, unknown, unknown, Readonly<Record<string, string>>])[] = [
  ['a key alone', keys.prod, {}, { kind: 'root', environment: 'prod' }],
  ['no config at all', keys.prod, undefined, { kind: 'root', environment: 'prod' }],
  ['a config that is null', keys.prod, null, { kind: 'root', environment: 'prod' }],
  [
    'empty fields as absent',
    keys.prod,
    { projectRef: '', environment: '', baseUrl: '', triggerBranch: '', previewBranch: '' },
    { kind: 'root', environment: 'prod' },
  ],
  [
    'null fields as absent',
    keys.prod,
    { projectRef: null, environment: null, baseUrl: null, triggerBranch: null },
    { kind: 'root', environment: 'prod' },
  ],
  [
    'all fields',
    keys.pat,
    { projectRef: ref, environment: 'preview', baseUrl: 'trigger.example.com', triggerBranch: 'b' },
    {
      kind: 'pat',
      projectRef: ref,
      environment: 'preview',
      baseUrl: 'https://trigger.example.com',
      previewBranch: 'b',
    },
  ],
  [
    'our name of the branch',
    keys.preview,
    { previewBranch: 'b' },
    { kind: 'root', environment: 'preview', previewBranch: 'b' },
  ],
  [
    'both names of the branch, ours first',
    keys.preview,
    { triggerBranch: 'theirs', previewBranch: 'ours' },
    { kind: 'root', environment: 'preview', previewBranch: 'ours' },
  ],
  [
    "Nango's name of the branch where ours is empty",
    keys.preview,
    { triggerBranch: 'theirs', previewBranch: '' },
    { kind: 'root', environment: 'preview', previewBranch: 'theirs' },
  ],
  [
    'unknown keys as nothing',
    keys.prod,
    { hmac: 'x', allowPrivateHosts: true, apiKey: 'other', key: 'other', policy: {} },
    { kind: 'root', environment: 'prod' },
  ],
  [
    'own properties only',
    keys.prod,
    Object.create({ environment: 'dev', baseUrl: '10.0.0.1' }),
    { kind: 'root', environment: 'prod' },
  ],
  [
    'an inherited name in JSON',
    keys.prod,
    JSON.parse('{"__proto__": {"environment": "dev"}, "constructor": {"environment": "dev"}}'),
    { kind: 'root', environment: 'prod' },
  ],
  // A form asks for these; code may still give them with each call.
  ['a token without project ref', keys.pat, {}, { kind: 'pat' }],
  ['a token with a branch and no environment', keys.pat, { triggerBranch: 'b' }, { kind: 'pat', previewBranch: 'b' }],
];

const refused: readonly (readonly [string, unknown, unknown, string, string])[] = [
  ['no key', undefined, {}, 'key_required', 'apiKey'],
  ['an empty key', '', {}, 'key_required', 'apiKey'],
  ['a null key', null, {}, 'key_required', 'apiKey'],
  ['a blank key', ' ', {}, 'key_required', 'apiKey'],
  ['a key of the wrong type', 7, {}, 'key_invalid', 'apiKey'],
  ['a key of the wrong kind', keys.organization, {}, 'key_kind_refused', 'apiKey'],
  ['a project ref of the wrong type', keys.prod, { projectRef: 7 }, 'project_ref_invalid', 'projectRef'],
  ['an environment of the wrong type', keys.prod, { environment: ['prod'] }, 'environment_invalid', 'environment'],
  ['a host of the wrong type', keys.prod, { baseUrl: {} }, 'base_url_invalid', 'baseUrl'],
  ['a branch of the wrong type', keys.preview, { triggerBranch: 1 }, 'branch_invalid', 'previewBranch'],
  ['a host with a scheme that is not ours', keys.prod, { baseUrl: 'ftp://x.example' }, 'base_url_invalid', 'baseUrl'],
  ['a private host', keys.prod, { baseUrl: '10.0.0.1' }, 'egress_blocked', 'baseUrl'],
  ['a branch in prod', keys.prod, { triggerBranch: 'b' }, 'branch_not_allowed', 'previewBranch'],
  [
    'a token with a branch in prod',
    keys.pat,
    { environment: 'prod', triggerBranch: 'b' },
    'branch_not_allowed',
    'previewBranch',
  ],
  ['a preview key without a branch', keys.preview, { triggerBranch: '' }, 'branch_required', 'previewBranch'],
  ['another environment than the key', keys.dev, { environment: 'prod' }, 'environment_mismatch', 'environment'],
];

describe('connectionFromNango', () => {
  it.each(taken)('takes %s', (_, apiKey, config, expected) => {
    const { key, policy, ...rest } = of(apiKey, config);
    expect(rest).toEqual({ baseUrl: 'https://api.trigger.dev', ...expected });
    expect(key.reveal()).toBe(apiKey);
    expect(policy).toEqual({});
  });

  it.each(refused)('refuses %s', (_, apiKey, config, code, field) => {
    expect(() => of(apiKey, config)).toThrow(expect.objectContaining({ name: 'ConnectorError', code, field }));
  });

  it('refuses a connection without credentials', () => {
    for (const credentials of [undefined, null, 'text', {}, { api_key: keys.prod }]) {
      expect(() => connectionFromNango({ credentials })).toThrow(expect.objectContaining({ code: 'key_required' }));
    }
  });

  it('takes its policy from the caller alone', () => {
    const local = { credentials: { apiKey: keys.prod }, connection_config: { baseUrl: 'http://localhost:3030' } };
    expect(connectionFromNango(local, { allowHttp: true, allowPrivateHosts: true })).toMatchObject({
      baseUrl: 'http://localhost:3030',
      policy: { allowHttp: true, allowPrivateHosts: true },
    });
    expect(() => connectionFromNango(local)).toThrow(expect.objectContaining({ code: 'base_url_invalid' }));
  });
});
