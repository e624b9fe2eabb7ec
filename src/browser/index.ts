import { bound } from '../client/api/bind.js';
import type { ApiFor } from '../client/api/index.js';
import { runsApi } from '../client/api/runs.js';
import { sessionsApi } from '../client/api/sessions.js';
import { batchApi, tasksApi } from '../client/api/tasks.js';
import { makeCaller } from '../client/caller.js';
import type { RequestOptions } from '../client/send.js';
import { classifyKey, connectionFromToken } from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';
import { checkSerializer, type Serializer } from '../gate/index.js';
import { isTriggerOnly, readToken } from '../tokens/claims.js';
import { fetchTransport } from './fetch-transport.js';

export type { RealtimeRun, RunDetail } from '../api/index.js';
export type { ChannelEvent } from '../client/channel.js';
export type { RequestOptions } from '../client/send.js';
export { ConnectorError, type ErrorCode } from '../errors/index.js';
export type { Serializer } from '../gate/index.js';
export { inspectToken, type TokenInspection } from '../tokens/inspect.js';

interface CommonOptions {
  /** Origin of the API; https://api.trigger.dev when left out. */
  readonly baseURL?: string;
  /** Defaults for every call. */
  readonly requestOptions?: RequestOptions;
  /** Writes and reads payloads in place of JSON, such as superjson: `{ stringify(value): string, parse(text) }`. */
  readonly serializer?: Serializer;
}

export type PublicTokenClientOptions = CommonOptions & {
  readonly publicAccessToken: string;
  readonly triggerToken?: never;
};

export type TriggerTokenClientOptions = CommonOptions & {
  readonly triggerToken: string;
  readonly publicAccessToken?: never;
};

function connect({ baseURL, publicAccessToken, triggerToken }: PublicTokenClientOptions | TriggerTokenClientOptions) {
  const token = publicAccessToken ?? triggerToken;
  const { kind } = classifyKey(typeof token === 'string' ? token.trim() : '');
  if (kind !== 'publicAccessToken') {
    throw new ConnectorError(
      'key_kind_refused',
      'Only a public access token or a trigger token belongs in a browser: everyone who opens the page can read it. Mint one on your server.',
      { field: triggerToken === undefined ? 'publicAccessToken' : 'triggerToken' },
    );
  }
  const triggers = triggerToken !== undefined || isTriggerOnly(readToken(token).claims);
  // Where the page's own code sends the token is its author's word.
  const policy = baseURL === undefined ? {} : { allowHttp: true, allowPrivateHosts: true };
  return connectionFromToken(token, triggers ? 'triggerToken' : 'publicAccessToken', { baseUrl: baseURL }, policy);
}

class Client {
  constructor(options: PublicTokenClientOptions | TriggerTokenClientOptions) {
    const call = makeCaller(connect(options), {
      transport: fetchTransport,
      defaults: options.requestOptions,
      serializer: checkSerializer(options.serializer),
    });
    const calls = bound(() => call);
    Object.assign(this, {
      tasks: tasksApi(calls),
      batch: batchApi(calls),
      runs: runsApi(calls),
      sessions: sessionsApi(calls),
    });
  }
}

type Namespaces = 'tasks' | 'batch' | 'runs' | 'sessions';

/**
 * A client for browsers, over `fetch`: with a trigger token it triggers, with a public access token it reads, follows
 * runs and reads and writes sessions, as far as the scopes go. Throws `key_kind_refused` for secret keys and personal
 * access tokens, before anything is sent. Subscriptions need the package `@electric-sql/client`.
 * @see https://trigger.dev/docs/realtime/auth
 */
export const TriggerClient = Client as unknown as {
  new (
    options: PublicTokenClientOptions,
  ): Pick<ApiFor<'publicAccessToken'>, Namespaces & keyof ApiFor<'publicAccessToken'>>;
  new (options: TriggerTokenClientOptions): Pick<ApiFor<'triggerToken'>, Namespaces & keyof ApiFor<'triggerToken'>>;
};
