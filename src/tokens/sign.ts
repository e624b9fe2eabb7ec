import { algorithm, audience, issuer, type Payload } from '../endpoints/index.js';

export type SigningKey = CryptoKey;

/** The key of an environment for signing; made once, used for every token. */
export function signingKey(secret: string): Promise<SigningKey> {
  const bytes = new TextEncoder().encode(secret);
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
}

// Kept: to import it anew for each token takes longer than signing.
let jose: Promise<typeof import('jose')> | undefined;

/** Signs a token; `now` and `exp` are Unix seconds. */
export async function sign(key: SigningKey, payload: Payload, now: number, exp: number): Promise<string> {
  jose ??= import('jose');
  const { SignJWT } = await jose;
  return new SignJWT({ ...payload })
    .setIssuer(issuer)
    .setAudience(audience)
    .setProtectedHeader({ alg: algorithm })
    .setExpirationTime(exp)
    .setIssuedAt(now)
    .sign(key);
}
