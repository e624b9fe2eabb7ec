import fc from 'fast-check';
import { decodeJwt } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { tokenApi } from '../../src/client/auth.js';
import { callerFor, closeConnections, undiciTransport } from '../../src/client/index.js';
import { realSurroundings } from '../../src/client/send.js';
import { connectionFromValues } from '../../src/connection/index.js';
import { withoutVariables } from '../client/environment.js';
import { fakeKeys } from '../fake-api/keys.js';
import { someExpiration } from '../tokens/expiration-arbitrary.js';
import { someId, someScopes } from '../tokens/scope-arbitrary.js';
import { type Asked, claimsServer, eachOf, type Mints, official, withSdk } from '../tokens/sdk.js';

withoutVariables();
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await closeConnections();
});

/** Unix seconds; nothing moves while both mint. */
const now = 1_800_000_000;

/** Ours by the same clock: it was taken before the SDK's was replaced. */
function minting(apiKey: string, baseUrl: string): Mints {
  const connection = connectionFromValues({ apiKey, baseUrl }, { allowPrivateHosts: true, allowHttp: true });
  const call = callerFor(connection, undiciTransport, { ...realSurroundings, now: () => Date.now() });
  return tokenApi(() => call) as unknown as Mints;
}

interface Case {
  readonly name: keyof Mints;
  readonly task?: string | readonly string[];
  readonly options: Asked;
}

const someRealtime = fc.option(
  fc.record({ skipColumns: fc.subarray(['payload', 'output', 'error', 'metadata']) }, { requiredKeys: [] }),
  { nil: undefined, freq: 3 },
);
const shared = { expirationTime: someExpiration(now), realtime: someRealtime };
const someTask = fc.oneof(someId, fc.array(someId, { minLength: 1, maxLength: 4 }));

const someCase: fc.Arbitrary<Case> = fc.oneof(
  fc
    .record({ ...shared, scopes: fc.option(someScopes, { nil: undefined, freq: 8 }) })
    .map((options) => ({ name: 'createPublicToken' as const, options })),
  fc.record({
    name: fc.constantFrom('createTriggerPublicToken' as const, 'createBatchTriggerPublicToken' as const),
    task: someTask,
    options: fc.record({ ...shared, multipleUse: fc.boolean() }, { requiredKeys: ['expirationTime', 'realtime'] }),
  }),
);

const mintBy = (mints: Mints, { name, options, task }: Case): Promise<string> =>
  name === 'createPublicToken' ? mints.createPublicToken(options) : mints[name](task ?? '', options);

/** The token, or the error. */
const outcome = (minting: Promise<string>) => minting.catch((error: unknown) => error as Error & { code?: string });

/** What both would mint, but for the default of sessions, which the documentation has and the SDK has not. */
function forSdk({ options, ...rest }: Case, mine: string | undefined): Case {
  const { scopes = [] } = mine === undefined ? {} : decodeJwt<{ scopes?: string[] }>(mine);
  const isForSessions = scopes.length > 0 && scopes.every((scope) => /^(?:read|write):sessions:/.test(scope));
  const expirationTime = options.expirationTime ?? (isForSessions ? '1h' : undefined);
  return { ...rest, options: { ...options, ...(expirationTime !== undefined && { expirationTime }) } };
}

const explained: Readonly<Record<string, RegExp>> = {
  expiration_invalid: /expired already|in the past|at most 30 days/,
  scope_invalid: /must not be blank|without controls/,
};

describe('tokens', () => {
  it('are those of the official SDK, character for character, or refused with a reason', {
    timeout: 300_000,
  }, async () => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const server = await claimsServer();
    vi.useFakeTimers({ toFake: ['Date'], now: now * 1000 + 345 });
    const auth = minting(fakeKeys['root:prod'], server.url);
    const told = { same: 0, refused: 0 };
    const kinds = new Set<string>();
    // Ten thousand take half a minute, most of it the SDK's: CI asks for them.
    const sample = fc.sample(someCase, Number(process.env['TOKENS'] ?? 1_000));
    const mine = await eachOf(sample, (one) => outcome(mintBy(auth, one)));
    expect(server.requests).toHaveLength(1);
    // What is refused here needs no request there.
    const both = sample.flatMap((one, index): { one: Case; token: string | undefined }[] => {
      const token = mine[index];
      if (typeof token === 'string') {
        return [{ one, token }];
      }
      told.refused += 1;
      if (/write a time span/.test(token?.message ?? '')) {
        // A sign and a word for the direction: there it is no time span either.
        return [{ one, token: undefined }];
      }
      expect(token?.message, JSON.stringify(one)).toMatch(explained[token?.code ?? ''] ?? /^no reason to refuse$/);
      return [];
    });
    await withSdk(fakeKeys['root:prod'], server.url, () =>
      eachOf(both, async ({ one, token }) => {
        const theirs = await outcome(mintBy(official, forSdk(one, token)));
        if (token === undefined || typeof theirs !== 'string') {
          expect([token, `${theirs}`]).toEqual([undefined, 'TypeError: Invalid time period format']);
          return;
        }
        // The text first: where it differs, the claims say how.
        if (theirs !== token) {
          expect(decodeJwt(token), JSON.stringify(one)).toEqual(decodeJwt(theirs));
        }
        expect(token, JSON.stringify(one)).toBe(theirs);
        told.same += 1;
        kinds.add(one.name);
      }),
    );
    expect(server.requests).toHaveLength(1 + both.length);
    expect(kinds.size).toBe(3);
    // Otherwise the sample says nothing.
    expect(told.same).toBeGreaterThan(sample.length * 0.4);
    expect(told.refused).toBeGreaterThan(sample.length * 0.03);
  });

  it.each<[string, Case]>([
    ['no arguments', { name: 'createPublicToken', options: {} }],
    ['no scopes in them', { name: 'createPublicToken', options: { scopes: {} } }],
    ['one run', { name: 'createPublicToken', options: { scopes: { read: { runs: 'run_1' } } } }],
    ['all runs', { name: 'createPublicToken', options: { scopes: { read: { runs: true } } } }],
    [
      'a session and its time',
      { name: 'createPublicToken', options: { scopes: { read: { sessions: 'a' } }, expirationTime: '1hr' } },
    ],
    ['one task', { name: 'createTriggerPublicToken', task: 'my-task', options: {} }],
    ['several tasks', { name: 'createTriggerPublicToken', task: ['my-task-1', 'my-task-2'], options: {} }],
    ['many uses', { name: 'createTriggerPublicToken', task: 'my-task', options: { multipleUse: true } }],
    ['another time', { name: 'createTriggerPublicToken', task: 'my-task', options: { expirationTime: '24hr' } }],
    ['a batch', { name: 'createBatchTriggerPublicToken', task: 'my-task', options: { multipleUse: false } }],
  ])('are the same with %s', async (_, one) => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const server = await claimsServer();
    vi.useFakeTimers({ toFake: ['Date'], now: now * 1000 });
    const auth = minting(fakeKeys['root:prod'], server.url);
    const token = await mintBy(auth, one);
    expect(token).toBe(await withSdk(fakeKeys['root:prod'], server.url, () => mintBy(official, one)));
    // Both asked for the claims in the same way.
    const [ours, theirs] = server.requests.map(({ body, headers, method, target }) => [
      method,
      target,
      JSON.parse(body || '{}'),
      headers.authorization,
    ]);
    expect(ours).toEqual(theirs);
  });

  it.each<[string, Case]>([
    [
      'public',
      {
        name: 'createPublicToken',
        options: { scopes: { read: { runs: ['run_1', 'run_2'] } }, expirationTime: new Date((now + 60) * 1000) },
      },
    ],
    [
      'trigger',
      {
        name: 'createTriggerPublicToken',
        task: ['a', 'b'],
        options: { expirationTime: now + 60, realtime: { skipColumns: ['payload'] } },
      },
    ],
    [
      'batch trigger',
      { name: 'createBatchTriggerPublicToken', task: 'a', options: { multipleUse: true, expirationTime: now + 60 } },
    ],
  ])('are asked for in the same way with an additional key: %s', async (_, one) => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const server = await claimsServer();
    vi.useFakeTimers({ toFake: ['Date'], now: now * 1000 });
    const key = fakeKeys['additional:full'];
    const auth = minting(key, server.url);
    await mintBy(auth, one);
    await withSdk(key, server.url, () => mintBy(official, one));
    const [ours, theirs] = server.requests.map(({ body, method, target }) => [method, target, JSON.parse(body)]);
    expect(ours).toEqual(theirs);
  });
});
