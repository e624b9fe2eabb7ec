/** Who issues tokens and for whom: fixed, on self-hosted servers too. */
export const issuer = 'https://id.trigger.dev';
export const audience = 'https://api.trigger.dev';
export const algorithm = 'HS256';

/** What is signed. The order of the claims is that of the official SDK, so that both sign the same text. */
export interface Payload {
  readonly sub: string;
  readonly pub: true;
  readonly otu?: boolean;
  readonly scopes?: readonly string[];
  readonly realtime?: { readonly skipColumns?: readonly string[] };
}

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
