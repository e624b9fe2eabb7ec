import { AsyncLocalStorage } from 'node:async_hooks';
import type { Connection } from '../connection/index.js';
import { createApi } from './api.js';
import { type Call, callerFor } from './call.js';
import { type ClientOptions, connectionFromOptions, mergeOptions } from './options.js';
import { withDefaults } from './trigger-client.js';

let configured: ClientOptions = {};
const scope = new AsyncLocalStorage<ClientOptions>();
const calls = new WeakMap<ClientOptions, { connection: Connection; call: Call }>();

/** Sets the credential and target of the global functions. Replaces what was set before; a scope of `withAuth` wins over it. */
export function configure(options: ClientOptions): void {
  configured = { ...options };
}

function current(): Call {
  const options = scope.getStore() ?? configured;
  let known = calls.get(options);
  if (known === undefined) {
    const connection = connectionFromOptions(options);
    known = { connection, call: withDefaults(callerFor(connection), options.requestOptions) };
    // Environment variables may still change, so only options that name a credential are remembered.
    if (options.accessToken ?? options.secretKey ?? options.personalAccessToken) {
      calls.set(options, known);
    }
  }
  return known.call;
}

const api = createApi(() => {
  try {
    return current();
  } catch (error) {
    // Wrong options reject the call, as every other problem does, rather than throw before there is a promise.
    return () => Promise.reject(error);
  }
});

export const { tasks, runs, envvars } = api;

export const auth = {
  /**
   * Runs `fn` under other options. Nested scopes compose field by field, the inner one wins, whichever
   * spelling of the credential it uses; overlapping calls do not interfere.
   */
  withAuth<Result>(options: ClientOptions, fn: () => Promise<Result>): Promise<Result> {
    return scope.run(mergeOptions(scope.getStore() ?? configured, options), fn);
  },
};
