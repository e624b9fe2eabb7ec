import { type EndpointInput, type Expiration, flattenScopes, refuseMinting, type TokenScopes } from '../api/index.js';
import type { TokenRequest } from '../tokens/index.js';
import type { Bind } from './api/bind.js';
import { mintNow } from './call.js';

type Realtime = NonNullable<EndpointInput<'tokens.create'>['realtime']>;

export interface PublicTokenRequest {
  /** Left out, the token may do nothing. Several entries widen it. */
  readonly scopes?: TokenScopes;
  /** A time span such as `"1hr"`, Unix seconds, or a `Date`: in the future, at most 30 days ahead. 15 minutes when left out, 1 hour for sessions alone. */
  readonly expirationTime?: Expiration;
  readonly realtime?: Realtime;
}

export interface TriggerTokenRequest {
  readonly expirationTime?: Expiration;
  /** Good for more than one trigger, by everyone who sees it. */
  readonly multipleUse?: boolean;
  readonly realtime?: Realtime;
}

export interface TokenApi {
  /**
   * Mints a token for reading runs, or for a session, in a browser. Throws `scope_invalid`, `expiration_invalid`, `cannot_mint`.
   * @see https://trigger.dev/docs/realtime/auth
   */
  createPublicToken(options?: PublicTokenRequest): Promise<string>;
  /** Mints a token that triggers these tasks, once unless `multipleUse` is set. */
  createTriggerPublicToken(task: string | readonly string[], options?: TriggerTokenRequest): Promise<string>;
  /** The same for batches of these tasks. */
  createBatchTriggerPublicToken(task: string | readonly string[], options?: TriggerTokenRequest): Promise<string>;
}

const told = new Set<string>();

/** Once a process: what is wrong does not change from call to call. */
function warnOnce(message: string): void {
  if (!told.has(message)) {
    told.add(message);
    process.emitWarning(message, 'TriggerConnectorWarning');
  }
}

/** The three ways to mint, with the key of the moment. */
export function tokenApi(bind: Bind): TokenApi {
  async function minted(request: () => TokenRequest): Promise<string> {
    const call = bind();
    // Who cannot mint is told so, whatever else is wrong.
    refuseMinting(call.connection);
    return mintNow(call.connection, call, request(), call.now());
  }

  const forTasks =
    (action: 'trigger' | 'batchTrigger') => (task: string | readonly string[], options?: TriggerTokenRequest) =>
      minted(() => {
        const { expirationTime, multipleUse, realtime } = options ?? {};
        // Only what is meant for certain: a text such as "false" is not.
        if (multipleUse === true) {
          warnOnce('A trigger token for multiple use can be used by everyone who sees it until it expires.');
        }
        // No task at all is as wrong as a blank one: left out, it would mint a token for nothing.
        const { scopes } = flattenScopes({ [action]: { tasks: task ?? '' } });
        return { scopes, oneTimeUse: multipleUse !== true, expirationTime, realtime };
      });

  return {
    createPublicToken: (options) =>
      minted(() => {
        const { expirationTime, realtime, scopes } = options ?? {};
        const { scopes: flat, warnings } = scopes === undefined ? { warnings: [] } : flattenScopes(scopes);
        for (const { message } of warnings) {
          warnOnce(message);
        }
        if (flat?.some((scope) => /^(?:trigger|batchTrigger|write:tasks)\b/.test(scope))) {
          warnOnce(
            'This token can start runs, as often as anyone who sees it likes, until it expires: createTriggerPublicToken makes one for a single use.',
          );
        }
        if (flat === undefined || flat.length === 0) {
          warnOnce('A public access token without scopes may do nothing: name what it is for.');
        }
        return { scopes: flat, expirationTime, realtime };
      }),
    createTriggerPublicToken: forTasks('trigger'),
    createBatchTriggerPublicToken: forTasks('batchTrigger'),
  };
}
