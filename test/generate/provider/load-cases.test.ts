import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadProviderConfig } from '../../../src/generate/provider/load.js';
import { INVALID, smallest, VALID } from './invalid-cases.js';

function messageOf(text: string): string {
  try {
    loadProviderConfig(text, 'provider.yaml');
    return '';
  } catch (error) {
    expect(error).toMatchObject({ name: 'ConnectorError', code: 'provider_config_invalid' });
    return (error as Error).message;
  }
}

describe('the smallest provider config', () => {
  it.each(VALID)('is accepted with $what', ({ from, to, what }) => {
    expect(smallest).toContain(from);
    const text = what === 'JSON' ? JSON.stringify(parse(smallest)) : smallest.replace(from, () => to);
    expect(messageOf(text)).toBe('');
  });

  it.each(INVALID)('is refused with $what, at line $line', ({ from, line, says, to }) => {
    expect(smallest).toContain(from);
    const message = messageOf(smallest.replace(from, () => to));
    const told = message.split('\n').find((text) => text.startsWith(`provider.yaml:${line}: `) && text.includes(says));
    expect(told, message).toBeDefined();
  });
});

describe('a provider config as a whole', () => {
  it('has every problem named at once, in the order of the lines', () => {
    const text = smallest.replace('optional: true', 'optional: 1').replace('"429"', '429').replace('docs:', 'doc:');
    const lines = messageOf(text)
      .split('\n')
      .map((line) => line.split(':')[1]);
    expect(lines).toEqual(['1', '4', '13', '21']);
  });

  it('has aliases, unusable keys and wrong values named at once', () => {
    const text = smallest
      .replace('docs: https://docs.example', 'docs: &d https://docs.example\n  docs_connect: *d')
      .replace('      zone: $', '      constructor: $')
      .replace('"429"', '429');
    expect(messageOf(text).split('\n')).toEqual([
      'provider.yaml:5: docs_connect is an alias (*name); write the value out',
      'provider.yaml:11: "constructor" cannot be a key',
      expect.stringMatching(/^provider\.yaml:14: proxy\.retry\.error_code\.0 has the wrong type; allowed: text/),
    ]);
  });

  it('is not repeated at length', () => {
    const many = Array.from({ length: 60 }, (_, index) => `  key${index}: 1`).join('\n');
    const message = messageOf(`${smallest}${many}\n`);
    expect(message.split('\n')).toHaveLength(21);
    expect(message).toMatch(/and 40 more$/);
  });

  it.each([
    ['too large', `${smallest}# ${'x'.repeat(70_000)}`, 'is larger than'],
    ['nested beyond reason', `a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'provider.yaml:1: '],
    ['an alias bomb', `a: &a [${'x, '.repeat(9)}]\nb: &b [${'*a, '.repeat(9)}]\ntrigger-dev: *b\n`, 'is an alias'],
    ['a list', '- a\n', 'the file has the wrong type'],
    ['empty', '', 'the file has the wrong type'],
  ])('is refused when it is %s', (_, text, says) => {
    expect(messageOf(text)).toContain(says);
  });

  it('does not repeat a key that was pasted into it', () => {
    const secret = ['tr', 'prod', 'Fake'.repeat(6)].join('_');
    expect(messageOf(smallest.replace('API_KEY', secret))).not.toContain(secret.slice(-12));
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
