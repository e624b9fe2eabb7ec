import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { inspectToken, readToken } from '../../src/tokens/index.js';
import { claimsWith, shaped, signed } from './token.js';

const now = 1_800_000_000_000;
const header = { alg: 'HS256' };

describe('a token says of itself', () => {
  it('what it is', async () => {
    const token = await signed({ scopes: ['read:runs:run_1'], iat: 1_799_999_000, exp: 1_800_000_001 });
    expect(inspectToken(token, now)).toEqual({
      kind: 'publicAccessToken',
      scopes: ['read:runs:run_1'],
      permissions: ['read the run run_1'],
      environment: 'env_1',
      issuedAt: 1_799_999_000,
      expiresAt: 1_800_000_001,
      expired: false,
      singleUse: false,
    });
    expect(inspectToken(token, now + 1000).expired).toBe(true);
    expect(inspectToken(` ${token}\n`, now)).toEqual(inspectToken(token, now));
  });

  it.each<[string[], boolean | undefined, string, boolean]>([
    [['trigger:tasks:a'], true, 'triggerToken', true],
    [['trigger:tasks:a', 'batchTrigger:tasks:b'], undefined, 'triggerToken', false],
    [['trigger:tasks:a', 'read:runs'], true, 'publicAccessToken', true],
    [[], false, 'publicAccessToken', false],
  ])('that with %j, once %s, it is a %s', (scopes, otu, kind, singleUse) => {
    expect(inspectToken(shaped(header, claimsWith({ scopes, otu })))).toMatchObject({ kind, singleUse });
  });

  it.each([
    ['read:runs', 'read all runs'],
    ['read:runs:run_1', 'read the run run_1'],
    ['read:tasks:a', 'read runs of the task a'],
    ['read:tasks', 'read runs of all tasks'],
    ['read:tags:user:42', 'read runs with the tag user:42'],
    ['read:batch:batch_1', 'read the batch batch_1'],
    ['write:sessions:chat-42', 'write the session chat-42'],
    ['write:inputStreams:run_1', 'write the input streams of the run run_1'],
    ['write:waitpoints:waitpoint_1', 'write the waitpoint waitpoint_1'],
    ['trigger:tasks:a', 'trigger the task a'],
    ['trigger:tasks', 'trigger all tasks'],
    // The server takes a blank id for none.
    ['read:runs:', 'read all runs'],
    ['batchTrigger:tasks:a', 'batch trigger the task a'],
    ['admin', 'do everything in the environment'],
    // What has no words stays as it is.
    ...[
      'admin:sessions',
      'read:all',
      '*:runs',
      'read',
      '',
      'constructor:toString:x',
      'read:constructor:x',
      'read:envvars',
    ].map((scope) => [scope, scope]),
  ])('of %j in words: %s', (scope, words) => {
    expect(inspectToken(shaped(header, claimsWith({ scopes: [scope] }))).permissions).toEqual([words]);
  });

  it.each<[string, Record<string, unknown>, object]>([
    ['scopes that are no list', { scopes: 'admin' }, { scopes: [] }],
    ['scopes that are no text', { scopes: [7, null, ['admin'], 'read:runs'] }, { scopes: ['read:runs'] }],
    ['times as text', { exp: '1', iat: '1' }, { expired: false }],
    ['an environment that is no text', { sub: {} }, {}],
    ['once as text', { otu: 'true' }, { singleUse: false }],
    ['no expiry', { exp: undefined }, { expired: false }],
  ])('nothing of %s', (_, changes, expected) => {
    const found = inspectToken(shaped(header, claimsWith(changes)));
    expect(found).toMatchObject(expected);
    for (const [claim, name] of [
      ['exp', 'expiresAt'],
      ['iat', 'issuedAt'],
      ['sub', 'environment'],
    ] as const) {
      expect(Object.hasOwn(found, name), name).toBe(!(claim in changes));
    }
  });

  it('nothing of a prototype', () => {
    const body = `{"__proto__":{"pub":true,"scopes":["admin"]},"pub":true}`;
    expect(inspectToken(shaped(header, body))).toMatchObject({ scopes: [] });
    expect(({} as Record<string, unknown>)['pub']).toBeUndefined();
  });
});

const canary = 'canary-of-the-claims';
const claims = { ...claimsWith(), canary };

describe('what is no token is refused, and not repeated', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
    ['an object', { toString: () => shaped(header, claims) }],
    ['no text', ''],
    ['a word', canary],
    ['two parts', shaped(header, claims, '').slice(0, -1)],
    ['four parts', `${shaped(header, claims)}.c2ln`],
    ['five parts', `${shaped(header, claims)}.c2ln.c2ln`],
    ['a line inside', shaped(header, claims).replace('.', '.\n')],
    ['padding', shaped(header, claims).replace('.', '=.')],
    ['base64 of another alphabet', shaped(header, claims).replace(/.$/, '+')],
    ['a header that is no JSON', shaped(canary, claims)],
    ['claims that are no JSON', shaped(header, canary)],
    ['claims that are a list', shaped(header, [canary])],
    ['claims that are null', shaped(header, 'null')],
    ['claims that are a text', shaped(header, JSON.stringify(canary))],
    ['a header that is a number', shaped('7', claims)],
    ['bytes that are no text', `${shaped(header, {}).split('.')[0]}._____w.c2ln`],
    ['a broken character in JSON', shaped(header, `{"pub":true,"x":"${canary}`)],
    ['a megabyte', shaped(header, { ...claims, pad: 'x'.repeat(1024 * 1024) })],
    ['a megabyte of dots', '.'.repeat(1024 * 1024)],
    ['a megabyte of a word', 'x'.repeat(1024 * 1024)],
    ['a personal access token in its shape', shaped(header, { ...claims, pub: false })],
    ['claims without a kind', shaped(header, { ...claims, pub: undefined })],
  ])('%s', (_, token) => {
    let error: unknown;
    try {
      inspectToken(token as string);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ name: 'ConnectorError', code: 'token_malformed' });
    expect((error as Error).cause).toBeUndefined();
    const shown = `${inspect(error, { showHidden: true, depth: null })}${JSON.stringify(error)}`;
    expect(shown).not.toContain(canary);
    expect(shown).not.toContain(Buffer.from(canary).toString('base64url').slice(2, -2));
    expect(shown.length).toBeLessThan(3_000);
  });

  it('at the longest that a token may be', () => {
    const short = shaped(header, claims);
    const fits = short + 'x'.repeat(65_536 - short.length);
    expect(readToken(fits).claims.sub).toBe('env_1');
    expect(() => readToken(`${fits}x`)).toThrow(expect.objectContaining({ code: 'token_malformed' }));
  });
});
