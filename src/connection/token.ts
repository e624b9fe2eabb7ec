import { ConnectorError, Secret } from '../errors/index.js';
import { type ConnectionPolicy, defaultBaseUrl, parseBaseUrl } from './base-url.js';
import type { Connection } from './connection.js';
import { classifyKey, longestCredential } from './key.js';

/** Tokens in JWT form, which a form refuses: they expire within hours. */
export type TokenKind = 'publicAccessToken' | 'triggerToken';

/** A connection with a token in JWT form, for code that holds one for a while. Throws `ConnectorError`. */
export function connectionFromToken(
  token: unknown,
  kind: TokenKind,
  { baseUrl }: { readonly baseUrl?: string | undefined },
  policy: ConnectionPolicy,
): Connection {
  const text = typeof token === 'string' ? token.trim() : '';
  if (text.length > longestCredential || classifyKey(text).kind !== 'publicAccessToken') {
    throw new ConnectorError('key_kind_refused', `${kind} must be a whole token that starts with eyJ.`, {
      field: kind,
    });
  }
  const base =
    baseUrl === undefined ? { ok: true as const, origin: defaultBaseUrl } : parseBaseUrl(baseUrl.trim(), policy);
  if (!base.ok) {
    throw new ConnectorError(base.code, base.message, { field: 'baseUrl' });
  }
  // The token itself names its environment and branch.
  return Object.freeze({ key: new Secret(text), kind, baseUrl: base.origin, policy: Object.freeze({ ...policy }) });
}
