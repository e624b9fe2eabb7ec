import { readFileSync } from 'node:fs';
import { getProviders } from '@nangohq/providers';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { loadProviderConfig } from '../../../src/generate/provider/load.js';
import { withVerification } from '../../../src/provider/index.js';

const root = new URL('../../../', import.meta.url);
const yaml = readFileSync(new URL('integrations/trigger-dev/provider.yaml', root), 'utf8');
const lineOf = (part: string) => yaml.slice(0, yaml.indexOf(part)).split('\n').length;

function problem(text: string): string {
  try {
    loadProviderConfig(text, 'provider.yaml');
    return 'it was accepted';
  } catch (error) {
    expect(error).toMatchObject({ name: 'ConnectorError', code: 'provider_config_invalid' });
    return (error as Error).message;
  }
}

describe('loadProviderConfig', () => {
  it('accepts the entry of this package', () => {
    expect(loadProviderConfig(yaml, 'provider.yaml')).toMatchObject({ auth_mode: 'API_KEY' });
  });

  // What is wrong, by replacing a part of the real file; the message names the line of it.
  it.each([
    { what: 'an unknown key', from: '  auth_mode: API_KEY', to: '  auth_mod: API_KEY', says: 'auth_mode' },
    { what: 'another auth mode', from: 'auth_mode: API_KEY', to: 'auth_mode: MAGIC', says: 'API_KEY' },
    {
      what: 'a duplicate key',
      from: '  auth_mode: API_KEY',
      to: '  auth_mode: API_KEY\n  auth_mode: API_KEY',
      says: 'twice',
    },
    { what: 'a placeholder of no field', from: 'Bearer ${apiKey}', to: 'Bearer ${secretKey}', says: 'apiKey' },
    {
      what: 'an undeclared config field',
      from: '${connectionConfig.triggerBranch}',
      to: '${connectionConfig.branch}',
      says: 'triggerBranch',
    },
    { what: 'a pattern that does not compile', from: "'^(?!/)", to: "'^(?!/", says: 'pattern' },
    { what: 'a pattern without an anchor', from: '"^[A-Za-z0-9_-]{1,64}$"', to: '"[A-Za-z0-9_-]{1,64}"', says: '^' },
    { what: 'a pattern that can backtrack', from: '"^[A-Za-z0-9_-]{1,64}$"', to: '"^([a-z]+)+$"', says: 'pattern' },
    { what: 'a wrong type', from: 'optional: true', to: 'optional: perhaps', says: 'true' },
    { what: 'a prototype', from: '      order: 101', to: '      __proto__: {}', says: '__proto__' },
  ])('refuses $what, with its line', ({ from, says, to }) => {
    expect(yaml).toContain(from);
    const message = problem(yaml.replace(from, to));
    expect(message).toMatch(/^provider\.yaml:\d+: /);
    const lines = [...message.matchAll(/^provider\.yaml:(\d+)/gm)].map(([, line]) => Number(line));
    expect(lines.some((line) => Math.abs(line - lineOf(from)) <= 1)).toBe(true);
    expect(message).toContain(says);
  });

  it.each([
    { what: 'nothing', text: '' },
    { what: 'no YAML', text: 'a: [1' },
    { what: 'another provider', text: 'github:\n  auth_mode: OAUTH2\n' },
    { what: 'aliases gone wild', text: `a: &a [x, x, x]\nb: &b [${'*a, '.repeat(50)}]\nc: [${'*b, '.repeat(50)}]\n` },
  ])('refuses $what', ({ text }) => {
    expect(problem(text)).not.toBe('it was accepted');
  });
});

describe('schemas/provider-entry.json', () => {
  const schema = JSON.parse(readFileSync(new URL('schemas/provider-entry.json', root), 'utf8')) as object;
  const valid = new Ajv({ strict: false }).compile(schema);
  const entry = loadProviderConfig(yaml, 'provider.yaml');

  it('accepts our entry, with and without verification', () => {
    expect([valid(entry), valid.errors]).toEqual([true, null]);
    expect([valid(withVerification(entry)), valid.errors]).toEqual([true, null]);
  });

  it('accepts the published entries of the same kind', () => {
    const published = Object.values(getProviders() ?? {}).filter(({ auth_mode }) => auth_mode === 'API_KEY');
    const accepted = published.filter((candidate) => valid(candidate));
    expect(published.length).toBeGreaterThan(200);
    expect(accepted.length).toBeGreaterThan(200);
  });

  it.each([
    ['an unknown key', { ...entry, colour: 'red' }],
    ['no display name', { ...entry, display_name: undefined }],
    [
      'a page limit, which Nango’s validator refuses',
      { ...entry, proxy: { ...entry.proxy, paginate: { type: 'cursor', limit: 1 } } },
    ],
  ])('refuses %s', (_what, candidate) => {
    expect(valid(JSON.parse(JSON.stringify(candidate)))).toBe(false);
  });
});
