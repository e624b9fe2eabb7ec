import { base64url, type Connection } from '../../connection/index.js';
import { ConnectorError } from '../../errors/index.js';
import type { Ask } from '../../gate/index.js';
import type { EndpointInput } from '../registry.js';
import { tokensCreate } from './endpoints.js';
import { defaultLifetime, sessionLifetime } from './expiration.js';

/** Who issues tokens, for whom and how they are signed: fixed, on self-hosted servers too. */
export const issuer = 'https://id.trigger.dev';
export const audience = 'https://api.trigger.dev';
export const algorithm = 'HS256';

/** What is signed. The order of the claims is that of the official SDK, so that both sign the same text. */
export interface Payload {
  readonly sub: string;
  readonly pub: true;
  readonly otu?: boolean;
  readonly scopes?: readonly string[];
  readonly realtime?: EndpointInput<'tokens.create'>['realtime'];
}

const headerPart = base64url(JSON.stringify({ alg: algorithm }));

/** What the signature of a token is made over; times are Unix seconds. */
export function signingInput(payload: Payload, issued: number, expires: number): string {
  const claims = Object.assign({}, payload, { iss: issuer, aud: audience, exp: expires, iat: issued });
  return `${headerPart}.${base64url(JSON.stringify(claims))}`;
}

/** Seconds that a token lasts when nothing is said. */
export const lifetimeOf = (scopes: readonly string[] = []) =>
  scopes.length > 0 && scopes.every((scope) => /^(?:read|write):sessions:/.test(scope))
    ? sessionLifetime
    : defaultLifetime;

/** Throws `cannot_mint` for what is no secret key. */
export function refuseMinting({ kind }: Connection): void {
  if (kind !== 'root' && kind !== 'additional' && kind !== 'unknown') {
    const what = kind === 'pat' ? 'A personal access token' : 'A token';
    throw new ConnectorError(
      'cannot_mint',
      `${what} cannot mint tokens: use the secret key of the environment. Nothing was sent.`,
    );
  }
}

/** Has the server mint. Throws `server_too_old` where it cannot, `scopes_exceed_key_access`. */
export async function serverMinted(ask: Ask, input: EndpointInput<'tokens.create'>): Promise<string> {
  try {
    return (await ask(tokensCreate, input)).token;
  } catch (error) {
    if (error instanceof ConnectorError && (error.code === 'not_found' || error.code === 'server_too_old')) {
      throw new ConnectorError(
        'server_too_old',
        'This server cannot mint for an additional key: upgrade it, or mint with the root secret key.',
        { endpoint: 'tokens.create', status: 404 },
      );
    }
    throw error;
  }
}
