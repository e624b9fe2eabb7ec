import {
  type Connection,
  type ConnectionPolicy,
  classifyKey,
  connectionFromToken,
  connectionFromValues,
  type Environment,
  type FieldTable,
  fields,
} from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';
import type { Serializer } from '../gate/index.js';
import { isTriggerOnly, readToken } from '../tokens/index.js';
import { type EnvironmentVariables, givenFields } from './given-fields.js';
import type { RequestOptions } from './send.js';

export interface CommonOptions {
  /** Origin of the API; `TRIGGER_API_URL`, else https://api.trigger.dev. What the operator passes here is allowed as it is. */
  baseURL?: string | undefined;
  /** `TRIGGER_PROJECT_REF` when left out. */
  projectRef?: string | undefined;
  environment?: Environment | undefined;
  /** With preview, `TRIGGER_PREVIEW_BRANCH` when left out. */
  previewBranch?: string | undefined;
  /** Defaults for every call. */
  requestOptions?: RequestOptions | undefined;
  /**
   * Writes payloads and reads payloads and outputs, in place of JSON: `{ stringify(value): string, parse(text) }`,
   * such as superjson. They travel as `application/super+json`, as those of the official SDK do, and come to the task
   * as they were: `Map`, `Set`, `Date`, `BigInt` and others. Read so are the runs of subscriptions. `runs.retrieve` gives
   * what the server has read already; behind a presigned link is the text, for `parse`. Throws `input_invalid`.
   */
  serializer?: Serializer | undefined;
}

export interface Credentials {
  /** Any usable credential. */
  accessToken?: string | undefined;
  /** A secret key; a personal access token is accepted too, as the documentation's examples pass one here. */
  secretKey?: string | undefined;
  personalAccessToken?: string | undefined;
  /** Reads what its scopes name, for as long as it lasts. */
  publicAccessToken?: string | undefined;
  /** Triggers the tasks that it names, usually once. */
  triggerToken?: string | undefined;
}

export type ClientOptions = CommonOptions & Credentials;

const spellings = ['accessToken', 'secretKey', 'personalAccessToken', 'publicAccessToken', 'triggerToken'] as const;
type Spelling = (typeof spellings)[number];
/** How the options call the fields. */
export const optionNames = ({ config }: FieldTable = fields): string[] =>
  config.map(({ name, option = name }) => option);

const known = new Set<string>([...spellings, ...optionNames(), 'requestOptions', 'serializer']);

/** Every variable that a connection may be made from. */
export const variablesOf = ({ config }: FieldTable = fields): string[] => [
  'TRIGGER_SECRET_KEY',
  'TRIGGER_ACCESS_TOKEN',
  ...config.flatMap(({ isVariableOfCli, variable }) => (isVariableOfCli ? [] : (variable ?? []))),
  'TRIGGER_CONNECTOR_ALLOW_PRIVATE_HOSTS',
  'TRIGGER_CONNECTOR_ALLOW_HTTP',
  'TRIGGER_CONNECTOR_ALLOW_UNKNOWN_KEY',
];

export const variables = variablesOf();

/** Differs once a variable does that a connection may be made from. */
export const stateOf = (env: EnvironmentVariables, names: readonly string[] = variables): string =>
  JSON.stringify(names.map((name) => env[name] ?? null));

/** The credential, and under which name it was given; from the environment, under none. */
function credentialOf(
  options: ClientOptions,
  env: EnvironmentVariables,
): { name?: Spelling; value?: string | undefined } {
  const given = spellings.filter((name) => options[name] !== undefined);
  if (given.length > 1) {
    throw new ConnectorError('key_invalid', `Pass only one of ${given.join(', ')}.`, { field: given[1] });
  }
  const [name] = given;
  const value = name === undefined ? undefined : options[name];
  if (name === 'personalAccessToken' && typeof value === 'string' && classifyKey(value.trim()).kind !== 'pat') {
    throw new ConnectorError(
      'key_kind_refused',
      'personalAccessToken must be a token that starts with tr_pat_. Pass a secret key as secretKey.',
      {
        field: 'personalAccessToken',
      },
    );
  }
  // A variable that is set to nothing is not set.
  return name === undefined ? { value: env['TRIGGER_SECRET_KEY'] || env['TRIGGER_ACCESS_TOKEN'] } : { name, value };
}

const isOn = (value: string | undefined) => value === '1' || value === 'true';

/** What the operator allows for the addresses and keys that people type into a form. */
export function policyFromEnv(env: EnvironmentVariables): ConnectionPolicy {
  return {
    allowPrivateHosts: isOn(env['TRIGGER_CONNECTOR_ALLOW_PRIVATE_HOSTS']),
    allowHttp: isOn(env['TRIGGER_CONNECTOR_ALLOW_HTTP']),
    allowUnknownKey: isOn(env['TRIGGER_CONNECTOR_ALLOW_UNKNOWN_KEY']),
  };
}

/** A connection from client options and environment variables, by the rules of the form. Throws `ConnectorError`. */
export function connectionFromOptions(options: ClientOptions, env: EnvironmentVariables = process.env): Connection {
  const unknown = Object.keys(options).find((name) => !known.has(name));
  if (unknown !== undefined) {
    // A misspelt baseURL must not send the key to the cloud.
    throw new ConnectorError('unknown_field', `There is no such option. The options are ${[...known].join(', ')}.`);
  }
  const { name, value } = credentialOf(options, env);
  const given = options as Readonly<Record<string, string | undefined>>;
  const values = givenFields({ apiKey: value, given: (field) => given[field.option ?? field.name], env });
  const { baseUrl } = values;
  // What the operator writes into code or environment is the operator's word.
  const word = baseUrl === undefined ? {} : { allowPrivateHosts: true, allowHttp: true };
  const policy = { ...policyFromEnv(env), ...word };
  if (name === 'publicAccessToken' || name === 'triggerToken') {
    return connectionFromToken(value, name, { baseUrl }, policy);
  }
  if (typeof value === 'string' && classifyKey(value.trim()).kind === 'publicAccessToken') {
    const kind = isTriggerOnly(readToken(value).claims) ? 'triggerToken' : 'publicAccessToken';
    return connectionFromToken(value, kind, { baseUrl }, policy);
  }
  return connectionFromValues(values, policy);
}

/** Inner over outer, field by field; any spelling of a credential replaces any other. */
export function mergeOptions(outer: ClientOptions, inner: ClientOptions): ClientOptions {
  const replaces = spellings.some((name) => inner[name] !== undefined);
  const rest = Object.fromEntries(Object.entries(outer).filter(([name]) => !spellings.includes(name as Spelling)));
  const given = Object.fromEntries(Object.entries(inner).filter(([, value]) => value !== undefined));
  return { ...(replaces ? rest : outer), ...given };
}
