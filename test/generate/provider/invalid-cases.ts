/** A change of the smallest valid config, and what the loader says about it. */
export interface InvalidCase {
  readonly what: string;
  readonly from: string;
  readonly to: string;
  readonly line: number;
  readonly says: string;
}

/** The smallest config that has everything the checks are about. */
export const smallest = `trigger-dev:
  display_name: Trigger.dev
  auth_mode: API_KEY
  docs: https://docs.example
  proxy:
    base_url: https://\${connectionConfig.host} || https://api.example
    headers:
      authorization: Bearer \${apiKey}
    query:
      zone: \${connectionConfig.zone}
    retry:
      at: [x-reset]
      error_code: ["429", 5xx]
    paginate:
      type: cursor
      cursor_path_in_response: next
      cursor_name_in_request: page[after]
  credentials:
    apiKey: { type: string, title: Key, description: A key., pattern: '^tr_[a-z]{8,64}$' }
  connection_config:
    host: { type: string, title: Host, description: A host., optional: true }
    zone: { type: string, title: Zone, description: A zone., enum: [eu, us], default_value: eu }
`;

const key = "pattern: '^tr_[a-z]{8,64}$'";
const row = (what: string, from: string, to: string, line: number, says: string): InvalidCase => ({
  ...{ what, from, to },
  ...{ line, says },
});

const syntax = [
  row('an open bracket', 'at: [x-reset]', 'at: [x-reset', 13, 'provider.yaml:13: '),
  row('a tab', '  auth_mode', '\tauth_mode', 3, 'use spaces'),
  row('a duplicate key', '  docs:', '  auth_mode: API_KEY\n  docs:', 4, 'this key is there twice'),
  row('a duplicate key far down', 'title: Zone,', 'title: Zone, title: Zone,', 22, 'this key is there twice'),
  row('a second document', '  docs:', '---\n  docs:', 4, 'provider.yaml:4: '),
  row('a tag', 'docs: https', 'docs: !!js/function https', 4, 'tags (!…) are not taken'),
  row(
    'an alias',
    'docs: https://docs.example',
    'docs: &d https://d.example\n  docs_connect: *d',
    5,
    'docs_connect is an alias',
  ),
];

const shape = [
  row('an unknown key', 'display_name:', 'display_nam:', 2, 'did you mean "display_name"?); allowed: display_name, '),
  row('a missing key', '  docs: https://docs.example\n', '', 1, 'trigger-dev lacks "docs"'),
  row('another auth mode', 'API_KEY', 'OAUTH2', 3, 'auth_mode cannot be "OAUTH2"; allowed: API_KEY'),
  row('an unknown retry key', 'error_code:', 'error_codes:', 13, 'allowed: at, after, remaining, error_code, in_body'),
  row('a number for text', '"429"', '429', 13, 'quote a number'),
  row('text for a flag', 'optional: true', 'optional: yes', 21, 'allowed: true or false'),
  row('text for a list', 'at: [x-reset]', 'at: x-reset', 12, 'proxy.retry.at has the wrong type; allowed: a list'),
  row('an empty list', 'at: [x-reset]', 'at: []', 12, 'proxy.retry.at is empty'),
  row('an empty retry', 'at: [x-reset]\n      error_code: ["429", 5xx]', '{}', 11, 'allowed: at, after, remaining, '),
  row(
    'a paging without a type',
    'type: cursor',
    'response_path: data',
    14,
    'proxy.paginate lacks "type"; allowed: cursor',
  ),
  row(
    'a fraction for a place',
    'title: Zone',
    'order: 1.5, title: Zone',
    22,
    'zone.order has the wrong type; allowed: a whole number',
  ),
  row(
    'a key in place of a page',
    'https://docs.example',
    'docs.example',
    4,
    'docs cannot be "docs.example"; allowed: what matches ^https?:',
  ),
  row('an empty value', 'title: Zone', "title: ''", 22, 'connection_config.zone.title is empty'),
  row('a header in capitals', 'authorization:', 'Authorization:', 8, 'names that match ^[a-z0-9_.-]+$'),
  row('a page limit', 'cursor_name', 'limit: 50\n      cursor_name', 17, 'unknown key "limit" in proxy.paginate'),
  row(
    'an unknown paging',
    'type: cursor',
    'type: curser',
    15,
    '(did you mean "cursor"?); allowed: cursor, link, offset',
  ),
  row('an unknown category', '  docs:', '  categories: [dev-tool]\n  docs:', 4, 'did you mean "dev-tools"?'),
  row('an alias of another entry', '  docs:', '  alias: github\n  docs:', 4, 'unknown key "alias"'),
  row('a second provider', 'trigger-dev:', 'other: {}\ntrigger-dev:', 1, 'allowed: trigger-dev'),
  row('a number as key', '    zone: {', '    1: {', 22, 'the key "1" is not text; allowed: text (quote a number'),
  row('__proto__', '    zone: {', '    __proto__: {', 22, '"__proto__" cannot be a key'),
  row('constructor', '      zone: $', '      constructor: $', 10, '"constructor" cannot be a key'),
];

const host = 'https://${connectionConfig.host} || https://api.example';
const templates = [
  row('an undeclared field', 'Config.zone}', 'Config.zon}', 10, 'did you mean "connectionConfig.zone"?'),
  row('an unknown namespace', '${connectionConfig.zone}', '${metadata.zone}', 10, 'does not resolve here; allowed: '),
  row('a prototype', 'Config.zone}', 'Config.constructor}', 10, 'does not resolve here'),
  row('another credential', '${apiKey}', '${secretKey}', 8, '${apiKey}'),
  row('the credential by its stored name', '${apiKey}', '${credentials.apiKey}', 8, 'does not resolve here'),
  row('an open placeholder', '${apiKey}', '${apiKey', 8, 'do not pair as ${…}'),
  row('a placeholder without $', '${apiKey}', '{apiKey}', 8, 'do not pair as ${…}'),
  row('a fallback inside', '${apiKey}', '${apiKey || none}', 8, '|| does not work inside ${…}'),
  row('two fallbacks', 'Config.zone}', 'Config.zone} || a || b', 10, 'only one || works'),
  row('a key that is never sent', 'Bearer ${apiKey}', 'Bearer', 5, 'no header or query parameter sends ${apiKey}'),
  row(
    'a field that is never used',
    'zone: ${connectionConfig.zone}',
    'zone: eu',
    22,
    'no template uses the field "zone"',
  ),
  row('a placeholder in a title', 'title: Zone', 'title: "${apiKey}"', 22, 'nothing fills in "${apiKey}" here'),
  row('parentheses', host, `(${host})`, 6, 'a form that never works'),
  row('three branches', host, `${host} || https://b.example`, 6, 'a form that never works'),
  row('no spaces around ||', ' || ', '||', 6, 'a form that never works'),
  row('http', 'https://api', 'http://api', 6, 'does not begin with https://'),
  row('a default first', host, 'https://api.example || https://${connectionConfig.host}', 6, 'exactly one field'),
  row(
    'no default for an optional host',
    host,
    'https://${connectionConfig.host}',
    6,
    'needs "host", which is optional',
  ),
];

const probes = (endpoint: string, more = '') =>
  `verification: { method: GET, endpoints: ['${endpoint}'] }\n${more}    retry:`;
const values = [
  row('a probe that answers with the key', 'retry:', probes('/api/v1/whoami?x=1'), 11, 'contains the key itself'),
  row('an optional field in a probe', 'retry:', probes('/${connectionConfig.host}'), 11, '"host" is optional'),
  row('a probe by another name of the key', 'retry:', probes('/${apiKey}'), 11, '${credentials.apiKey}'),
  row('a default that is no choice', 'value: eu', 'value: asia', 22, 'refuses "asia"; allowed: eu, us'),
  row('a choice twice', '[eu, us]', '[eu, eu]', 22, 'a choice is there twice'),
  row('a pattern that does not compile', key, "pattern: '^(tr_$'", 19, 'is not a regular expression'),
  row('a pattern without anchors', key, "pattern: 'tr_[a-z]+'", 19, 'is not anchored'),
  row('a pattern half anchored', key, "pattern: '^tr_a$|tr_b'", 19, 'is not anchored'),
  row('a pattern that explodes', key, "pattern: '^(a+)+$'", 19, 'can take very long'),
];

export const INVALID: readonly InvalidCase[] = [...syntax, ...shape, ...templates, ...values];

/** Changes that stay valid. */
export const VALID: readonly { readonly what: string; readonly from: string; readonly to: string }[] = [
  { what: 'no change', from: '', to: '' },
  {
    what: 'a required field without a default',
    from: 'api.example',
    to: '${connectionConfig.zone}.api.example',
  },
  {
    what: 'a header with a fallback',
    from: 'authorization:',
    to: 'x-zone: ${connectionConfig.zone} || eu\n      authorization:',
  },
  { what: 'a call with the key in it', from: 'Bearer ${apiKey}', to: 'Basic ${base64(${apiKey}:)}' },
  {
    what: 'a probe with the stored key',
    from: 'retry:',
    to: probes('/keys/${credentials.apiKey}?a=${connectionConfig.zone}'),
  },
  { what: 'the identity that holds no key', from: 'retry:', to: probes('/api/v2/whoami') },
  {
    what: 'links',
    from: 'type: cursor\n      cursor_path_in_response: next\n      cursor_name_in_request: page[after]',
    to: 'type: link\n      link_path_in_response_body: next',
  },
  { what: 'JSON', from: smallest, to: '' },
];
