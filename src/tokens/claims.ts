import { type Connection, longestCredential } from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';

/** What a token says of itself, unverified. Times are Unix seconds. */
export interface Claims {
  readonly sub?: string;
  readonly pub?: boolean;
  readonly scopes: readonly string[];
  /** Good for one trigger. */
  readonly otu?: boolean;
  readonly exp?: number;
  readonly iat?: number;
  readonly iss?: unknown;
  readonly aud?: unknown;
}

export const malformed = () =>
  new ConnectorError(
    'token_malformed',
    'This is not a whole token: three parts, separated by dots, that start with eyJ.',
  );

function jsonOf(part: string): Record<string, unknown> {
  try {
    const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (unit) => unit.charCodeAt(0));
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Record<string, unknown>;
    }
  } catch {
    // The reason would quote the token.
  }
  throw malformed();
}

const optional = <Value>(value: unknown, type: 'string' | 'number' | 'boolean') =>
  typeof value === type ? (value as Value) : undefined;

/** Reads header and claims without checking the signature. Throws `token_malformed`. */
export function readToken(token: unknown): { header: Record<string, unknown>; claims: Claims } {
  const text = typeof token === 'string' ? token.trim() : '';
  const parts = text.split('.');
  const [head = '', body = ''] = parts;
  if (text.length > longestCredential || parts.length !== 3 || !/^[\w-]+\.[\w-]+\.[\w-]*$/.test(text)) {
    throw malformed();
  }
  const header = jsonOf(head);
  const { aud, exp, iat, iss, otu, pub, scopes, sub } = jsonOf(body);
  const claims = {
    sub: optional<string>(sub, 'string'),
    pub: optional<boolean>(pub, 'boolean'),
    otu: optional<boolean>(otu, 'boolean'),
    exp: optional<number>(exp, 'number'),
    iat: optional<number>(iat, 'number'),
    iss,
    aud,
  };
  const list = Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === 'string') : [];
  const given = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
  return { header, claims: { ...given, scopes: list } };
}

const known = new WeakMap<Connection, Claims>();

/** The claims of a connection that is a token; read once. */
export function claimsOf(connection: Connection): Claims {
  let claims = known.get(connection);
  if (claims === undefined) {
    ({ claims } = readToken(connection.key.reveal()));
    known.set(connection, claims);
  }
  return claims;
}

/** Does the token only trigger? */
export const isTriggerOnly = ({ scopes }: Claims) =>
  scopes.length > 0 && scopes.every((scope) => /^(?:trigger|batchTrigger):/.test(scope));
