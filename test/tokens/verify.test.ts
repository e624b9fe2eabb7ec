import { inspect } from 'node:util';
import { SignJWT } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { verifyToken } from '../../src/tokens/index.js';
import { fakeKeys, unknownKeys } from '../fake-api/keys.js';
import { bytes, claimsWith, seconds, secret, shaped, signed } from './token.js';

const canary = 'canary-in-the-claims';
const withCanary = { canary, scopes: [`read:tags:${canary}`] };
const otherKey = new TextEncoder().encode(fakeKeys['root:stg']);
const by = (key: Uint8Array, claims = {}) =>
  new SignJWT(claimsWith({ ...withCanary, ...claims })).setProtectedHeader({ alg: 'HS256' }).sign(key);

/** The token with one character of a part changed to another. */
const tampered = async (part: number) => {
  const parts = (await signed(withCanary)).split('.');
  const text = parts[part] ?? '';
  const claims = part === 1 ? Buffer.from(text, 'base64url').toString().replace('env_1', 'env_2') : '';
  parts[part] =
    part === 1 ? Buffer.from(claims).toString('base64url') : `${text[0] === 'A' ? 'B' : 'A'}${text.slice(1)}`;
  return parts.join('.');
};

afterEach(() => {
  vi.useRealTimers();
});

/** RFC 8725: what is not to be trusted, and the code of it. */
const refused: readonly (readonly [string, string, () => Promise<string> | string])[] = [
  ['no algorithm', 'token_algorithm', () => shaped({ alg: 'none' }, claimsWith(withCanary), '')],
  ['no algorithm, and a signature', 'token_algorithm', () => shaped({ alg: 'none' }, claimsWith(withCanary))],
  ['None', 'token_algorithm', () => shaped({ alg: 'None' }, claimsWith(withCanary), '')],
  ['a header without one', 'token_algorithm', () => shaped({ typ: 'JWT' }, claimsWith(withCanary))],
  ['HS512 with the right key', 'token_algorithm', () => signed(withCanary, { alg: 'HS512' })],
  ['HS384 with the right key', 'token_algorithm', () => signed(withCanary, { alg: 'HS384' })],
  ['RS256', 'token_algorithm', () => shaped({ alg: 'RS256' }, claimsWith(withCanary))],
  ['hs256', 'token_algorithm', () => shaped({ alg: 'hs256' }, claimsWith(withCanary))],
  ['a list of them', 'token_algorithm', () => shaped({ alg: ['HS256'] }, claimsWith(withCanary))],
  ['no signature', 'token_signature', async () => (await signed(withCanary)).replace(/[^.]+$/, '')],
  ['another key', 'token_signature', () => by(otherKey)],
  ['the start of the key', 'token_signature', () => by(bytes.slice(0, -1))],
  ['other claims', 'token_signature', () => tampered(1)],
  ['another signature', 'token_signature', () => tampered(2)],
  ['claims of its own', 'token_signature', () => shaped({ alg: 'HS256' }, claimsWith(withCanary))],
  ['another issuer', 'token_issuer', () => signed({ ...withCanary, iss: `https://id.trigger.dev/${canary}` })],
  ['no issuer', 'token_issuer', () => signed({ ...withCanary, iss: undefined })],
  ['issuers', 'token_issuer', () => signed({ ...withCanary, iss: ['https://id.trigger.dev'] })],
  ['another audience', 'token_audience', () => signed({ ...withCanary, aud: canary })],
  ['no audience', 'token_audience', () => signed({ ...withCanary, aud: undefined })],
  ['no expiry', 'token_no_expiry', () => signed({ ...withCanary, exp: undefined })],
  ['an expiry as text', 'token_malformed', () => signed({ ...withCanary, exp: String(seconds() + 60) })],
  ['no expiry but null', 'token_malformed', () => signed({ ...withCanary, exp: null })],
  ['an expiry that has passed', 'token_expired', () => signed({ ...withCanary, exp: seconds() - 1 })],
  ['an expiry of now', 'token_expired', () => signed({ ...withCanary, exp: seconds() })],
  ['no time yet', 'token_malformed', () => signed({ ...withCanary, nbf: seconds() + 60 })],
  ['another purpose', 'token_malformed', () => signed({ ...withCanary, pub: undefined })],
  [
    'what must be understood',
    'token_malformed',
    () => shaped({ alg: 'HS256', crit: [canary], [canary]: 1 }, claimsWith(withCanary)),
  ],
  ['two parts', 'token_malformed', async () => (await signed(withCanary)).split('.').slice(0, 2).join('.')],
  ['four parts', 'token_malformed', async () => `${await signed(withCanary)}.x`],
  ['five parts, as if encrypted', 'token_malformed', async () => `${await signed(withCanary)}.x.x`],
  ['no JSON', 'token_malformed', () => shaped({ alg: 'HS256' }, canary)],
  ['a megabyte', 'token_malformed', () => signed({ ...withCanary, pad: 'x'.repeat(1024 * 1024) })],
  ['no token at all', 'token_malformed', () => canary],
  ['the key itself', 'token_malformed', () => secret],
];

async function failure(token: unknown, key: unknown): Promise<unknown> {
  return verifyToken(token as string, key as string).then(
    () => expect.unreachable('accepted'),
    (error: unknown) => error,
  );
}

describe('a token is verified', () => {
  it('with the key that signed it', async () => {
    const token = await signed({ scopes: ['trigger:tasks:a'], otu: true });
    const found = { kind: 'triggerToken', environment: 'env_1', singleUse: true, expired: false };
    await expect(verifyToken(token, secret)).resolves.toMatchObject(found);
    await expect(verifyToken(` ${token}\n`, secret)).resolves.toMatchObject(found);
  });

  it('until it has expired', async () => {
    const start = seconds() * 1000;
    vi.useFakeTimers({ toFake: ['Date'], now: start });
    const token = await signed({ exp: seconds() + 10 });
    vi.setSystemTime(start + 9_999);
    await expect(verifyToken(token, secret)).resolves.toMatchObject({ expired: false });
    vi.setSystemTime(start + 10_000);
    await expect(failure(token, secret)).resolves.toMatchObject({ code: 'token_expired' });
  });

  it('for its audience among others', async () => {
    await expect(verifyToken(await signed({ aud: ['x', 'https://api.trigger.dev'] }), secret)).resolves.toBeDefined();
  });
});

describe('a token is refused', () => {
  it.each(refused)('with %s: %s', async (_, code, make) => {
    const token = await make();
    const error = await failure(token, secret);
    expect(error).toMatchObject({ name: 'ConnectorError', code });
    expect((error as Error).cause).toBeUndefined();
    const shown = `${inspect(error, { showHidden: true, depth: null, getters: true })}${JSON.stringify(error)}${String((error as Error).stack)}`;
    for (const part of [canary, 'env_1', secret, ...token.split('.').filter((text) => text.length > 8)]) {
      expect(shown.includes(part), part.slice(0, 40)).toBe(false);
    }
  });

  it('with a code for each thing that can be wrong', () => {
    const codes = ['algorithm', 'signature', 'issuer', 'audience', 'no_expiry', 'expired', 'malformed'];
    expect(new Set(refused.map(([, code]) => code))).toEqual(new Set(codes.map((code) => `token_${code}`)));
  });

  it.each(['', undefined, null, 7, bytes])('without a key, as with %j', async (key) => {
    expect(await failure(await signed(), key)).toMatchObject({ code: 'key_required' });
  });

  it.each([fakeKeys['pat:alice'], fakeKeys['additional:full'], unknownKeys['unknown:prod'], `${secret} x`])(
    'with another key',
    async (key) => {
      expect(await failure(await signed(), key)).toMatchObject({ code: 'token_signature' });
    },
  );
});
