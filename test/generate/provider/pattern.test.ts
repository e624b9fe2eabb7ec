import { describe, expect, it } from 'vitest';
import { environmentSpellings, keyFamilies, unknownKeyPattern } from '../../../src/connection/key.js';
import { providerConfig } from '../../../src/connection/provider.generated.js';
import { rules } from '../../../src/connection/rules.js';
import { patternProblem } from '../../../src/generate/provider/pattern.js';
import { backtracking } from '../../setup/backtracking.js';

const fields = Object.values({ ...providerConfig.credentials, ...providerConfig.connection_config });
const ofFields = fields.flatMap((field) => ('pattern' in field ? [field.pattern] : []));
const ofRules = rules
  .flatMap(({ must, when }) => [...when, must])
  .flatMap((test) => ('matches' in test ? test.matches : []));
const ofKeys = keyFamilies.flatMap((family) => ('usable' in family ? [family.usable, family.usual] : [family.prefix]));

describe('patternProblem', () => {
  it.each([
    '^$',
    '^a*$',
    '^\\d+\\.\\d+\\.\\d+$',
    '^[a-z]+@[^@]+$',
    '^(?:ab|cd)*$',
    '^(?:a|ab)*$',
    `^${'('.repeat(140)}a${')'.repeat(140)}$`,
    '^(?:eu|us)$|^(?:asia)$',
    '^(?=.{1,64}$)(?!-)[a-z-]+$',
    '^(?<year>\\d{4})-[\\x41\\u0042]+?$',
    `^(?:${environmentSpellings.map(({ slug }) => slug).join('|')})$`,
  ])('accepts %s', (pattern) => {
    expect(patternProblem(pattern)).toBeUndefined();
  });

  it.each([
    ['^(a+)+$', 'very long'],
    ['^(a*)*$', 'very long'],
    ['^([a-z]+)*@$', 'very long'],
    ['^(?:a{1,9}){1,9}$', 'very long'],
    ['^(?:a?){30}b$', 'very long'],
    [`^${'a?'.repeat(30)}b$`, 'very long'],
    ['^a+a+$', 'very long'],
    ['^.*.*x$', 'very long'],
    ['^\\d+[0-5]*\\w+$', 'very long'],
    ['^a+(?:b?)a+$', 'very long'],
    ['^(?:x(?=.*y))?(a+)+$', 'very long'],
    ['^(a|a)*$', 'very long'],
    ['^(?:\\w|_)+$', 'very long'],
    ['^(?:a|a){30}$', 'very long'],
    [`^${'[a-z]*b'.repeat(40)}$`, 'very long'],
    [`^${'a?'.repeat(140)}$`, 'very long'],
    ['^(?!(a+)+$)a{1,9}$', 'very long'],
    ['^(?:x(?=.*y))*$', 'cannot be checked'],
    ['^(?:(?:(?=.*y)x))*$', 'cannot be checked'],
    ['^(?:x(?<!y))+$', 'cannot be checked'],
    ['^(?:x(?!y)){2}$', 'cannot be checked'],
    ['^(a)\\1$', 'cannot be checked'],
    ['^(?<n>a)\\k<n>$', 'cannot be checked'],
    ['a', 'not anchored'],
    ['^a', 'not anchored'],
    ['^a$|b', 'not anchored'],
    ['^a\\$', 'not anchored'],
    ['^a|[$]$', 'not anchored'],
    ['^a[|]b', 'not anchored'],
    ['^(', 'not a regular expression'],
    [`^${'a'.repeat(300)}$`, 'longer than'],
  ])('refuses %s', (pattern, says) => {
    expect(patternProblem(pattern)).toContain(says);
  });

  it('gives an example of a value', () => {
    expect(patternProblem('^(a+)+$')).toMatch(/, for example on .*'a'\.repeat\(/);
  });
});

describe('a checker of regular expressions', () => {
  it.each([...new Set([...ofFields, ...ofRules, ...ofKeys, unknownKeyPattern])])(
    'calls %s safe',
    (pattern) => {
      expect(backtracking(pattern, '')).toBe('safe');
    },
    120_000,
  );
});
