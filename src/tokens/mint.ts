import {
  type EndpointInput,
  type Expiration,
  expirationOf,
  lifetimeOf,
  type Payload,
  refuseMinting,
  serverMinted,
  tokensClaims,
} from '../api/index.js';
import { type Connection, type FieldTable, fields, keyText } from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';
import type { Ask } from '../gate/index.js';

/** Signs a payload; times are Unix seconds. */
export type SignNow = (secret: string, payload: Payload, issued: number, expires: number) => string;

/** A token to be minted: scopes as they travel. */
export interface TokenRequest {
  readonly scopes: readonly string[] | undefined;
  readonly oneTimeUse?: boolean;
  readonly expirationTime?: Expiration | undefined;
  readonly realtime?: EndpointInput<'tokens.create'>['realtime'] | undefined;
}

type Claims = Pick<Payload, 'sub' | 'pub'>;

const known = new Map<string, Promise<Claims>>();
/** A process that serves many customers keeps the claims of as many. */
const mostKnown = 256;

/** The claims for a key and where it is used: asked once. */
function claimsFor(connection: Connection, ask: Ask, table: FieldTable): Promise<Claims> {
  const place = keyText(connection, table);
  let claims = known.get(place);
  if (claims === undefined) {
    claims = ask(tokensClaims, {});
    known.set(place, claims);
    // What failed may work the next time.
    claims.catch(() => known.delete(place));
    const [oldest] = known.keys();
    if (known.size > mostKnown && oldest !== undefined) {
      known.delete(oldest);
    }
  }
  return claims;
}

/**
 * Mints a token: a root key signs here, any other secret key has the server sign. `now` is Unix milliseconds.
 * Throws `expiration_invalid`, `scope_invalid`, `cannot_mint`, `scopes_exceed_key_access`, `server_too_old`.
 */
export async function mint(
  connection: Connection,
  ask: Ask,
  request: TokenRequest,
  now: number,
  signNow: SignNow,
  table: FieldTable = fields,
): Promise<string> {
  refuseMinting(connection);
  const { expirationTime, oneTimeUse, realtime, scopes } = request;
  const issued = Math.floor(now / 1000);
  const exp = expirationOf(expirationTime, issued, lifetimeOf(scopes));
  if (connection.kind === 'root') {
    const claims = await claimsFor(connection, ask, table);
    const rest = oneTimeUse === undefined ? { scopes, realtime } : { otu: oneTimeUse, realtime, scopes };
    const payload = Object.fromEntries(
      Object.entries({ ...claims, ...rest }).filter(([, value]) => value !== undefined),
    ) as unknown as Payload;
    return signNow(connection.key.reveal(), payload, issued, exp);
  }
  if (scopes === undefined || scopes.length === 0) {
    throw new ConnectorError(
      'scope_invalid',
      'An additional key cannot mint a token without scopes: name at least one, such as { read: { runs: ["run_1234"] } }.',
      { path: 'scopes' },
    );
  }
  return serverMinted(ask, {
    scopes: [...scopes],
    expirationTime: exp,
    ...(oneTimeUse !== undefined && { oneTimeUse }),
    ...(realtime !== undefined && { realtime }),
  });
}
