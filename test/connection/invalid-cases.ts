import { type InvalidCase, keys, type Problem } from './case-keys.js';

const ref = 'proj_abcdefghij';
const key = (...parts: string[]): string => parts.join('_');
const one = (code: Problem[0], field: string): Problem[] => [[code, field]];
const ofKey = (code: Problem[0], entries: Readonly<Record<string, unknown>>): InvalidCase[] =>
  Object.entries(entries).map(([title, apiKey]) => ({
    title: `${code}: ${title}`,
    values: { apiKey, projectRef: ref },
    issues: one(code, 'apiKey'),
  }));
const ofField = (code: Problem[0], field: string, entries: readonly unknown[]): InvalidCase[] =>
  entries.map((value) => ({
    title: `${code}: ${field} ${String(JSON.stringify(value)).slice(0, 60)} of ${String(value).length}`,
    values: { apiKey: keys[field === 'previewBranch' ? 'preview' : 'prod'], [field]: value },
    issues: one(code, field),
  }));

export const INVALID: readonly InvalidCase[] = [
  ...[undefined, null, 'text', 7, [], true].map((values) => ({
    title: `no object: ${JSON.stringify(values)}`,
    values,
    issues: one('input_invalid', ''),
  })),
  { title: 'nothing at all', values: {}, issues: one('key_required', 'apiKey') },
  ...ofKey('key_required', { empty: '', blank: ' \n\t', 'a byte order mark': '\ufeff', null: null }),
  ...ofKey('key_invalid', {
    'a number': 7,
    'an object': { key: keys.prod },
    'a list': [keys.prod],
    'a boolean': true,
    'a megabyte': 'a'.repeat(1_000_000),
    'a long key': key('tr', 'prod', 'F'.repeat(65)),
    'a short key': key('tr', 'prod', 'F'.repeat(15)),
    'a short token': key('tr', 'pat', 'f'.repeat(15)),
    'a token with capitals': key('tr', 'pat', 'F'.repeat(40)),
    'a short additional key': key('tr', 'prod', 'sk', 'F'.repeat(15)),
    'two keys': `${keys.prod} ${keys.dev}`,
    'a key with a line break in it': `${keys.prod.slice(0, 12)}\n${keys.prod.slice(12)}`,
    'a key with a header after it': `${keys.prod}\r\nx-injected: 1`,
    'a key with a zero-width space': `${keys.prod}\u200b`,
    'a key with a full-width digit': `${keys.prod}\uff11`,
    'another service': `ghp${'A1'.repeat(18)}`,
    'a word': 'password',
    'double quotes': `"${keys.prod}"`,
    'single quotes': `'${keys.prod}'`,
    backticks: `\`${keys.prod}\``,
    Bearer: `Bearer ${keys.prod}`,
    bearer: `bearer ${keys.prod}`,
    'an assignment': `TRIGGER_SECRET_KEY=${keys.prod}`,
    'an assignment with a space': `TRIGGER_SECRET_KEY = ${keys.prod}`,
  }),
  ...ofKey('key_unknown', {
    'a new family': keys.newFamily,
    'a family in capitals': keys.prod.replace('prod', 'PROD'),
    'the prefix alone': 'tr_',
  }),
  ...ofKey('key_kind_refused', {
    'an organization token': keys.organization,
    'a user-actor token': keys.userActor,
    'a public key': keys.publicKey,
    'a public access token': keys.jwt,
    'a Stripe key': keys.stripe,
    'a Stripe test key': keys.stripe.replace('live', 'test'),
    'a restricted Stripe key': keys.stripe.replace('sk', 'rk'),
  }),
  ...ofField('project_ref_invalid', 'projectRef', [
    'my project',
    'proj/x',
    '..',
    'proj_x?y',
    'proj%2Fx',
    'x'.repeat(65),
    'x'.repeat(300),
    'pröj',
    7,
    {},
    keys.prod,
    `x_${keys.pat}`.slice(0, 60),
  ]),
  ...ofField('environment_invalid', 'environment', [
    'Prod',
    'test',
    'dev,prod',
    'constructor',
    'x'.repeat(65),
    1,
    ['prod'],
  ]),
  ...ofField('branch_invalid', 'previewBranch', [
    ...['a b', 'a~b', 'a^b', 'a:b', 'a?b', 'a*b', 'a[b', 'a\\b', 'a..b', 'a@{b', 'a//b', '/a', 'a/', 'a.lock'],
    ...['refs/heads/a', 'refs/x', 'a\u0000b', 'a\u007fb', 'a\r\nx-injected: 1', 'zweig-ä', 'x'.repeat(256)],
    ...['x'.repeat(2_000), 7, {}, `feature/${keys.pat}`, keys.preview],
  ]),
  ...ofField('base_url_invalid', 'baseUrl', [7, {}, `a${'.b'.repeat(1_100)}`, `${keys.pat}.example.com`]),
  ...ofField('egress_blocked', 'baseUrl', ['localhost', '10.0.0.1', '169.254.169.254']),
  {
    title: 'a token without a project ref',
    values: { apiKey: keys.pat },
    issues: one('project_ref_required', 'projectRef'),
  },
  {
    title: 'a token with a blank project ref',
    values: { apiKey: keys.pat, projectRef: '  ' },
    issues: one('project_ref_required', 'projectRef'),
  },
  {
    title: 'a token with a branch and no environment',
    values: { apiKey: keys.pat, projectRef: ref, previewBranch: 'x' },
    issues: one('environment_required', 'environment'),
  },
  {
    title: 'a preview key without a branch',
    values: { apiKey: keys.preview },
    issues: one('branch_required', 'previewBranch'),
  },
  ...(['dev', 'staging', 'prod', 'preview', 'additional'] as const).flatMap((name) =>
    ['dev', 'development', 'staging', 'stg', 'prod', 'production', 'preview']
      .filter((environment) => !isOf(name, environment))
      .map((environment) => ({
        title: `a ${name} key for ${environment}`,
        values: { apiKey: keys[name], environment, ...(name === 'preview' && { previewBranch: 'x' }) },
        issues: [
          ['environment_mismatch', 'environment'] as const,
          ...(name === 'preview' && /^(?:stag|stg|prod)/.test(environment)
            ? ([['branch_not_allowed', 'previewBranch']] as const)
            : []),
        ],
      })),
  ),
  ...(['staging', 'prod', 'additional'] as const).map((name) => ({
    title: `a branch with a ${name} key`,
    values: { apiKey: keys[name], previewBranch: 'x' },
    issues: one('branch_not_allowed', 'previewBranch'),
  })),
  ...['staging', 'stg', 'prod', 'production'].map((environment) => ({
    title: `a branch with a token for ${environment}`,
    values: { apiKey: keys.pat, projectRef: ref, environment, previewBranch: 'x' },
    issues: one('branch_not_allowed', 'previewBranch'),
  })),
  {
    title: 'two problems at once',
    values: { apiKey: keys.pat, environment: 'nope' },
    issues: [
      ['project_ref_required', 'projectRef'],
      ['environment_invalid', 'environment'],
    ],
  },
  {
    title: 'every field wrong at once',
    values: { apiKey: 'x', projectRef: 'a b', environment: 'nope', baseUrl: 'ftp://x', previewBranch: 'a b' },
    issues: [
      ['key_invalid', 'apiKey'],
      ['project_ref_invalid', 'projectRef'],
      ['environment_invalid', 'environment'],
      ['branch_invalid', 'previewBranch'],
      ['base_url_invalid', 'baseUrl'],
    ],
  },
  {
    title: 'a wrong type does not hide other problems',
    values: { apiKey: keys.pat, environment: 5, baseUrl: '10.0.0.1' },
    issues: [
      ['environment_invalid', 'environment'],
      ['project_ref_required', 'projectRef'],
      ['egress_blocked', 'baseUrl'],
    ],
  },
  {
    title: "a wrong type under Nango's name of the branch, even where ours counts",
    values: { apiKey: keys.dev, previewBranch: 'b', triggerBranch: 7 },
    issues: one('branch_invalid', 'previewBranch'),
  },
  ...['apikey', 'secretKey', 'allowPrivateHosts', 'allowHttp', 'allowUnknownKey', 'policy', 'constructor'].map(
    (name) => ({
      title: `a field ${name}`,
      values: { apiKey: keys.prod, [name]: true },
      issues: one('unknown_field', name),
    }),
  ),
  {
    title: 'a field __proto__',
    values: JSON.parse(`{"apiKey": "${keys.prod}", "__proto__": {"polluted": true}}`) as unknown,
    issues: one('unknown_field', 'a field'),
  },
  {
    title: 'a key as the name of a field',
    values: { apiKey: keys.prod, [keys.dev]: '' },
    issues: one('unknown_field', 'a field'),
  },
  {
    title: 'a key of a new family that would not fit a header',
    values: { apiKey: `${keys.newFamily} x` },
    policy: { allowUnknownKey: true },
    issues: one('key_invalid', 'apiKey'),
  },
  {
    title: 'a key of a wrong kind stays refused where unknown ones are allowed',
    values: { apiKey: keys.organization },
    policy: { allowUnknownKey: true },
    issues: one('key_kind_refused', 'apiKey'),
  },
];

function isOf(name: string, environment: string): boolean {
  const own = name === 'additional' ? 'prod' : name;
  return environment.startsWith(own) || (own === 'staging' && environment === 'stg');
}
