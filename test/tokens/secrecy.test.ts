import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createApi } from '../../src/client/api/index.js';
import { type TokenApi, tokenApi } from '../../src/client/auth.js';
import { callerFor, signNow } from '../../src/client/call.js';
import { undiciTransport } from '../../src/client/index.js';
import { realSurroundings } from '../../src/client/send.js';
import { connectionFromValues } from '../../src/connection/index.js';
import { inspectToken, verifyToken } from '../../src/tokens/index.js';
import { closedPort, httpServer } from '../client/loopback.js';
import { seconds, shaped } from './token.js';

// Of no family that is masked by its looks alone where it is cut, encoded or part of something longer.
const canary = ['tr', 'prod', 'Canary7'.repeat(4)].join('_');
const additional = ['tr', 'prod', 'sk', 'Canary8'.repeat(4)].join('_');
const keys = [canary, additional];

/** A key as it is, without its family, and as it may be encoded, at any place of a longer text. */
const formsOf = (key: string) =>
  [key, key.slice(8)].flatMap((text) => [
    text,
    encodeURIComponent(text),
    [...text].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join(''),
    Buffer.from(text).toString('hex'),
    // What stands before it shifts the letters of base64.
    ...['', 'x', 'xx'].map((before) =>
      Buffer.from(before + text)
        .toString('base64')
        .slice(4, -4),
    ),
    ...['', 'x', 'xx'].map((before) =>
      Buffer.from(before + text)
        .toString('base64url')
        .slice(4, -4),
    ),
  ]);
const forms = keys.flatMap(formsOf);

/** Everything that a logger could make of it. */
function shownOf(value: unknown): string {
  const { cause, message, stack } = (value ?? {}) as { cause?: unknown; message?: unknown; stack?: unknown };
  const everything = { showHidden: true, depth: null, getters: true, maxStringLength: null, maxArrayLength: null };
  return [
    String(value),
    message,
    stack,
    inspect(cause, everything),
    inspect(value, everything),
    inspect(value, { ...everything, customInspect: false }),
    JSON.stringify(value),
    JSON.stringify(Object.getOwnPropertyDescriptors(value ?? {})),
  ].join('\n');
}

const expectSecret = (value: unknown) => {
  const shown = shownOf(value);
  for (const form of forms) {
    expect(shown.includes(form), `${form.slice(0, 3)}… in ${shown.slice(0, 300)}`).toBe(false);
  }
};

const connect = (apiKey: string, baseUrl: string) =>
  callerFor(connectionFromValues({ apiKey, baseUrl }, { allowPrivateHosts: true, allowHttp: true }), undiciTransport, {
    ...realSurroundings,
    sleep: async () => undefined,
  });

const asked: readonly ((mints: TokenApi) => Promise<unknown>)[] = [
  (mints) => mints.createPublicToken({ scopes: { read: { runs: 'run_1' } } }),
  (mints) => mints.createTriggerPublicToken('a'),
  (mints) => mints.createBatchTriggerPublicToken('a'),
];

const failure = (run: () => unknown): Promise<unknown> =>
  Promise.resolve()
    .then(run)
    .then(
      () => expect.unreachable('nothing failed'),
      (error: unknown) => error,
    );

/** Servers that say the key back in every way. */
const echoes: readonly (readonly [string, number, (key: string) => unknown])[] = [
  ['an error', 401, (key) => ({ error: `Invalid API key ${key}` })],
  ['its encodings', 400, (key) => ({ error: encodeURIComponent(key), message: JSON.stringify(key) })],
  ['a list of scopes', 403, (key) => ({ code: 'scopes_exceed_key_access', deniedScopes: [key, `read:runs:${key}`] })],
  ['issues', 400, (key) => ({ error: 'no', issues: [{ path: [key], message: key }] })],
  ['a page', 500, (key) => `<html>${key}</html>`],
  ['what is not found', 404, (key) => ({ error: key })],
  ['an odd answer', 200, (key) => ({ [key]: key, sub: key.repeat(9), pub: key, token: key })],
  ['no JSON', 200, (key) => key],
  ['too many', 429, (key) => ({ error: key })],
];

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a key does not show', () => {
  it.each(echoes)('when the server answers with %s', async (_, status, body) => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const { url } = await httpServer((response, { headers }) => {
      const key = (headers.authorization ?? '').replace(/^Bearer /, '');
      const answer = body(key);
      const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
      response.writeHead(status, { 'content-type': 'application/json', 'x-key': key, 'retry-after': '0' }).end(text);
    });
    for (const key of keys) {
      const call = connect(key, url);
      for (const mint of asked) {
        expectSecret(await failure(() => mint(tokenApi(() => call))));
      }
      expectSecret(call.connection);
    }
    expectSecret(warned.mock.calls);
  });

  it.each<[string, (mints: TokenApi, key: string) => Promise<unknown>]>([
    ['as a scope', (mints, key) => mints.createPublicToken({ scopes: { read: { runs: [key, ''] } } })],
    ['as an action', (mints, key) => mints.createPublicToken({ scopes: { [key]: { runs: 'a' } } as never })],
    ['as a kind', (mints, key) => mints.createPublicToken({ scopes: { read: { [key]: 'a' } } as never })],
    ['as scopes', (mints, key) => mints.createPublicToken({ scopes: key as never })],
    ['as a time', (mints, key) => mints.createPublicToken({ expirationTime: key })],
    ['as a task', (mints, key) => mints.createTriggerPublicToken([key, `${key}\n`])],
    [
      'as a column',
      (mints, key) =>
        mints.createPublicToken({
          scopes: { read: { runs: 'a' } },
          expirationTime: `${key}h`,
          realtime: { skipColumns: [key as never] },
        }),
    ],
  ])('in a refusal %s', async (_, mint) => {
    const { url } = await closedPort();
    for (const key of keys) {
      const call = connect(key, url);
      expectSecret(
        await failure(() =>
          mint(
            tokenApi(() => call),
            key,
          ),
        ),
      );
    }
  });

  it('when nothing answers, or the claims cannot be signed', async () => {
    const { url } = await closedPort();
    for (const mint of asked) {
      expectSecret(await failure(() => mint(tokenApi(() => connect(canary, url)))));
    }
    vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(new Error('no such key'));
    expectSecret(await failure(() => asked[0]?.(tokenApi(() => connect(canary, `${url}/`)))));
  });

  it('in a handle, read or not', async () => {
    const { url } = await httpServer((response) => {
      const claims = JSON.stringify({ sub: 'env_1', pub: true });
      response
        .writeHead(200, { 'content-type': 'application/json', 'x-trigger-jwt-claims': claims })
        .end('{"id":"run_1","isCached":false}');
    });
    const { tasks } = createApi(() => connect(canary, url));
    const handle = await tasks.trigger('a');
    expectSecret(handle);
    expect(handle.publicAccessToken).toMatch(/^eyJ/);
    expectSecret(handle);
  });

  it.each<[string, (key: string) => unknown]>([
    [
      'verify with it: another signature',
      (key) => verifyToken(signNow(`${key}x`, { sub: 'env_1', pub: true }, seconds(), seconds() + 60), key),
    ],
    ['verify with it: expired', (key) => verifyToken(signNow(key, { sub: 'env_1', pub: true }, 1, 2), key)],
    ['verify with it: no token', (key) => verifyToken('x', key)],
    ['verify it', (key) => verifyToken(key, key)],
    ['verify, the wrong way round', (key) => verifyToken(key, 'a.b.c')],
    ['verify with a list of it', (key) => verifyToken(shaped({ alg: 'HS256' }, {}), [key] as never)],
    [
      'verify claims of it',
      (key) =>
        verifyToken(signNow(key, { sub: key, pub: key as never, scopes: [key] }, seconds(), seconds() + 60), key),
    ],
    ['verify a header of it', (key) => verifyToken(shaped({ alg: key }, { sub: key }), key)],
    [
      'verify a critical header of it',
      (key) => verifyToken(shaped({ alg: 'HS256', crit: [key], [key]: key }, { sub: key }), key),
    ],
    ['inspect it', (key) => inspectToken(key)],
    ['inspect what holds it', (key) => inspectToken(shaped({ alg: key }, `{"${key}`))],
    ['sign at once with claims that cannot be', (key) => signNow(key, { sub: key, pub: 1n as never }, 1, 2)],
  ])('when one tries to %s', async (_, run) => {
    for (const key of keys) {
      expectSecret(await failure(() => run(key)));
    }
  });
});
