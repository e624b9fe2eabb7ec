import { scopeParts } from '../api/index.js';
import { type Connection, isToken } from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';
import type { AnyEndpoint } from '../gate/index.js';
import { claimsOf } from './claims.js';

/** A session has two names, and only the server knows which belong together. */
const mayBeSame = (type: string | undefined, one: string, other: string) =>
  one === other || (type === 'sessions' && one.startsWith('session_') !== other.startsWith('session_'));

/** The ids that an input gives for a name in a row's scope; `*` stands for one that only the server knows. */
function idsFor(name: string, values: Readonly<Record<string, unknown>>): readonly string[] {
  const value = values[name] ?? values[`${name}s`];
  return (Array.isArray(value) ? value : [value]).filter((id): id is string => typeof id === 'string');
}

function covers(held: string, wanted: string, values: Readonly<Record<string, unknown>>): boolean {
  const { action, id, type } = scopeParts(held);
  const want = scopeParts(wanted);
  if (action === 'admin' && type === undefined) {
    return true;
  }
  if ((action !== '*' && action !== want.action) || (type !== want.type && type !== 'all')) {
    return false;
  }
  // Of all kinds of thing is of all of them, whatever id follows.
  if (id === undefined || type === 'all' || want.id === '*') {
    return true;
  }
  const placeholder = /^\{(\w+)\}$/.exec(want.id ?? '')?.[1];
  return placeholder !== undefined && idsFor(placeholder, values).some((one) => mayBeSame(type, id, one));
}

/**
 * What a token itself says about a call, before it is sent: `token_expired`, or `scope_missing` where no scope
 * can cover it. `now` is Unix milliseconds. The server still decides.
 */
export function guardToken(
  connection: Connection,
  { docs, name, scopes: wanted = [] }: AnyEndpoint,
  input: unknown,
  now: number,
): void {
  if (!isToken(connection.kind)) {
    return;
  }
  const { exp, scopes } = claimsOf(connection);
  if (exp !== undefined && exp * 1000 <= now) {
    const time = new Date(exp * 1000);
    // A token may claim a time for which there is no date.
    const when = Number.isNaN(time.getTime()) ? '' : ` at ${time.toISOString()}`;
    throw new ConnectorError('token_expired', `${name}: the token expired${when}. Mint a new one.`, {
      endpoint: name,
      docs,
    });
  }
  const values = typeof input === 'object' && input !== null ? (input as Readonly<Record<string, unknown>>) : {};
  if (!wanted.some((want) => scopes.some((held) => covers(held, want, values)))) {
    throw new ConnectorError(
      'scope_missing',
      `${name}: the token has no scope for it. Mint one with ${wanted
        .slice(0, 2)
        .join(' or ')
        .replace(/\{(\w+)\}/g, '<$1>')}. Nothing was sent.`,
      { endpoint: name, docs },
    );
  }
}
