import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { callerFor, mintNow } from '../../src/client/call.js';
import { realSurroundings } from '../../src/client/send.js';
import { undiciTransport } from '../../src/client/undici-transport.js';
import { type Connection, connectionFromToken, connectionFromValues } from '../../src/connection/index.js';
import type { TokenRequest } from '../../src/tokens/index.js';
import { connectTo, fakeApi, seen } from '../client/fake.js';
import { answering } from '../client/loopback.js';
import { type FakeApi, signPublicToken } from '../fake-api/index.js';
import { fakeKeys } from '../fake-api/keys.js';

const claimsPath = 'POST /api/v1/auth/jwt/claims';
const publicTokens = 'POST /api/v1/auth/public-tokens';
const now = Date.now();
const read = { scopes: ['read:runs:run_1'] };

const minted = (connection: Connection, request: TokenRequest = read) =>
  mintNow(
    connection,
    callerFor(connection, undiciTransport, { ...realSurroundings, sleep: async () => undefined }),
    request,
    now,
  );

const loose = { allowPrivateHosts: true, allowHttp: true };
const preview = (api: FakeApi, previewBranch: string) => connectTo(api, 'root:preview', { previewBranch });

describe('a root key', () => {
  it('asks for the claims once, whichever connection has it', async () => {
    const api = await fakeApi();
    const tokens = await Promise.all([minted(connectTo(api, 'root:prod')), minted(connectTo(api, 'root:prod'))]);
    tokens.push(await minted(connectTo(api, 'root:prod'), { scopes: ['trigger:tasks:a'], oneTimeUse: true }));
    expect(seen(api)).toEqual([`root:prod ${claimsPath}`]);
    expect(api.requests[0]?.body).toBe('{}');
    const key = new TextEncoder().encode(fakeKeys['root:prod']);
    for (const token of tokens) {
      await jwtVerify(token, key, { algorithms: ['HS256'], currentDate: new Date(now) });
      expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256' });
    }
    const iat = Math.floor(now / 1000);
    const fixed = {
      sub: api.project.environment('prod').id,
      pub: true,
      iss: 'https://id.trigger.dev',
      aud: 'https://api.trigger.dev',
    };
    expect(tokens.map((token) => decodeJwt(token))).toEqual([
      { ...fixed, scopes: read.scopes, iat, exp: iat + 900 },
      { ...fixed, scopes: read.scopes, iat, exp: iat + 900 },
      { ...fixed, scopes: ['trigger:tasks:a'], otu: true, iat, exp: iat + 900 },
    ]);
  });

  it('asks again for another key, branch or base URL, and then no more', async () => {
    const [api, other] = [await fakeApi(), await fakeApi()];
    const connections = [
      connectTo(api, 'root:prod'),
      connectTo(api, 'root:stg'),
      preview(api, 'feature/one'),
      connectTo(other, 'root:prod'),
    ];
    for (const connection of [...connections, ...connections]) {
      await minted(connection);
    }
    expect(seen(api)).toEqual(['root:prod', 'root:stg', 'root:preview'].map((key) => `${key} ${claimsPath}`));
    expect(api.requests[2]?.headers['x-trigger-branch']).toBe('feature/one');
    expect(seen(other)).toEqual([`root:prod ${claimsPath}`]);
  });

  it('mints for its branch, signed with the key of the parent', async () => {
    const api = await fakeApi();
    const token = await minted(preview(api, 'feature/one'));
    expect(decodeJwt(token).sub).toBe(api.project.environment('preview:feature/one').id);
    await jwtVerify(token, new TextEncoder().encode(fakeKeys['root:preview']), { currentDate: new Date(now) });
    await expect(minted(preview(api, 'feature/two'))).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining('this branch does not exist or is archived'),
    });
  });

  it('does not remember a failure', async () => {
    const api = await fakeApi();
    api.fail({ status: 403, body: { error: 'Forbidden' } });
    await expect(minted(connectTo(api, 'root:prod'))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(minted(connectTo(api, 'root:prod'))).resolves.toMatch(/^eyJ/);
    await minted(connectTo(api, 'root:prod'));
    expect(seen(api)).toHaveLength(2);
  });

  it('asks nothing when the expiration is wrong', async () => {
    const api = await fakeApi();
    const wrong = { ...read, expirationTime: '-1h' };
    await expect(minted(connectTo(api, 'root:prod'), wrong)).rejects.toMatchObject({ code: 'expiration_invalid' });
    expect(api.requests).toEqual([]);
  });
});

describe('of the answer with the claims', () => {
  const connection = (baseUrl: string) => connectionFromValues({ apiKey: fakeKeys['root:dev'], baseUrl }, loose);

  it('only environment and kind get into the token', async () => {
    const hostile = {
      scopes: ['admin'],
      otu: false,
      exp: 9e9,
      iat: 1,
      iss: 'x',
      aud: 'x',
      act: {},
      realtime: {},
      nbf: 9e9,
      constructor: 1,
    };
    const { url } = await answering(
      200,
      `{"sub":"env_1","__proto__":{"scopes":["admin"]},${JSON.stringify(hostile).slice(1, -1)},"pub":true}`,
    );
    const { sub, pub, scopes, iss, aud, iat, exp, ...rest } = decodeJwt(
      await minted(connection(url), { scopes: undefined }),
    );
    expect({ sub, pub, scopes, iss, aud, rest }).toEqual({
      sub: 'env_1',
      pub: true,
      scopes: undefined,
      iss: 'https://id.trigger.dev',
      aud: 'https://api.trigger.dev',
      rest: {},
    });
    expect((exp ?? 0) - (iat ?? 0)).toBe(900);
  });

  it.each([
    ['no environment', { pub: true }],
    ['an empty one', { sub: '', pub: true }],
    ['an odd one', { sub: 'env 1', pub: true }],
    ['one with a line break', { sub: 'env_1\n', pub: true }],
    ['a long one', { sub: 'e'.repeat(129), pub: true }],
    ['a list', { sub: ['env_1'], pub: true }],
    ['another kind', { sub: 'env_1', pub: false }],
    ['a kind as text', { sub: 'env_1', pub: 'true' }],
    ['no kind', { sub: 'env_1' }],
    ['an error', { error: 'no' }],
    ['null', null],
    ['text', 'env_1'],
  ])('%s is refused', async (_, body) => {
    const { requests, url } = await answering(200, JSON.stringify(body));
    await expect(minted(connection(url))).rejects.toMatchObject({
      code: 'invalid_response',
      endpoint: 'tokens.claims',
    });
    await expect(minted(connection(url))).rejects.toMatchObject({ code: 'invalid_response' });
    expect(requests).toHaveLength(2);
  });
});

describe('an additional key', () => {
  it('has the server mint, every time', async () => {
    const api = await fakeApi();
    const connection = connectTo(api, 'additional:full');
    const realtime = { skipColumns: ['payload' as const] };
    const tokens = [
      await minted(connection),
      await minted(connection, { scopes: ['trigger:tasks:a'], oneTimeUse: true, expirationTime: '1hr', realtime }),
    ];
    const iat = Math.floor(now / 1000);
    expect(seen(api)).toEqual(Array(2).fill(`additional:full ${publicTokens}`));
    expect(api.requests.map(({ body }) => JSON.parse(body))).toEqual([
      { scopes: read.scopes, expirationTime: iat + 900 },
      { scopes: ['trigger:tasks:a'], oneTimeUse: true, expirationTime: iat + 3600, realtime },
    ]);
    expect(tokens.map((token) => decodeJwt(token))).toMatchObject([
      { exp: iat + 900 },
      { otu: true, exp: iat + 3600, realtime },
    ]);
  });

  it.each([undefined, []])('needs a scope: %j', async (scopes) => {
    const api = await fakeApi();
    const wanted = { code: 'scope_invalid', message: expect.stringContaining('{ read: { runs: ["run_1234"] } }') };
    await expect(minted(connectTo(api, 'additional:full'), { scopes })).rejects.toMatchObject(wanted);
    expect(api.requests).toEqual([]);
  });

  it('is told which scopes go beyond its own', async () => {
    const api = await fakeApi();
    const scopes = ['read:runs:run_1', 'trigger:tasks:a', 'write:sessions:b:c'];
    await expect(minted(connectTo(api, 'additional:readRuns'), { scopes })).rejects.toMatchObject({
      code: 'scopes_exceed_key_access',
      status: 403,
      message: expect.stringMatching(/: trigger:tasks:a, write:sessions:b:c\.$/),
    });
  });

  it.each([
    [404, { error: 'Not found' }, 'server_too_old', /upgrade it, or mint with the root secret key/],
    [404, '<html>', 'server_too_old', /upgrade it/],
    [401, { error: 'Invalid API key' }, 'unauthorized', /does not accept this key/],
    [400, { error: 'Expiration time must be in the future' }, 'input_invalid', /must be in the future/],
    [200, { token: 'not a token' }, 'invalid_response', /at token/],
    [200, {}, 'invalid_response', /at token/],
  ] as const)('learns from %d %j: %s', async (status, body, code, message) => {
    const api = await fakeApi();
    api.fail({ status, body });
    await expect(minted(connectTo(api, 'additional:full'))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(seen(api)).toHaveLength(1);
  });
});

describe('what is no secret key', () => {
  it('cannot mint, and asks nothing', async () => {
    const api = await fakeApi();
    const sign = (scopes: string[]) => signPublicToken(api.project, api.project.environment('prod'), { scopes });
    const at = { baseUrl: api.url };
    const pat = connectTo(api, 'pat:alice', { projectRef: api.project.ref, environment: 'prod' });
    const publicToken = connectionFromToken(await sign(['read:runs']), 'publicAccessToken', at, loose);
    const triggerToken = connectionFromToken(await sign(['trigger:tasks:a']), 'triggerToken', at, loose);
    for (const connection of [pat, publicToken, triggerToken]) {
      const wanted = { code: 'cannot_mint', message: expect.stringContaining('use the secret key of the environment') };
      await expect(minted(connection)).rejects.toMatchObject(wanted);
      // Whatever else is wrong.
      await expect(minted(connection, { scopes: [], expirationTime: 'x' })).rejects.toMatchObject(wanted);
    }
    expect(api.requests).toEqual([]);
  });
});
