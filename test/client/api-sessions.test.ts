import { afterAll, describe, expect, it } from 'vitest';
import type { Api } from '../../src/client/api/index.js';
import { closeConnections } from '../../src/client/index.js';
import type { KeyName } from '../fake-api/index.js';
import { connectionTo, failureOf } from './connections.js';
import { all, clientOf, connectTo, fakeApi, ids, queryOf, seen } from './fake.js';
import { httpServer } from './loopback.js';

afterAll(closeConnections);

type Sessions = Api['sessions'];

async function world(key: KeyName = 'root:prod', fields: Record<string, string> = {}) {
  const api = await fakeApi({ runs: 30 });
  return { api, ...clientOf(connectTo(api, key, fields)) };
}

const chat = { type: 'chat.agent', taskIdentifier: 'chat-agent', triggerConfig: { basePayload: { n: 1 } } };

describe('a session', () => {
  it('is started, found again, changed and closed', async () => {
    const { api, sessions } = await world();
    const expiresAt = new Date(api.project.now() + 3_600_000);
    const params = { ...chat, externalId: 'chat-42', tags: ['a'], metadata: { plan: 'pro' }, expiresAt };
    const started = await sessions.start(params);
    expect(started).toMatchObject({
      externalId: 'chat-42',
      isCached: false,
      tags: ['a'],
      expiresAt: expiresAt.toISOString(),
    });
    expect(api.project.run(started.runId)).toMatchObject({ taskIdentifier: 'chat-agent', payload: { n: 1 } });
    expect(started.publicAccessToken).toMatch(/^eyJ/);
    const again = await sessions.start(params);
    expect(again).toMatchObject({ id: started.id, isCached: true });
    for (const key of ['chat-42', started.id]) {
      expect(await sessions.retrieve(key)).toMatchObject({ id: started.id, externalId: 'chat-42' });
    }
    expect(await sessions.update('chat-42', { tags: ['b'], metadata: null })).toMatchObject({
      tags: ['b'],
      metadata: null,
    });
    const closed = await sessions.close('chat-42', { reason: 'user left' });
    expect(closed.closedReason).toBe('user left');
    expect((await sessions.close(started.id)).closedAt).toBe(closed.closedAt);
    await failureOf(sessions.start(params, { retry: { maxAttempts: 1 } }), 'conflict');
    expect(seen(api).map((line) => line.replace(started.id, 'ID'))).toEqual([
      ...Array(2).fill('root:prod POST /api/v1/sessions'),
      'root:prod GET /api/v1/sessions/chat-42',
      'root:prod GET /api/v1/sessions/ID',
      'root:prod PATCH /api/v1/sessions/chat-42',
      'root:prod POST /api/v1/sessions/chat-42/close',
      'root:prod POST /api/v1/sessions/ID/close',
      'root:prod POST /api/v1/sessions',
    ]);
  });

  it('is started once more only when its id makes that harmless', async () => {
    const { api, sessions } = await world();
    api.fail({ drop: 'after' });
    await failureOf(sessions.start(chat), 'network');
    api.fail({ drop: 'after' });
    expect((await sessions.start({ ...chat, externalId: 'chat-42' })).isCached).toBe(true);
    expect(api.requests).toHaveLength(3);
  });
});

describe('the list of sessions', () => {
  it('is filtered as the server does, and not cut to a week', async () => {
    const { api, sessions } = await world();
    for (const [n, tag] of ['a', 'b', 'a'].entries()) {
      await sessions.start({ ...chat, externalId: `chat-${n}`, tags: [tag] });
    }
    await sessions.close('chat-0');
    const names = async (params?: Parameters<Sessions['list']>[0]) =>
      (await all(sessions.list(params))).map(({ externalId }) => externalId);
    expect(await names()).toEqual(['chat-2', 'chat-1', 'chat-0']);
    expect(queryOf(api)).toEqual({ 'filter[createdAt][from]': '1' });
    expect(await names({ tag: 'a' })).toEqual(['chat-2', 'chat-0']);
    expect(queryOf(api)['filter[tags]']).toBe('a');
    expect(await names({ status: 'CLOSED', type: 'chat.agent', taskIdentifier: 'chat-agent' })).toEqual(['chat-0']);
    expect(await names({ externalId: 'chat-1' })).toEqual(['chat-1']);
    expect(await names({ from: new Date(0), to: new Date(api.project.now() - 3_600_000) })).toEqual([]);
    expect(queryOf(api)['filter[createdAt][from]']).toBe('1');
    expect(await names({ period: '1d', limit: 50 })).toHaveLength(3);
    expect(queryOf(api)).toEqual({ 'filter[createdAt][period]': '1d', 'page[size]': '50' });
  });

  it('goes through all pages, empty ones too', async () => {
    const time = '2026-11-20T09:00:00.000Z';
    const session = (id: string) => ({
      id,
      type: 'chat',
      taskIdentifier: 'a',
      tags: [],
      createdAt: time,
      updatedAt: time,
    });
    const pages: Record<string, object> = {
      '': { data: [session('session_1')], pagination: { next: 'b' } },
      b: { data: [], pagination: { next: 'c', previous: 'a' } },
      c: { data: [session('session_2')], pagination: { previous: 'b' } },
    };
    const server = await httpServer((response, { target }) => {
      const after = new URL(target, 'http://any').searchParams.get('page[after]') ?? '';
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(pages[after]));
    });
    const { sessions } = clientOf(connectionTo(server.url));
    expect(ids(await all(sessions.list({ limit: 1, tag: 'x' })))).toEqual(['session_1', 'session_2']);
    expect(ids(await all(sessions.list({ after: 'c' })))).toEqual(['session_2']);
    expect(server.requests.slice(0, 3).every(({ target }) => target.includes('filter%5Btags%5D=x'))).toBe(true);
  });
});

describe('a channel of a session', () => {
  it('takes records, each part once, and gives those after a place', async () => {
    const { api, sessions } = await world();
    const { id } = await sessions.start({ ...chat, externalId: 'chat-42' });
    const before = api.requests.length;
    const handle = sessions.open('chat-42');
    expect([handle.id, api.requests.length]).toEqual(['chat-42', before]);
    await handle.in.append({ text: 'hello' }, { partId: 'part-1' });
    await handle.in.append({ text: 'hello' }, { partId: 'part-1' });
    await handle.in.append('as it is');
    await sessions.open(id).in.append([1, null]);
    const { records } = await handle.in.records();
    expect(records.map(({ data, seqNum }) => [seqNum, data])).toEqual([
      [0, '{"text":"hello"}'],
      [1, 'as it is'],
      [2, '[1,null]'],
    ]);
    expect((await handle.in.records({ afterEventId: 1 })).records.map(({ seqNum }) => seqNum)).toEqual([2]);
    expect((await handle.out.records()).records).toEqual([]);
    await handle.out.append('said');
    expect((await handle.out.records()).records).toHaveLength(1);
    const [first, , third] = api.requests.slice(before);
    expect([first?.headers['x-part-id'], first?.headers['content-type'], first?.body]).toEqual([
      'part-1',
      'text/plain',
      '{"text":"hello"}',
    ]);
    expect(third?.body).toBe('as it is');
  });

  it('has a record once, also when the answer is lost', async () => {
    const { api, sessions } = await world();
    await sessions.start({ ...chat, externalId: 'chat-42' });
    api.fail({ drop: 'after' });
    await sessions.open('chat-42').in.append('once');
    expect((await sessions.open('chat-42').in.records()).records).toHaveLength(1);
  });

  const open = (session: string) => (sessions: Sessions) => sessions.open(session).in;
  const cycle: unknown[] = [];
  cycle.push(cycle);
  it.each<[string, (sessions: Sessions) => Promise<unknown>, string, string]>([
    ['a session of dots', (all) => open('..')(all).append(''), 'input_invalid', 'session'],
    ['no session', (all) => open('')(all).records(), 'input_invalid', 'session'],
    ['a part with a line break', (all) => open('a')(all).append('', { partId: 'a\r\nb' }), 'input_invalid', 'partId'],
    ['a place that is none', (all) => open('a')(all).records({ afterEventId: -1 }), 'input_invalid', 'afterEventId'],
    ['a record of 2 MB', (all) => open('a')(all).append('x'.repeat(2_000_000)), 'input_invalid', 'data'],
    ['a record that is no JSON', (all) => open('a')(all).append(cycle), 'payload_unserialisable', 'data.0'],
    ['a record of a Map', (all) => open('a')(all).append({ m: new Map() }), 'payload_unserialisable', 'data.m'],
    ['a record of a function', (all) => open('a')(all).append(() => 1), 'payload_unserialisable', 'data'],
    [
      'a payload with a Set',
      (all) => all.start({ ...chat, triggerConfig: { basePayload: { s: new Set() } } }),
      'payload_unserialisable',
      'triggerConfig.basePayload.s',
    ],
    [
      'metadata with NaN',
      (all) => all.update('a', { metadata: { n: [Number.NaN] } }),
      'payload_unserialisable',
      'metadata.n.0',
    ],
    ['nothing to append', (all) => open('a')(all).append(undefined), 'input_invalid', 'data'],
    ['a start of nothing', (all) => all.start(undefined as never), 'input_invalid', 'type'],
    ['a start without a task', (all) => all.start({ ...chat, taskIdentifier: '' }), 'input_invalid', 'taskIdentifier'],
    [
      'an id that looks like the server’s',
      (all) => all.start({ ...chat, externalId: 'session_1' }),
      'input_invalid',
      'externalId',
    ],
    ['a time that is none', (all) => all.start({ ...chat, expiresAt: new Date('soon') }), 'input_invalid', 'expiresAt'],
    ['11 tags', (all) => all.update('a', { tags: Array(11).fill('t') }), 'input_invalid', 'tags'],
    ['an unknown field', (all) => all.update('a', { colour: 'red' } as never), 'input_invalid', ''],
    ['several statuses', (all) => all.list({ status: ['ACTIVE', 'CLOSED'] as never }), 'input_invalid', 'status'],
    ['an id for a cursor', (all) => all.list({ after: 'run_1' }), 'input_invalid', 'after'],
    ['a reason of 300', (all) => all.close('a', { reason: 'x'.repeat(300) }), 'input_invalid', 'reason'],
  ])('is refused before anything is sent: %s', async (_, act, code, path) => {
    const { api, sessions } = await world();
    expect((await failureOf(act(sessions), code as 'input_invalid')).path ?? '').toBe(path);
    expect(api.requests).toEqual([]);
  });

  it.each<[string, KeyName, (sessions: Sessions) => Promise<unknown>, string]>([
    ['an unknown session', 'root:prod', (all) => all.retrieve('unknown'), 'not_found'],
    ['a change of one', 'root:prod', (all) => all.update('unknown', { tags: [] }), 'not_found'],
    ['a record for one', 'root:prod', (all) => all.open('unknown').in.append(''), 'not_found'],
    ['one of another environment', 'root:stg', (all) => all.retrieve('chat-42'), 'not_found'],
    ['a key that may not start one', 'additional:readRuns', (all) => all.start(chat), 'forbidden'],
    ['a key that may not read one', 'additional:triggerTasks', (all) => all.retrieve('chat-42'), 'forbidden'],
  ])('is refused by the server: %s', async (_, key, act, code) => {
    const { api, sessions } = await world();
    await sessions.start({ ...chat, externalId: 'chat-42' });
    await failureOf(act(clientOf(connectTo(api, key)).sessions), code as 'not_found');
  });
});

describe('what only a personal access token may call', () => {
  it('lists its projects, their environments and branches', async () => {
    const { api, projects, branches } = await world('pat:alice', { environment: 'prod' });
    const { otherRef, ref } = api.project;
    expect((await projects.list()).map(({ externalRef }) => externalRef)).toEqual([ref, otherRef]);
    expect((await projects.environments(ref)).map(({ slug }) => slug)).toEqual(['dev', 'stg', 'preview', 'prod']);
    expect((await branches.list(ref)).map(({ name }) => name)).toEqual(['feature/one']);
    const known = clientOf(connectTo(api, 'pat:alice', { projectRef: ref }));
    expect(await known.branches.list()).toEqual(await branches.list(ref));
    expect(await known.projects.environments()).toEqual(await projects.environments(ref));
    await failureOf(clientOf(connectTo(api, 'pat:bob')).branches.list(ref), 'project_not_found');
    expect(await clientOf(connectTo(api, 'pat:bob')).projects.list()).toEqual([]);
  });

  it('is refused to keys, and without a project, before anything is sent', async () => {
    const { api, projects, branches } = await world();
    for (const act of [() => projects.list(), () => projects.environments(), () => branches.list()]) {
      await failureOf(act(), 'endpoint_not_allowed');
    }
    const pat = clientOf(connectTo(api, 'pat:alice'));
    await failureOf(pat.projects.environments(), 'project_ref_required');
    await failureOf(pat.branches.list(), 'project_ref_required');
    await failureOf(pat.branches.list('..'), 'input_invalid');
    await failureOf(pat.sessions.list(), 'endpoint_not_allowed');
    await failureOf(pat.sessions.open('a').in.append(''), 'endpoint_not_allowed');
    expect(api.requests).toEqual([]);
  });
});
