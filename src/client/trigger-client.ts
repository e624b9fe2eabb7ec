import type { KeyKind } from '../connection/index.js';
import { type ApiFor, createApi } from './api/index.js';
import { callerFor } from './call.js';
import { type ClientOptions, type CommonOptions, connectionFromOptions } from './options.js';

class Client {
  constructor(options: ClientOptions = {}) {
    const call = callerFor(connectionFromOptions(options), undefined, undefined, options.requestOptions);
    Object.assign(
      this,
      createApi(() => call),
    );
  }
}

type Only<Name extends string, Others extends string> = { [key in Name]: string } & { [key in Others]?: never };

export type PersonalAccessTokenOptions = CommonOptions & Only<'personalAccessToken', 'accessToken' | 'secretKey'>;
export type SecretKeyOptions = CommonOptions & Only<'secretKey', 'accessToken' | 'personalAccessToken'>;
export type AccessTokenOptions = CommonOptions & Only<'accessToken', 'secretKey' | 'personalAccessToken'>;

/** A client as the kind of its key allows it: a call that the key may not make does not compile. */
export type TriggerClient<Kind extends KeyKind = 'root'> = ApiFor<Kind>;

/**
 * A client with its own key, base URL and preview branch; nothing is shared with others.
 * `personalAccessToken` narrows the type to what such a token may call; the guard holds at run time as well.
 * Throws `ConnectorError` when the options are wrong.
 * @see https://trigger.dev/docs/management/multiple-clients
 */
export const TriggerClient = Client as {
  new (options: PersonalAccessTokenOptions): TriggerClient<'pat'>;
  new (options: SecretKeyOptions | AccessTokenOptions): TriggerClient;
  new (
    options?: CommonOptions & { [key in 'accessToken' | 'secretKey' | 'personalAccessToken']?: never },
  ): TriggerClient;
};
