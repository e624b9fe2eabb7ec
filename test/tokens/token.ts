import { SignJWT } from 'jose';
import { type Connection, connectionFromToken } from '../../src/connection/index.js';
import { isTriggerOnly, readToken } from '../../src/tokens/index.js';
import { fakeKeys } from '../fake-api/keys.js';

export const secret = fakeKeys['root:prod'];
export const bytes = new TextEncoder().encode(secret);
/** Unix seconds. */
export const seconds = () => Math.floor(Date.now() / 1000);
const encoded = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** What a token of the server claims, with changes; a claim that is undefined is left out. */
export const claimsWith = (changes: Readonly<Record<string, unknown>> = {}) => ({
  sub: 'env_1',
  pub: true,
  scopes: ['read:runs'],
  iss: 'https://id.trigger.dev',
  aud: 'https://api.trigger.dev',
  iat: seconds(),
  exp: seconds() + 600,
  ...changes,
});

/** Signed with the key of production, whatever it claims. */
export const signed = (
  changes: Readonly<Record<string, unknown>> = {},
  header: { alg: string; [name: string]: unknown } = { alg: 'HS256' },
): Promise<string> => new SignJWT(claimsWith(changes)).setProtectedHeader(header).sign(bytes);

/** A text in the shape of a token; nobody signed it. */
export const shaped = (header: unknown, claims: unknown, signature = 'c2lnbmF0dXJl') =>
  `${encoded(header)}.${encoded(claims)}.${signature}`;

/** A token as a credential. */
export function connectionOf(token: string, baseUrl = 'https://api.trigger.dev'): Connection {
  const kind = isTriggerOnly(readToken(token).claims) ? 'triggerToken' : 'publicAccessToken';
  return connectionFromToken(token, kind, { baseUrl }, { allowPrivateHosts: true, allowHttp: true });
}
