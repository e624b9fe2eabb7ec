import { algorithm, audience, issuer, type Payload } from '../endpoints/index.js';

export type SigningKey = CryptoKey;

/** The key of an environment for signing; made once, used for every token. */
export function signingKey(secret: string): Promise<SigningKey> {
  const bytes = new TextEncoder().encode(secret);
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
}

/** Signs a token; `now` and `exp` are Unix seconds. */
export async function sign(key: SigningKey, payload: Payload, now: number, exp: number): Promise<string> {
  const { SignJWT } = await import('jose');
  return new SignJWT({ ...payload })
    .setIssuer(issuer)
    .setAudience(audience)
    .setProtectedHeader({ alg: algorithm })
    .setExpirationTime(exp)
    .setIssuedAt(now)
    .sign(key);
}
