import { describe, expect, it } from 'vitest';
import { type ClientOptions, connectionFromOptions, policyFromEnv } from '../../src/client/index.js';
import { mergeOptions } from '../../src/client/options.js';
import { ConnectorError } from '../../src/errors/index.js';
import { expectNoSecret, personalToken, secretKey } from './connections.js';

const key = secretKey();
const other = secretKey('Othr');
const pat = personalToken();
const oldFamily = ['tr', 'oat', 'x'.repeat(30)].join('_');
type Variables = Record<string, string | undefined>;

/** The parts of a connection that options decide, with the key in clear. */
function facts(options: ClientOptions, env: Variables = {}): Record<string, unknown> {
  const { key: secret, policy: _, ...rest } = connectionFromOptions(options, env);
  return { ...rest, key: secret.reveal() };
}

function refusal(make: () => unknown): ConnectorError {
  try {
    make();
  } catch (error) {
    if (error instanceof ConnectorError) {
      for (const secret of [key, other, pat]) {
        expectNoSecret(error, secret);
      }
      return error;
    }
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('connectionFromOptions', () => {
  const cloud = 'https://api.trigger.dev';
  it.each<[string, ClientOptions, Variables, Record<string, unknown>]>([
    ['a secret key', { secretKey: key }, {}, { key, kind: 'root', environment: 'prod', baseUrl: cloud }],
    ['a key as access token', { accessToken: key }, {}, { key, kind: 'root', environment: 'prod', baseUrl: cloud }],
    ['a token as access token', { accessToken: pat }, {}, { key: pat, kind: 'pat', baseUrl: cloud }],
    ['a token as secret key, as documented', { secretKey: pat }, {}, { key: pat, kind: 'pat', baseUrl: cloud }],
    ['a personal access token', { personalAccessToken: pat }, {}, { key: pat, kind: 'pat', baseUrl: cloud }],
    ['a pasted space', { secretKey: ` ${key}\n` }, {}, { key, kind: 'root', environment: 'prod', baseUrl: cloud }],
    ['TRIGGER_SECRET_KEY', {}, { TRIGGER_SECRET_KEY: key }, { key }],
    ['TRIGGER_ACCESS_TOKEN', {}, { TRIGGER_ACCESS_TOKEN: pat }, { key: pat, kind: 'pat' }],
    ['the secret key first', {}, { TRIGGER_SECRET_KEY: key, TRIGGER_ACCESS_TOKEN: pat }, { key }],
    ['options before the environment', { accessToken: other }, { TRIGGER_SECRET_KEY: key }, { key: other }],
    ['TRIGGER_PROJECT_REF', { secretKey: key }, { TRIGGER_PROJECT_REF: 'proj_a' }, { projectRef: 'proj_a' }],
    [
      'its own project first',
      { secretKey: key, projectRef: 'proj_b' },
      { TRIGGER_PROJECT_REF: 'proj_a' },
      { projectRef: 'proj_b' },
    ],
    [
      'TRIGGER_PREVIEW_BRANCH',
      { secretKey: secretKey('Cana', 'preview') },
      { TRIGGER_PREVIEW_BRANCH: 'a/b' },
      { previewBranch: 'a/b', environment: 'preview' },
    ],
    [
      'TRIGGER_PREVIEW_BRANCH for a token for preview',
      { accessToken: pat, environment: 'preview' },
      { TRIGGER_PREVIEW_BRANCH: 'a/b' },
      { previewBranch: 'a/b' },
    ],
    [
      'its own branch first',
      { secretKey: secretKey('Cana', 'preview'), previewBranch: 'c' },
      { TRIGGER_PREVIEW_BRANCH: 'a/b' },
      { previewBranch: 'c' },
    ],
    [
      'TRIGGER_API_URL',
      { secretKey: key },
      { TRIGGER_API_URL: 'http://10.0.0.8:3030/' },
      { baseUrl: 'http://10.0.0.8:3030' },
    ],
    [
      'its own base URL first',
      { secretKey: key, baseURL: 'https://trigger.example.com/' },
      { TRIGGER_API_URL: 'http://10.0.0.8:3030' },
      { baseUrl: 'https://trigger.example.com' },
    ],
    [
      'an http host of the operator',
      { secretKey: key, baseURL: 'http://localhost:3030' },
      {},
      { baseUrl: 'http://localhost:3030' },
    ],
    ['an environment for a token', { accessToken: pat, environment: 'staging' }, {}, { environment: 'staging' }],
  ])('takes %s', (_, options, env, expected) => {
    expect(facts(options, env)).toMatchObject(expected);
  });

  // What runs in preview may also speak to other environments.
  it.each<[string, ClientOptions]>([
    ['a production key', { secretKey: key }],
    ['a staging key', { secretKey: secretKey('Cana', 'stg') }],
    ['a dev key', { secretKey: secretKey('Cana', 'dev') }],
    ['a token for staging', { accessToken: pat, environment: 'staging' }],
    ['a token', { accessToken: pat }],
  ])('keeps TRIGGER_PREVIEW_BRANCH from %s', (_, options) => {
    expect(facts(options, { TRIGGER_PREVIEW_BRANCH: 'a/b' })).not.toHaveProperty('previewBranch');
  });

  it('does not borrow what belongs to other tools', () => {
    const env = { VERCEL_GIT_COMMIT_REF: 'main', TRIGGER_DEV_BRANCH: 'mine', TRIGGER_SECRET_KEY: key };
    expect(facts({}, env)).toEqual({ key, kind: 'root', environment: 'prod', baseUrl: cloud });
  });

  it.each<[string, ClientOptions, Variables, string, string]>([
    ['no credential', {}, {}, 'key_required', 'apiKey'],
    [
      'an empty one, whatever the environment has',
      { secretKey: '' },
      { TRIGGER_SECRET_KEY: key },
      'key_required',
      'apiKey',
    ],
    ['two credentials', { secretKey: key, accessToken: other }, {}, 'key_invalid', 'secretKey'],
    ['two alike', { secretKey: key, accessToken: key }, {}, 'key_invalid', 'secretKey'],
    ['two others', { secretKey: key, personalAccessToken: pat }, {}, 'key_invalid', 'personalAccessToken'],
    ['three', { secretKey: key, personalAccessToken: pat, accessToken: pat }, {}, 'key_invalid', 'secretKey'],
    ['a key as personal access token', { personalAccessToken: key }, {}, 'key_kind_refused', 'personalAccessToken'],
    ['an organization token', { accessToken: oldFamily }, {}, 'key_kind_refused', 'apiKey'],
    ['a number', { secretKey: 7 as never }, {}, 'key_invalid', 'apiKey'],
    ['half a key', { secretKey: key.slice(0, 12) }, {}, 'key_invalid', 'apiKey'],
    ['another environment', { secretKey: key, environment: 'dev' }, {}, 'environment_mismatch', 'environment'],
    ['a branch with prod', { secretKey: key, previewBranch: 'a' }, {}, 'branch_not_allowed', 'previewBranch'],
    ['a preview key alone', { secretKey: secretKey('Cana', 'preview') }, {}, 'branch_required', 'previewBranch'],
    ['a bad project ref', { secretKey: key, projectRef: '../x' }, {}, 'project_ref_invalid', 'projectRef'],
    ['a path in the base URL', { secretKey: key, baseURL: 'https://a.example/x' }, {}, 'base_url_invalid', 'baseUrl'],
    ['a metadata address', { secretKey: key, baseURL: 'http://169.254.169.254' }, {}, 'egress_blocked', 'baseUrl'],
    [
      'one from the environment',
      { secretKey: key },
      { TRIGGER_API_URL: 'http://[fe80::1]' },
      'egress_blocked',
      'baseUrl',
    ],
    [
      'a metadata name',
      { secretKey: key, baseURL: 'https://metadata.google.internal' },
      {},
      'egress_blocked',
      'baseUrl',
    ],
  ])('refuses %s', (_, options, env, code, field) => {
    expect(refusal(() => connectionFromOptions(options, env))).toMatchObject({ code, field });
  });

  it('never shows the key of a connection', () => {
    const connection = connectionFromOptions({ secretKey: key }, {});
    expectNoSecret(connection);
    expect(Object.isFrozen(connection)).toBe(true);
  });
});

describe('what is easily mistaken', () => {
  it('a misspelt option is refused: the key must not go to the cloud instead', () => {
    const misspelt = { secretKey: key, baseUrl: 'https://trigger.example.com' } as ClientOptions;
    expect(() => connectionFromOptions(misspelt, {})).toThrow(expect.objectContaining({ code: 'unknown_field' }));
  });

  it('a variable that is set to nothing does not hide the next', () => {
    expect(facts({}, { TRIGGER_SECRET_KEY: '', TRIGGER_ACCESS_TOKEN: pat })).toMatchObject({ kind: 'pat' });
    expect(facts({ secretKey: key }, { TRIGGER_API_URL: '' })).toMatchObject({ baseUrl: 'https://api.trigger.dev' });
  });
});

describe('policyFromEnv', () => {
  it.each([
    ['1', true],
    ['true', true],
    [undefined, false],
    ['', false],
    ['0', false],
    ['false', false],
    ['TRUE please', false],
  ])('reads %j as %s', (value, on) => {
    const none = { allowPrivateHosts: false, allowHttp: false, allowUnknownKey: false };
    expect(policyFromEnv({ TRIGGER_CONNECTOR_ALLOW_PRIVATE_HOSTS: value })).toEqual({ ...none, allowPrivateHosts: on });
    expect(policyFromEnv({ TRIGGER_CONNECTOR_ALLOW_HTTP: value })).toEqual({ ...none, allowHttp: on });
    expect(policyFromEnv({ TRIGGER_CONNECTOR_ALLOW_UNKNOWN_KEY: value })).toEqual({ ...none, allowUnknownKey: on });
  });

  it('stays with a connection to the default host, so that its names are checked when a socket is opened', () => {
    expect(connectionFromOptions({ secretKey: key }, {}).policy).toMatchObject({
      allowPrivateHosts: false,
      allowHttp: false,
    });
    const env = { TRIGGER_CONNECTOR_ALLOW_PRIVATE_HOSTS: '1' };
    expect(connectionFromOptions({ secretKey: key }, env).policy).toMatchObject({ allowPrivateHosts: true });
  });
});

describe('mergeOptions', () => {
  it.each<[string, ClientOptions, ClientOptions, ClientOptions]>([
    ['composes fields', { accessToken: 'a' }, { baseURL: 'b' }, { accessToken: 'a', baseURL: 'b' }],
    ['lets the inner win', { baseURL: 'a', projectRef: 'p' }, { baseURL: 'b' }, { baseURL: 'b', projectRef: 'p' }],
    ['replaces a credential', { accessToken: 'a' }, { secretKey: 'b' }, { secretKey: 'b' }],
    ['in each spelling', { secretKey: 'a' }, { personalAccessToken: 'b' }, { personalAccessToken: 'b' }],
    ['back again', { personalAccessToken: 'a' }, { accessToken: 'b' }, { accessToken: 'b' }],
    [
      'takes undefined as absent',
      { secretKey: 'a' },
      { accessToken: undefined, baseURL: undefined },
      { secretKey: 'a' },
    ],
    [
      'keeps what is wrong for the check',
      {},
      { accessToken: 'a', secretKey: 'b' },
      { accessToken: 'a', secretKey: 'b' },
    ],
  ])('%s', (_, outer, inner, expected) => {
    const before = [structuredClone(outer), structuredClone(inner)];
    expect(mergeOptions(outer, inner)).toEqual(expected);
    expect([outer, inner]).toEqual(before);
  });
});
