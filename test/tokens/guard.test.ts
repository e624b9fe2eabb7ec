import { describe, expect, it } from 'vitest';
import { type EndpointName, endpoints } from '../../src/api/index.js';
import { connectionFromToken } from '../../src/connection/index.js';
import { ConnectorError } from '../../src/errors/index.js';
import { guardToken } from '../../src/tokens/index.js';
import { clientOf, connectTo, fakeApi } from '../client/fake.js';
import { signPublicToken } from '../fake-api/index.js';
import { connectionOf, seconds, shaped, signed } from './token.js';

const now = Date.now();

/** The code of the refusal, or undefined. */
function refusal(name: EndpointName, scopes: readonly string[], input: unknown, exp: unknown = seconds() + 60) {
  const token = shaped({ alg: 'HS256' }, { pub: true, scopes, exp });
  try {
    guardToken(connectionFromToken(token, 'publicAccessToken', {}, {}), endpoints[name], input, now);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(ConnectorError);
    return (error as ConnectorError).code;
  }
}

const run = { runId: 'run_1' };
const chat = { session: 'chat-42' };
const friendly = { session: 'session_1' };

/** Endpoint, input, scopes that cover it, scopes that do not. */
const rows: readonly (readonly [EndpointName, object, readonly string[], readonly string[]])[] = [
  [
    'runs.retrieve',
    run,
    [
      'read:runs:run_1',
      'read:runs',
      // The server takes a blank id for none.
      'read:runs:',
      'read:tasks',
      'read:tasks:any',
      'read:tags:a:b',
      'read:batch:batch_1',
      'read:all',
      '*:runs',
      '*:all',
      'admin',
      'read:all:x',
    ],
    [
      'read:runs:run_2',
      'write:runs:run_1',
      'read',
      '*',
      'read:',
      'admin:runs',
      'trigger:tasks',
      'READ:runs',
      'read:sessions:run_1',
      'read:runs:run_1 ',
      '',
    ],
  ],
  [
    'runs.list',
    {},
    ['read:runs', 'read:tasks', 'read:all', 'admin'],
    ['read:runs:run_1', 'read:tasks:a', 'read:tags', 'read:tags:a', 'read:batch', 'write:runs'],
  ],
  [
    'runs.list',
    { taskIdentifier: 'a:b' },
    ['read:tasks:a:b', 'read:runs', 'read:tasks'],
    ['read:tasks:a', 'read:tasks:b', 'read:runs:a:b'],
  ],
  ['runs.list', { taskIdentifier: ['a', 'b'] }, ['read:tasks:a', 'read:tasks:b'], ['read:tasks:c', 'read:tags:a']],
  ['runs.list', { tag: 'a' }, ['read:runs'], ['read:tags:a', 'read:tags']],
  [
    'runs.cancel',
    run,
    ['write:runs', 'write:runs:run_1', 'write:tasks:any', 'write:all'],
    ['read:runs:run_1', 'write:runs:run_2', 'write:tags:a', 'write:batch:a'],
  ],
  [
    'tasks.trigger',
    { taskId: 'a' },
    ['trigger:tasks', 'trigger:tasks:a', 'write:tasks', 'write:tasks:a'],
    ['trigger:tasks:b', 'batchTrigger:tasks:a', 'read:tasks:a', 'write:runs'],
  ],
  [
    'batch.trigger',
    { items: [{ taskId: 'a' }] },
    ['batchTrigger:tasks', 'batchTrigger:tasks:a', 'batchTrigger:batch'],
    ['trigger:tasks:a', 'read:batch', 'write:runs'],
  ],
  [
    'batch.retrieve',
    { batchId: 'batch_1' },
    ['read:batch', 'read:batch:batch_1', 'read:runs'],
    ['read:batch:batch_2', 'read:runs:run_1', 'write:batch:batch_1'],
  ],
  [
    'sessions.retrieve',
    chat,
    ['read:sessions', 'read:sessions:chat-42', 'read:sessions:session_1'],
    ['read:sessions:chat-43', 'write:sessions:chat-42', 'read:runs'],
  ],
  [
    'sessions.retrieve',
    friendly,
    ['read:sessions:session_1', 'read:sessions:chat-42'],
    ['read:sessions:session_2', 'write:sessions'],
  ],
  ['sessions.list', {}, ['read:sessions', 'read:tasks'], ['read:sessions:a', 'read:tasks:a']],
  ['sessions.list', { taskIdentifier: 'a' }, ['read:tasks:a'], ['read:tasks:b', 'read:sessions:a']],
  // An id does not create: the server goes by the kind alone.
  [
    'sessions.start',
    { taskIdentifier: 'a', externalId: 'chat-42' },
    ['write:sessions', 'write:tasks', 'write:tasks:a'],
    ['write:sessions:chat-42', 'write:tasks:b', 'trigger:tasks:a'],
  ],
  [
    'sessions.append',
    { ...chat, channel: 'in' },
    ['write:sessions', 'write:sessions:chat-42', 'write:sessions:session_1'],
    ['read:sessions:chat-42', 'write:sessions:other'],
  ],
  [
    'sessions.records',
    { ...chat, channel: 'out' },
    ['read:sessions', 'read:sessions:chat-42'],
    ['write:sessions:chat-42', 'read:sessions:other'],
  ],
  [
    'sessions.subscribe',
    { ...friendly, channel: 'in' },
    ['read:sessions:session_1', 'read:sessions:chat-42'],
    ['write:sessions', 'read:sessions:session_10'],
  ],
  ['runs.subscribeToRun', run, ['read:runs:run_1', 'read:tags:a', 'read:batch'], ['read:runs:run_2', 'write:runs']],
  [
    'runs.subscribeToRunsWithTag',
    { tags: ['a', 'b:c'] },
    ['read:tags:a', 'read:tags:b:c', 'read:tags', 'read:runs'],
    ['read:tags:b', 'read:runs:run_1', 'read:tasks:a'],
  ],
  [
    'runs.subscribeToBatch',
    { batchId: 'batch_1' },
    ['read:batch:batch_1', 'read:runs'],
    ['read:batch:batch_2', 'read:tags:a'],
  ],
];

describe.each(rows)('the guard at %s %j', (name, input, covered, missing) => {
  it.each(covered)('lets %j pass', (scope) => {
    expect(refusal(name, [scope], input)).toBeUndefined();
    expect(refusal(name, ['write:waitpoints:w', ...missing, scope], input)).toBeUndefined();
  });

  it.each(missing)('refuses %j', (scope) => {
    expect(refusal(name, [scope], input)).toBe('scope_missing');
  });

  it('refuses all of them together, and none at all', () => {
    expect(refusal(name, missing, input)).toBe('scope_missing');
    expect(refusal(name, [], input)).toBe('scope_missing');
    expect(refusal(name, covered, input, seconds() - 1)).toBe('token_expired');
  });
});

describe('the guard', () => {
  it.each([
    [now / 1000 - 1, 'token_expired'],
    [Math.floor(now / 1000), 'token_expired'],
    [0, 'token_expired'],
    [-1, 'token_expired'],
    // Times for which there is no date.
    [-9e15, 'token_expired'],
    [-1e300, 'token_expired'],
    [Math.floor(now / 1000) + 1, undefined],
    [1e300, undefined],
    ['soon', undefined],
    [null, undefined],
  ])('of a token that expires at %j says %s', (exp, code) => {
    expect(refusal('runs.retrieve', ['read:runs'], run, exp)).toBe(code);
  });

  it('names scopes that would do, and no scope of the token', async () => {
    const token = await signed({ scopes: ['read:tags:private-tag'] });
    const call = () => guardToken(connectionOf(token), endpoints['sessions.retrieve'], chat, now);
    expect(call).toThrow(
      /^sessions\.retrieve: the token has no scope for it\. Mint one with read:sessions or read:sessions:<session>\. Nothing/,
    );
    expect(call).toThrow(expect.objectContaining({ message: expect.not.stringContaining('private-tag') }));
  });

  it('has nothing to say of keys', async () => {
    const api = await fakeApi();
    expect(guardToken(connectTo(api, 'additional:readRuns'), endpoints['tasks.trigger'], {}, now)).toBeUndefined();
  });

  it.each([undefined, null, 7, 'text', []])('takes %j for an input that names nothing', (input) => {
    expect(refusal('runs.retrieve', ['read:runs'], input)).toBeUndefined();
    expect(refusal('runs.retrieve', ['read:runs:run_1'], input)).toBe('scope_missing');
  });
});

describe('a token as credential', () => {
  it('is refused without a request: expired, without the scope, beyond the boundaries of sessions', async () => {
    const api = await fakeApi();
    const sign = (scopes: string[], expiresInSeconds = 60) =>
      signPublicToken(api.project, api.project.environment('prod'), { scopes, expiresInSeconds });
    const as = async (scopes: string[], expiresInSeconds?: number) =>
      clientOf(connectionOf(await sign(scopes, expiresInSeconds), api.url));
    const own = await as(['read:sessions:chat-42', 'write:sessions:chat-42']);
    const old = await as(['read:runs'], -1000 * 86_400);
    const calls: readonly (readonly [string, () => unknown])[] = [
      ['token_expired', () => old.runs.retrieve('run_1')],
      ['token_expired', () => old.runs.list()],
      ['scope_missing', () => own.runs.retrieve('run_1')],
      ['scope_missing', () => own.sessions.retrieve('chat-43')],
      ['scope_missing', () => own.sessions.list()],
      ['endpoint_not_allowed', () => own.sessions.update('chat-42', { tags: ['a'] })],
      ['endpoint_not_allowed', () => own.sessions.close('chat-42')],
      ['endpoint_not_allowed', () => own.sessions.open('chat-42').out.append('text')],
      ['endpoint_not_allowed', () => own.tasks.trigger('hello-task')],
      [
        'scope_missing',
        () =>
          own.sessions.start({
            type: 'chat',
            taskIdentifier: 'a',
            externalId: 'chat-42',
            triggerConfig: { basePayload: {} },
          }),
      ],
    ];
    for (const [code, call] of calls) {
      await expect((async () => call())(), `${call}`).rejects.toMatchObject({ code });
    }
    expect(api.requests).toEqual([]);
  });

  it('reaches its session by both names', async () => {
    const api = await fakeApi();
    const admin = clientOf(connectTo(api, 'root:prod'));
    const start = {
      type: 'chat',
      taskIdentifier: 'hello-task',
      externalId: 'chat-42',
      triggerConfig: { basePayload: {} },
    };
    const { id, publicAccessToken } = await admin.sessions.start(start);
    const { sessions } = clientOf(connectionOf(publicAccessToken, api.url));
    for (const name of [id, 'chat-42']) {
      await expect(sessions.retrieve(name)).resolves.toMatchObject({ id });
      await sessions.open(name).in.append({ text: name });
    }
    await expect(sessions.retrieve('session_other')).rejects.toMatchObject({ code: 'not_found' });
  });
});
