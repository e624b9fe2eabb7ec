import { AsyncLocalStorage } from 'node:async_hooks';
import { checkSerializer } from '../gate/index.js';
import { createApi } from './api/index.js';
import { type PublicTokenRequest, type TriggerTokenRequest, tokenApi } from './auth.js';
import { callerFor } from './call.js';
import type { Call } from './caller.js';
import { type ClientOptions, connectionFromOptions, mergeOptions, stateOf } from './options.js';

let configured: ClientOptions = {};
const scope = new AsyncLocalStorage<ClientOptions>();
/** `state` is that of the environment variables, where the credential came from there. */
const calls = new WeakMap<ClientOptions, { call: Call; state: string | undefined }>();

/** Sets the credential and target of the global functions. Replaces what was set before; a scope of `withAuth` wins over it. */
export function configure(options: ClientOptions): void {
  configured = { ...options };
}

function current(): Call {
  const options = scope.getStore() ?? configured;
  // Environment variables may change between two calls; what is known of a connection is kept as long as they do not.
  const named = options.accessToken ?? options.secretKey ?? options.personalAccessToken;
  const state = named === undefined ? stateOf(process.env) : undefined;
  const known = calls.get(options);
  if (known !== undefined && known.state === state) {
    return known.call;
  }
  const call = callerFor(
    connectionFromOptions(options),
    undefined,
    undefined,
    options.requestOptions,
    checkSerializer(options.serializer),
  );
  calls.set(options, { call, state });
  return call;
}

export const { tasks, batch, runs, envvars, schedules, sessions, projects, branches } = createApi(current);

const minting = tokenApi(current);

function withAuth<Result>(options: ClientOptions, fn: () => Promise<Result>): Promise<Result> {
  return scope.run(mergeOptions(scope.getStore() ?? configured, options), fn);
}

export const auth = {
  configure,
  ...minting,
  /**
   * Runs `fn` under other options. Nested scopes compose field by field, the inner one wins, whichever
   * spelling of the credential it uses; overlapping calls do not interfere.
   */
  withAuth,
  /** Mints a public access token and runs `fn` with it as the credential. */
  async withPublicToken<Result>(options: PublicTokenRequest, fn: () => Promise<Result>): Promise<Result> {
    return withAuth({ accessToken: await minting.createPublicToken(options) }, fn);
  },
  /** Mints a trigger token and runs `fn` with it as the credential. */
  async withTriggerPublicToken<Result>(
    task: string | readonly string[],
    options: TriggerTokenRequest,
    fn: () => Promise<Result>,
  ): Promise<Result> {
    return withAuth({ accessToken: await minting.createTriggerPublicToken(task, options) }, fn);
  },
  /** Mints a batch trigger token and runs `fn` with it as the credential. */
  async withBatchTriggerPublicToken<Result>(
    task: string | readonly string[],
    options: TriggerTokenRequest,
    fn: () => Promise<Result>,
  ): Promise<Result> {
    return withAuth({ accessToken: await minting.createBatchTriggerPublicToken(task, options) }, fn);
  },
};
