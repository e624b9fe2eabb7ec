import type { EndpointsOf } from '../api/index.js';
import type { KeyKind } from '../connection/index.js';
import { checkSerializer } from '../gate/index.js';
import { type Api, type ApiFor, createApi } from './api/index.js';
import { type TokenApi, tokenApi } from './auth.js';
import { callerFor } from './call.js';
import { type ClientOptions, type CommonOptions, type Credentials, connectionFromOptions } from './options.js';

class Client {
  constructor(options: ClientOptions = {}) {
    const call = callerFor(
      connectionFromOptions(options),
      undefined,
      undefined,
      options.requestOptions,
      checkSerializer(options.serializer),
    );
    const bind = () => call;
    Object.assign(this, createApi(bind), { auth: tokenApi(bind) });
  }
}

type Spelling = keyof Credentials;
type Only<Name extends Spelling> = { [key in Name]: string } & { [key in Exclude<Spelling, Name>]?: never };

export type PersonalAccessTokenOptions = CommonOptions & Only<'personalAccessToken'>;
export type SecretKeyOptions = CommonOptions & Only<'secretKey'>;
export type AccessTokenOptions = CommonOptions & Only<'accessToken'>;
export type PublicAccessTokenOptions = CommonOptions & Only<'publicAccessToken'>;
export type TriggerTokenOptions = CommonOptions & Only<'triggerToken'>;

/** A client as the kind of its key allows it: a call that the key may not make does not compile. */
export type TriggerClient<Kind extends KeyKind = 'root'> = ApiFor<Kind> &
  ('tokens.create' extends EndpointsOf<Kind> ? { readonly auth: TokenApi } : unknown);

/**
 * A client with its own key, base URL and preview branch; nothing is shared with others.
 * `personalAccessToken`, `publicAccessToken` and `triggerToken` narrow the type to what such a token may call;
 * the guard holds at run time as well. Throws `ConnectorError` when the options are wrong.
 * @see https://trigger.dev/docs/management/multiple-clients
 */
export const TriggerClient = Client as unknown as {
  new (options: PersonalAccessTokenOptions): TriggerClient<'pat'>;
  new (options: PublicAccessTokenOptions): TriggerClient<'publicAccessToken'>;
  new (options: TriggerTokenOptions): TriggerClient<'triggerToken'>;
  new (options: SecretKeyOptions): TriggerClient;
  /** An access token may be of any kind, and so may one of the environment: only the guard tells. */
  new (options: AccessTokenOptions): Api & { readonly auth: TokenApi };
  new (options?: CommonOptions & { [key in Spelling]?: never }): Api & { readonly auth: TokenApi };
};
