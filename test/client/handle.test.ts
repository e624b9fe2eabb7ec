import { decodeJwt } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import { type Api, createApi } from '../../src/client/api/index.js';
import { callerFor, undiciTransport } from '../../src/client/index.js';
import { realSurroundings } from '../../src/client/send.js';
import { TriggerClient } from '../../src/client/trigger-client.js';
import { verifyToken } from '../../src/tokens/index.js';
import { type FakeApi, type KeyName, rateLimitFault } from '../fake-api/index.js';
import { withoutVariables } from './environment.js';
import { clientOf, connectTo, fakeApi, seen } from './fake.js';

withoutVariables();

type TokenOptions = { publicTokenOptions?: { expirationTime?: string | number | Date } };

interface Way {
  readonly name: string;
  /** How many requests it takes without a token. */
  readonly requests: number;
  readonly trigger: (api: Api, options?: TokenOptions) => Promise<object & { readonly publicAccessToken?: string }>;
  readonly scope: (handle: object) => string;
}

const runScope = (handle: object) => `read:runs:${(handle as { id: string }).id}`;
const batchScope = (handle: object) => `read:batch:${(handle as { batchId: string }).batchId}`;

const ways: readonly Way[] = [
  {
    name: 'tasks.trigger',
    requests: 1,
    trigger: ({ tasks }, options) => tasks.trigger('hello-task', {}, options),
    scope: runScope,
  },
  {
    name: 'tasks.batchTrigger',
    requests: 2,
    trigger: ({ tasks }, options) => tasks.batchTrigger('hello-task', [{}, {}], options),
    scope: batchScope,
  },
  {
    name: 'batch.trigger',
    requests: 2,
    trigger: ({ batch }, options) => batch.trigger([{ id: 'hello-task' }], options),
    scope: batchScope,
  },
];

const keyed = (api: FakeApi, key: KeyName) => clientOf(connectTo(api, key));
const tokenOf = (handle: { readonly publicAccessToken?: string }) => handle.publicAccessToken ?? '';
const lifetime = (token: string) => (decodeJwt(token).exp ?? 0) - (decodeJwt(token).iat ?? 0);

describe.each(ways)('the handle of $name', ({ requests, scope, trigger }) => {
  it('has a token that reads it for 15 minutes, at no request', async () => {
    const api = await fakeApi();
    const handle = await trigger(keyed(api, 'root:prod'));
    const before = Date.now();
    const token = tokenOf(handle);
    expect(api.requests).toHaveLength(requests);
    expect(decodeJwt(token)).toEqual({
      sub: api.project.environment('prod').id,
      pub: true,
      scopes: [scope(handle)],
      iss: 'https://id.trigger.dev',
      aud: 'https://api.trigger.dev',
      iat: expect.any(Number),
      exp: expect.any(Number),
    });
    expect(lifetime(token)).toBe(900);
    expect(Math.abs((decodeJwt(token).iat ?? 0) - before / 1000)).toBeLessThan(10);
    await expect(verifyToken(token, api.project.keys['root:prod'])).resolves.toMatchObject({ singleUse: false });
  });

  it('has the token that was asked for', async () => {
    const api = await fakeApi();
    const handle = await trigger(keyed(api, 'root:prod'), { publicTokenOptions: { expirationTime: '2h' } });
    expect(lifetime(tokenOf(handle))).toBe(7200);
    expect(api.requests).toHaveLength(requests);
  });

  it('passes on the token of the server with an additional key', async () => {
    const api = await fakeApi();
    const handle = await trigger(keyed(api, 'additional:full'), { publicTokenOptions: {} });
    expect(api.requests).toHaveLength(requests);
    expect(lifetime(tokenOf(handle))).toBe(3600);
    expect(decodeJwt(tokenOf(handle))['scopes']).toContain(scope(handle));
  });

  it('costs one more request with an additional key and a time', async () => {
    const api = await fakeApi();
    const handle = await trigger(keyed(api, 'additional:full'), { publicTokenOptions: { expirationTime: '5m' } });
    expect(seen(api).slice(requests)).toEqual(['additional:full POST /api/v1/auth/public-tokens']);
    // A second may pass between the two clocks.
    expect([299, 300]).toContain(lifetime(tokenOf(handle)));
    expect(decodeJwt(tokenOf(handle))['scopes']).toEqual([scope(handle)]);
    expect(tokenOf(handle)).toBe(tokenOf(handle));
    expect(api.requests).toHaveLength(requests + 1);
  });

  it.each(['-1h', '1 hour ago', '31d', 'soon', 0, Date.now(), new Date(0), null])(
    'sends nothing for %j',
    async (time) => {
      for (const key of ['root:prod', 'additional:full'] as const) {
        const api = await fakeApi();
        const options = { publicTokenOptions: { expirationTime: time as string } };
        await expect(trigger(keyed(api, key), options)).rejects.toMatchObject({ code: 'expiration_invalid' });
        expect(api.requests).toEqual([]);
      }
    },
  );

  it('does not fail for its token once something was triggered', async () => {
    const api = await fakeApi();
    const start = Math.floor(Date.now() / 1000);
    let clock = start * 1000;
    // The answer comes when the time that was asked for has passed.
    const late = createApi(() =>
      callerFor(
        connectTo(api, 'root:prod'),
        {
          send: async (...args) => {
            const answer = await undiciTransport.send(...args);
            clock += 60_000;
            return answer;
          },
        },
        { ...realSurroundings, now: () => clock },
      ),
    );
    const handle = await trigger(late, { publicTokenOptions: { expirationTime: start + 10 } });
    expect(() => handle.publicAccessToken).toThrow(expect.objectContaining({ code: 'expiration_invalid' }));
    expect(scope(handle)).toMatch(/^read:(?:runs:run|batch:batch)_/);
  });
});

describe('the token of a handle', () => {
  it('is signed when it is first read, and once', async () => {
    const api = await fakeApi();
    const signNow = vi.fn(() => 'a.signed.token');
    const connection = connectTo(api, 'root:prod');
    const call = callerFor(connection, undiciTransport);
    const { tasks } = createApi(() => Object.assign(call, { signer: { signNow, mint: vi.fn() } }));
    const handle = await tasks.trigger('hello-task');
    expect(Object.keys(handle)).toContain('publicAccessToken');
    expect(signNow).not.toHaveBeenCalled();
    expect([handle.publicAccessToken, { ...handle }.publicAccessToken]).toEqual(['a.signed.token', 'a.signed.token']);
    expect(JSON.parse(JSON.stringify(handle))).toMatchObject({ id: handle.id, publicAccessToken: 'a.signed.token' });
    expect(signNow).toHaveBeenCalledTimes(1);
  });

  it.each([undefined, 'x', '[]', '{"sub":"a b","pub":true}', '{"sub":"env_1","pub":1}'])(
    'is what the server gave where its claims are %j',
    async (claims) => {
      const api = await fakeApi();
      api.fail({
        status: 200,
        body: { id: 'run_1', isCached: false },
        headers: { 'x-trigger-jwt': 'a.b.c', ...(claims !== undefined && { 'x-trigger-jwt-claims': claims }) },
      });
      expect(tokenOf(await keyed(api, 'root:prod').tasks.trigger('hello-task'))).toBe('a.b.c');
    },
  );

  it('is absent where the server gives none', async () => {
    const api = await fakeApi();
    api.fail({ status: 200, body: { id: 'run_1', isCached: false } });
    expect(await keyed(api, 'root:prod').tasks.trigger('hello-task')).toEqual({ id: 'run_1', isCached: false });
  });

  it('takes no claims of the server but environment and kind', async () => {
    const api = await fakeApi();
    const claims = { sub: 'env_1', pub: true, scopes: ['admin'], exp: 9e9, otu: true, realtime: {} };
    api.fail({
      status: 200,
      body: { id: 'run_1', isCached: false },
      headers: { 'x-trigger-jwt-claims': JSON.stringify(claims) },
    });
    const { exp, iat, iss, aud, ...rest } = decodeJwt(
      tokenOf(await keyed(api, 'root:prod').tasks.trigger('hello-task')),
    );
    expect(rest).toEqual({ sub: 'env_1', pub: true, scopes: ['read:runs:run_1'] });
    expect([iss, aud, (exp ?? 0) - (iat ?? 0)]).toEqual(['https://id.trigger.dev', 'https://api.trigger.dev', 900]);
  });

  it.each([
    ['goes beyond the key', 'additional:triggerTasks', undefined],
    ['is refused for now', 'additional:full', rateLimitFault(Date.now() + 60_000)],
  ] as const)(
    'that %s does not cost the handle: what was triggered must not be triggered again',
    async (_, key, fault) => {
      const api = await fakeApi();
      if (fault !== undefined) {
        api.fail({ ...fault, times: 9, match: ({ path }) => path.endsWith('/public-tokens') });
      }
      const handle = await keyed(api, key).tasks.trigger(
        'hello-task',
        {},
        { publicTokenOptions: { expirationTime: '5m' } },
      );
      expect(handle.id).toMatch(/^run_/);
      expect(JSON.stringify(handle)).toContain(handle.id);
      expect(() => handle.publicAccessToken).toThrow(expect.objectContaining({ endpoint: 'tokens.create' }));
    },
  );

  it('reads what was triggered, and nothing else', async () => {
    const api = await fakeApi();
    const { batch, tasks } = keyed(api, 'root:prod');
    const [one, other] = [await tasks.trigger('hello-task'), await tasks.trigger('hello-task')];
    const as = (handle: { readonly publicAccessToken?: string }) =>
      new TriggerClient({ publicAccessToken: tokenOf(handle), baseURL: api.url });
    await expect(as(one).runs.retrieve(one.id)).resolves.toMatchObject({ id: one.id });
    await expect(as(one).runs.retrieve(other.id)).rejects.toMatchObject({ code: 'scope_missing' });
    await expect(as(one).runs.cancel(one.id)).rejects.toMatchObject({ code: 'scope_missing' });
    await expect(as(one).runs.list()).rejects.toMatchObject({ code: 'scope_missing' });
    const [some, more] = [await batch.trigger([{ id: 'hello-task' }]), await batch.trigger([{ id: 'hello-task' }])];
    await expect(as(some).batch.retrieve(some.batchId)).resolves.toMatchObject({ id: some.batchId, runCount: 1 });
    await expect(as(some).batch.retrieve(more.batchId)).rejects.toMatchObject({ code: 'scope_missing' });
  });
});
