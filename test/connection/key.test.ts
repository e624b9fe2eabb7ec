import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyKey, environmentNamed, environmentSlug } from '../../src/connection/index.js';
import { environmentSpellings, keyFamilies } from '../../src/connection/key.js';
import { keys } from './cases.js';

const key = (...parts: string[]): string => parts.join('_');

describe('classifyKey', () => {
  it.each([
    [keys.dev, { kind: 'root', environment: 'dev' }],
    [keys.staging, { kind: 'root', environment: 'staging' }],
    [keys.prod, { kind: 'root', environment: 'prod' }],
    [keys.preview, { kind: 'root', environment: 'preview' }],
    [keys.additional, { kind: 'additional', environment: 'prod' }],
    [keys.additionalPreview, { kind: 'additional', environment: 'preview' }],
    [key('tr', 'stg', 'sk', 'x'), { kind: 'additional', environment: 'staging' }],
    [key('tr', 'dev', 'skandinavia'), { kind: 'root', environment: 'dev' }],
    [key('tr', 'prod', ''), { kind: 'root', environment: 'prod' }],
    [keys.pat, { kind: 'pat' }],
    [keys.organization, { kind: 'organizationToken' }],
    [keys.userActor, { kind: 'userActorToken' }],
    [keys.publicKey, { kind: 'publicKey' }],
    [keys.jwt, { kind: 'publicAccessToken' }],
    [keys.newFamily, { kind: 'unknown' }],
    [keys.stripe, { kind: 'unknown' }],
    ['', { kind: 'unknown' }],
    ['tr_', { kind: 'unknown' }],
    ['tr_prod', { kind: 'unknown' }],
    ['TR_PROD_x', { kind: 'unknown' }],
    [' tr_prod_x', { kind: 'unknown' }],
    ['tr_staging_x', { kind: 'unknown' }],
    ['tr_constructor_x', { kind: 'unknown' }],
    ['pk_live_x', { kind: 'unknown' }],
    ['eyJh.eyJw', { kind: 'unknown' }],
    ['eyJh.eyJw.c2ln.c2ln', { kind: 'unknown' }],
    ['eyJh.eyJw.', { kind: 'publicAccessToken' }],
  ])('%j is %j', (text, expected) => {
    expect(classifyKey(text)).toEqual(expected);
  });

  const kinds = ['unknown', ...keyFamilies.map(({ kind }) => kind)];
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('tr_', 'pk_', 'dev_', 'stg_', 'prod_', 'preview_', 'pat_', 'oat_', 'uat_', 'sk_', 'eyJ', '.', '\n'),
  );

  it('is total over strings, and names an environment only for a secret key', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const found = classifyKey(pieces.join(''));
        expect(kinds).toContain(found.kind);
        expect(found.environment !== undefined).toBe(found.kind === 'root' || found.kind === 'additional');
      }),
      { numRuns: 10_000 },
    );
  });

  it('looks at the head of a huge text only', () => {
    expect(classifyKey(`${keys.prod}${'x'.repeat(5_000_000)}`)).toEqual({ kind: 'root', environment: 'prod' });
    expect(classifyKey('a.'.repeat(2_000_000))).toEqual({ kind: 'unknown' });
  });
});

describe('names of environments', () => {
  it.each([
    ['dev', 'dev'],
    ['development', 'dev'],
    ['staging', 'staging'],
    ['stg', 'staging'],
    ['prod', 'prod'],
    ['production', 'prod'],
    ['preview', 'preview'],
    ['Prod', undefined],
    ['', undefined],
    ['constructor', undefined],
    ['__proto__', undefined],
  ])('%j means %j', (name, expected) => {
    expect(environmentNamed(name)).toBe(expected);
  });

  it.each([
    ['dev', 'dev'],
    ['staging', 'stg'],
    ['prod', 'prod'],
    ['preview', 'preview'],
  ] as const)('%s is spelt %s by the server', (environment, slug) => {
    expect(environmentSlug(environment)).toBe(slug);
  });

  it('are four', () => {
    expect(environmentSpellings.map(({ environment }) => environment)).toEqual(['dev', 'staging', 'prod', 'preview']);
  });
});
