import type { Connection } from '../connection/index.js';
import {
  type Ask,
  type EndpointInput,
  type Expiration,
  expirationOf,
  lifetimeOf,
  type Payload,
  refuseMinting,
  serverMinted,
} from '../endpoints/index.js';
import { ConnectorError } from '../errors/index.js';
import { type SigningKey, sign, signingKey } from './sign.js';

/** A token to be minted: scopes as they travel. */
export interface TokenRequest {
  readonly scopes: readonly string[] | undefined;
  readonly oneTimeUse?: boolean;
  readonly expirationTime?: Expiration | undefined;
  readonly realtime?: EndpointInput<'tokens.create'>['realtime'] | undefined;
}

interface Signer {
  readonly key: SigningKey;
  readonly claims: Pick<Payload, 'sub' | 'pub'>;
}

const signers = new Map<string, Promise<Signer>>();
/** A process that serves many customers keeps the signers of as many. */
const mostSigners = 256;

/** What signs for a key, a branch and a server: its claims are asked once. */
function signerOf(connection: Connection, ask: Ask): Promise<Signer> {
  const secret = connection.key.reveal();
  const place = [connection.baseUrl, connection.previewBranch ?? '', secret].join('\n');
  let signer = signers.get(place);
  if (signer === undefined) {
    signer = Promise.all([signingKey(secret), ask('tokens.claims', {})]).then(([key, claims]) => ({ key, claims }));
    signers.set(place, signer);
    // What failed may work the next time.
    signer.catch(() => signers.delete(place));
    const [oldest] = signers.keys();
    if (signers.size > mostSigners && oldest !== undefined) {
      signers.delete(oldest);
    }
  }
  return signer;
}

/**
 * Mints a token: a root key signs here, any other secret key has the server sign. `now` is Unix milliseconds.
 * Throws `expiration_invalid`, `scope_invalid`, `cannot_mint`, `scopes_exceed_key_access`, `server_too_old`.
 */
export async function mint(connection: Connection, ask: Ask, request: TokenRequest, now: number): Promise<string> {
  refuseMinting(connection);
  const { expirationTime, oneTimeUse, realtime, scopes } = request;
  const issued = Math.floor(now / 1000);
  const exp = expirationOf(expirationTime, issued, lifetimeOf(scopes));
  if (connection.kind === 'root') {
    const { claims, key } = await signerOf(connection, ask);
    const rest = oneTimeUse === undefined ? { scopes, realtime } : { otu: oneTimeUse, realtime, scopes };
    const payload = Object.fromEntries(
      Object.entries({ ...claims, ...rest }).filter(([, value]) => value !== undefined),
    ) as unknown as Payload;
    return sign(key, payload, issued, exp);
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
