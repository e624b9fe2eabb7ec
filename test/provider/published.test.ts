import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { loadProvidersYaml } from '@nangohq/providers';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { loadProviderConfig } from '../../src/generate/provider/load.js';
import { mergeProviders, parseProviders, withVerification } from '../../src/provider/index.js';

const root = new URL('../../', import.meta.url);
const schema = JSON.parse(readFileSync(new URL('schemas/provider-entry.json', root), 'utf8')) as object;
const validate = new Ajv({ strict: true, allErrors: true }).compile(schema);
const ours = loadProviderConfig(
  readFileSync(new URL('integrations/trigger-dev/provider.yaml', root), 'utf8'),
  'provider.yaml',
);
const published = loadProvidersYaml() ?? {};
const apiKeyEntries = Object.entries(published).filter(([, { auth_mode }]) => auth_mode === 'API_KEY');

/** Published entries that the schema refuses, each with the reason. */
const unseen = 'an empty title, of a field that nobody sees';
const exceptions: Readonly<Record<string, string>> = {
  'back-market': unseen,
  freshsales: unseen,
  gem: unseen,
  'github-pat': unseen,
  'gitlab-group-token': 'an alias of an OAuth entry, whose authorization_url and token_url it inherits',
  metabase: unseen,
  talentlms: unseen,
};

describe('the schema of an entry', () => {
  it('takes the published trigger-dev entry and all others of its kind, but for the exceptions', () => {
    const refused = apiKeyEntries.filter(([, entry]) => !validate(entry)).map(([name]) => name);
    expect(refused).toEqual(Object.keys(exceptions));
    expect(apiKeyEntries.length).toBeGreaterThanOrEqual(300);
    expect(validate(published['trigger-dev'])).toBe(true);
  });

  it.each([
    ['an unknown key', { colour: 'red' }],
    ['an alias', { alias: 'github' }],
    ['another auth mode', { auth_mode: 'BASIC' }],
    ['an unknown category', { categories: ['toys'] }],
    ['a page limit', { proxy: { ...ours.proxy, paginate: { ...(ours.proxy.paginate as object), limit: 100 } } }],
    ['retry on a bare header', { proxy: { ...ours.proxy, retry: { at: 'x-ratelimit-reset' } } }],
    ['an unknown key of retry', { proxy: { ...ours.proxy, retry: { until: ['x-ratelimit-reset'] } } }],
    ['a header in capitals', { proxy: { ...ours.proxy, headers: { Authorization: 'x' } } }],
    ['a verification without probes', { proxy: { ...ours.proxy, verification: { method: 'GET' } } }],
    ['no base URL', { proxy: {} }],
    ['a second credential', { credentials: { ...ours.credentials, secret: ours.credentials.apiKey } }],
    ['no credential', { credentials: {} }],
    ['a field that is no text', { connection_config: { n: { type: 'number', title: 'N', description: 'N.' } } }],
    ['a field without help', { connection_config: { n: { type: 'string', title: 'N' } } }],
  ])('refuses %s', (_, change) => {
    expect(validate({ ...ours, ...change })).toBe(false);
  });

  it('takes ours with and without probes, and every field of it is whole', () => {
    expect([validate(ours), validate(withVerification(ours))]).toEqual([true, true]);
    for (const field of Object.values({ ...ours.credentials, ...ours.connection_config })) {
      expect(Object.keys(field)).toEqual(
        expect.arrayContaining(['title', 'description', 'example', 'order', 'doc_section']),
      );
      expect('pattern' in field || 'enum' in field).toBe(true);
    }
  });
});

describe('mergeProviders', () => {
  // Its loader is what a Nango without PROVIDERS_URL does.
  it('makes of the published file what Nango’s own loader makes of it, but for our entry', () => {
    const file = createRequire(import.meta.url).resolve('@nangohq/providers/providers.yaml');
    const merged = mergeProviders(parseProviders(readFileSync(file, 'utf8'), file), ours);
    const { 'trigger-dev': entry, ...others } = merged;
    const { 'trigger-dev': _theirs, ...published } = loadProvidersYaml() ?? {};
    expect(entry).toEqual(ours);
    expect(others).toEqual(published);
    expect(Object.keys(merged)).toEqual(Object.keys(loadProvidersYaml() ?? {}));
  });

  it('lets an alias of our entry have our entry', () => {
    const base = parseProviders('trigger-dev: { docs: old }\neu: { alias: trigger-dev, docs: new }\n', 'base');
    expect(mergeProviders(base, ours)['eu']).toEqual({ ...ours, docs: 'new' });
  });

  it.each([
    ['an alias of itself', 'a: { alias: a }', 'is an alias of itself'],
    ['aliases in a ring', 'a: { alias: b }\nb: { alias: a }', 'is an alias of itself'],
    ['an alias of a prototype', 'a: { alias: constructor }', 'which is not there'],
  ])('refuses %s', (_, text, says) => {
    expect(() => mergeProviders(parseProviders(text, 'base'), ours)).toThrow(says);
  });

  it.each([
    ['a prototype deep down', '{"a": {"proxy": {"__proto__": {"x": 1}}}}', '"__proto__" cannot be a key'],
    ['a name that is none', '{"A b": {}}', 'is not a provider name'],
    ['a ring of anchors', 'a: &a { b: *a }', 'nested too deeply'],
    ['an entry that is none', 'a: 1', 'it is not a map'],
    ['broken JSON, with the line', '{"a": {},\n"a": {}', 'base:2: '],
    [
      'an alias bomb',
      `${'abcdefgh'
        .split('')
        .map((name, index, all) => `${name}: &${name} [${`*${all[index - 1]}, `.repeat(index && 9)}x]`)
        .join('\n')}`,
      'unfold into too much',
    ],
  ])('does not parse %s', (_, text, says) => {
    expect(() => parseProviders(text, 'base')).toThrow(says);
  });
});
