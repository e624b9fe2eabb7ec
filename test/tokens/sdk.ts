import * as sdk from '@trigger.dev/sdk';
import type { TokenScopes } from '../../src/api/index.js';
import { httpServer, type Loopback } from '../client/loopback.js';

/** What both mint for; any other environment would do. */
export const environmentId = `c${'fakeenv'.repeat(3)}prd`;

/** A server that gives claims, and a token for whatever it is asked for. */
export function claimsServer(): Promise<Loopback> {
  return httpServer((response, { target }) => {
    const claims = target === '/api/v1/auth/jwt/claims';
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(claims ? { sub: environmentId, pub: true } : { token: 'a.b.c' }));
  });
}

export interface Asked {
  readonly scopes?: TokenScopes | undefined;
  readonly expirationTime?: string | number | Date | undefined;
  readonly realtime?: { readonly skipColumns?: readonly string[] } | undefined;
  readonly multipleUse?: boolean | undefined;
}

/** The ways to mint that both packages have, with arguments alike. */
export interface Mints {
  createPublicToken(options: Asked): Promise<string>;
  createTriggerPublicToken(task: string | readonly string[], options: Asked): Promise<string>;
  createBatchTriggerPublicToken(task: string | readonly string[], options: Asked): Promise<string>;
}

export const official = sdk.auth as unknown as Mints;

/** Runs calls of the official SDK with this key and server. */
export const withSdk = <Result>(accessToken: string, baseURL: string, run: () => Promise<Result>): Promise<Result> =>
  (sdk.auth.withAuth as (options: object, run: () => Promise<Result>) => Promise<Result>)(
    { accessToken, baseURL },
    run,
  );

/** Each result in the order of the inputs, some at a time: a request each, and two cores. */
export async function eachOf<Input, Result>(
  inputs: readonly Input[],
  run: (input: Input) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < inputs.length; start += 32) {
    results.push(...(await Promise.all(inputs.slice(start, start + 32).map(run))));
  }
  return results;
}
