import { decodeJwt } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import type { TokenScopes } from '../../src/api/index.js';
import { auth, batch, configure, runs, tasks } from '../../src/client/index.js';
import { TriggerClient } from '../../src/client/trigger-client.js';
import { type FakeApi, signPublicToken } from '../fake-api/index.js';
import { withoutVariables } from './environment.js';
import { all, fakeApi, seen } from './fake.js';

withoutVariables();

const task = 'hello-task';
const secretKey = (api: FakeApi) => ({ secretKey: api.project.keys['root:prod'], baseURL: api.url });
const holder = (api: FakeApi, accessToken: string) => new TriggerClient({ accessToken, baseURL: api.url });
const claims = (token: string) => {
  const { exp = 0, iat = 0, iss: _, aud: __, sub: ___, pub: ____, ...rest } = decodeJwt(token);
  return { ...rest, seconds: exp - iat };
};

/** What the process is warned of while this runs. */
async function warnings(run: () => Promise<unknown>): Promise<string[]> {
  const emitted = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  try {
    await run();
    return emitted.mock.calls.map(([message]) => String(message));
  } finally {
    emitted.mockRestore();
  }
}

describe('a warning comes once a process', () => {
  it.each<[string, RegExp, (api: FakeApi) => Promise<unknown>]>([
    [
      'without scopes',
      /without scopes may do nothing/,
      (api) => new TriggerClient(secretKey(api)).auth.createPublicToken(),
    ],
    [
      'for all runs, with the narrower spelling',
      /reads every run.*\{ read: \{ runs: \["run_1234"\] \} \}/,
      (api) => new TriggerClient(secretKey(api)).auth.createPublicToken({ scopes: { read: { runs: true } } }),
    ],
    [
      'for starting runs with a token that is not for a single use',
      /can start runs.*createTriggerPublicToken/,
      (api) => new TriggerClient(secretKey(api)).auth.createPublicToken({ scopes: { trigger: { tasks: 'a' } } }),
    ],
    [
      'for multiple use',
      /can be used by everyone who sees it/,
      (api) => new TriggerClient(secretKey(api)).auth.createTriggerPublicToken(task, { multipleUse: true }),
    ],
  ])('%s', async (_, message, mint) => {
    const [api, other] = [await fakeApi(), await fakeApi()];
    expect(await warnings(() => mint(api))).toEqual([expect.stringMatching(message)]);
    expect(await warnings(async () => [await mint(api), await mint(other)])).toEqual([]);
  });

  it.each<[string, TokenScopes]>([
    ['no action', {}],
    ['no kind of thing', { read: {} }],
  ])('also where the scopes name %s', async (_, scopes) => {
    const api = await fakeApi();
    vi.resetModules();
    const { TriggerClient: Fresh } = await import('../../src/client/trigger-client.js');
    expect(await warnings(() => new Fresh(secretKey(api)).auth.createPublicToken({ scopes }))).toEqual([
      expect.stringMatching(/may do nothing/),
    ]);
  });

  it('not for what is narrow', async () => {
    const api = await fakeApi();
    vi.resetModules();
    const { TriggerClient: Fresh } = await import('../../src/client/trigger-client.js');
    const { auth: mints } = new Fresh(secretKey(api));
    const narrow = [
      () => mints.createPublicToken({ scopes: { read: { runs: 'run_1' } } }),
      () => mints.createTriggerPublicToken(task),
      () => mints.createBatchTriggerPublicToken([task], { multipleUse: false }),
    ];
    for (const mint of narrow) {
      expect(await warnings(mint)).toEqual([]);
    }
  });
});

describe('minted tokens', () => {
  it.each<[string, (mints: typeof auth) => Promise<string>, object]>([
    ['nothing', (mints) => mints.createPublicToken(), { seconds: 900 }],
    [
      'a run',
      (mints) => mints.createPublicToken({ scopes: { read: { runs: ['run_1'] } } }),
      { scopes: ['read:runs:run_1'], seconds: 900 },
    ],
    [
      'a session',
      (mints) => mints.createPublicToken({ scopes: { read: { sessions: 'a' }, write: { sessions: 'a' } } }),
      { scopes: ['read:sessions:a', 'write:sessions:a'], seconds: 3600 },
    ],
    [
      'a session, in its own time',
      (mints) => mints.createPublicToken({ scopes: { read: { sessions: 'a' } }, expirationTime: '24hr' }),
      { scopes: ['read:sessions:a'], seconds: 86_400 },
    ],
    [
      'columns left out',
      (mints) => mints.createPublicToken({ scopes: { read: { tags: 't' } }, realtime: { skipColumns: ['payload'] } }),
      { scopes: ['read:tags:t'], realtime: { skipColumns: ['payload'] }, seconds: 900 },
    ],
    [
      'a task',
      (mints) => mints.createTriggerPublicToken(task),
      { scopes: [`trigger:tasks:${task}`], otu: true, seconds: 900 },
    ],
    [
      'two tasks',
      (mints) => mints.createTriggerPublicToken(['a', 'b:c'], { expirationTime: '24hr' }),
      { scopes: ['trigger:tasks:a', 'trigger:tasks:b:c'], otu: true, seconds: 86_400 },
    ],
    [
      'a task, many times',
      (mints) => mints.createTriggerPublicToken(task, { multipleUse: true }),
      { scopes: [`trigger:tasks:${task}`], otu: false, seconds: 900 },
    ],
    [
      'a task, by text that says no',
      (mints) => mints.createTriggerPublicToken(task, { multipleUse: 'false' as never }),
      { scopes: [`trigger:tasks:${task}`], otu: true, seconds: 900 },
    ],
    [
      'batches',
      (mints) => mints.createBatchTriggerPublicToken(task),
      { scopes: [`batchTrigger:tasks:${task}`], otu: true, seconds: 900 },
    ],
  ])('for %s', async (_, mint, expected) => {
    const api = await fakeApi();
    await warnings(async () => {
      expect(claims(await auth.withAuth(secretKey(api), () => mint(auth)))).toEqual(expected);
    });
  });

  it.each([[], '', ' ', ['a', ''], [7], true, undefined])('for no task %j are refused', async (tasksOf) => {
    const api = await fakeApi();
    const { auth: mints } = new TriggerClient(secretKey(api));
    for (const mint of [mints.createTriggerPublicToken, mints.createBatchTriggerPublicToken]) {
      await expect(mint(tasksOf as string)).rejects.toMatchObject({ code: 'scope_invalid' });
    }
    expect(api.requests).toEqual([]);
  });

  it('grant what they say, and nothing else', async () => {
    const api = await fakeApi();
    const { auth: mints } = new TriggerClient(secretKey(api));
    const [one, other] = api.project.runsOf('prod');
    const reader = holder(api, await mints.createPublicToken({ scopes: { read: { runs: one?.id ?? '' } } }));
    await expect(reader.runs.retrieve(one?.id ?? '')).resolves.toMatchObject({ id: one?.id });
    await expect(reader.runs.retrieve(other?.id ?? '')).rejects.toMatchObject({ code: 'scope_missing' });
    const lister = holder(api, await mints.createPublicToken({ scopes: { read: { tasks: [task] } } }));
    const listed = await all(lister.runs.list({ taskIdentifier: task }));
    expect(new Set(listed.map(({ taskIdentifier }) => taskIdentifier))).toEqual(new Set([task]));
    await expect(lister.runs.list({ taskIdentifier: 'other' })).rejects.toMatchObject({ code: 'scope_missing' });
    const trigger = holder(api, await mints.createTriggerPublicToken(task));
    await expect(trigger.tasks.trigger('other')).rejects.toMatchObject({ code: 'scope_missing' });
    await expect(trigger.runs.list()).rejects.toMatchObject({ code: 'endpoint_not_allowed' });
    await expect(trigger.tasks.trigger(task)).resolves.toMatchObject({ id: expect.stringMatching(/^run_/) });
    await expect(trigger.tasks.trigger(task)).rejects.toMatchObject({ code: 'token_used', status: 422 });
    const starter = holder(api, await mints.createBatchTriggerPublicToken(task));
    await expect(starter.tasks.trigger(task)).rejects.toMatchObject({ code: 'scope_missing' });
    await expect(starter.tasks.batchTrigger(task, [{}, {}])).resolves.toMatchObject({ runCount: 2 });
    await expect(starter.tasks.batchTrigger(task, [{}])).rejects.toMatchObject({ code: 'token_used', status: 422 });
  });
});

describe('the global functions', () => {
  it('run what they are given with the token, and give its result', async () => {
    const api = await fakeApi();
    configure(secretKey(api));
    const [run] = api.project.runsOf('prod');
    const read = { scopes: { read: { runs: run?.id ?? '' } } };
    await expect(auth.withPublicToken(read, () => runs.retrieve(run?.id ?? ''))).resolves.toMatchObject({
      id: run?.id,
    });
    await expect(auth.withPublicToken(read, () => runs.cancel(run?.id ?? ''))).rejects.toMatchObject({
      code: 'scope_missing',
    });
    await expect(auth.withTriggerPublicToken(task, {}, () => tasks.trigger(task))).resolves.toMatchObject({
      id: expect.any(String),
    });
    await expect(
      auth.withBatchTriggerPublicToken(task, {}, () => batch.trigger([{ id: task }])),
    ).resolves.toMatchObject({ runCount: 1 });
    await expect(auth.withTriggerPublicToken(task, {}, () => auth.createPublicToken())).rejects.toMatchObject({
      code: 'cannot_mint',
    });
    const who = seen(api).map((line) =>
      line.replace(/ (\w+) .*\/([^/]+)$/, ' $1 …/$2').replace(/(?:run|batch)_\w+/, '…'),
    );
    expect(who).toEqual([
      'root:prod POST …/claims',
      'jwt GET …/…',
      'jwt POST …/trigger',
      'jwt POST …/batches',
      'jwt POST …/items',
    ]);
    // What came before is what counts again.
    await expect(runs.retrieve(run?.id ?? '')).resolves.toMatchObject({ id: run?.id });
    expect(seen(api).at(-1)).toMatch(/^root:prod GET/);
    configure({});
  });

  it('know the kind of a token, whichever name it comes under', async () => {
    const api = await fakeApi();
    const sign = (scopes: string[]) => signPublicToken(api.project, api.project.environment('prod'), { scopes });
    const kinds: readonly (readonly [string[], string, string])[] = [
      [['read:runs'], 'answered', 'endpoint_not_allowed'],
      [['trigger:tasks', 'batchTrigger:tasks'], 'endpoint_not_allowed', 'answered'],
    ];
    const outcome = (call: Promise<unknown>) =>
      call.then(
        () => 'answered',
        ({ code }: { code: string }) => code,
      );
    for (const [scopes, list, trigger] of kinds) {
      const token = await sign(scopes);
      for (const client of [
        holder(api, token),
        holder(api, ` ${token}\n`),
        new TriggerClient({ secretKey: token, baseURL: api.url }),
      ]) {
        expect([await outcome(client.runs.list()), await outcome(client.tasks.trigger(task))]).toEqual([list, trigger]);
      }
    }
  });
});

it('takes a token of many scopes that it minted itself', async () => {
  const api = await fakeApi();
  const runs = Array.from({ length: 300 }, (_, place) => `run_${'x'.repeat(24)}${place}`);
  const publicAccessToken = await new TriggerClient(secretKey(api)).auth.createPublicToken({
    scopes: { read: { runs } },
  });
  expect(publicAccessToken.length).toBeGreaterThan(8_000);
  expect(() => new TriggerClient({ publicAccessToken })).not.toThrow();
});
