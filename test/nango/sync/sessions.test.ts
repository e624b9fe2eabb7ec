import { describe, expect, it } from 'vitest';
import { type NangoSync, syncSessions } from '../../../src/nango/index.js';
import type { KeyName } from '../../fake-api/index.js';
import type { NewSession } from '../../fake-api/session-store.js';
import { sessionJson } from '../../fake-api/sessions.js';
import { clockOf, day, minute, nangoOf, world } from './history.js';

/** More than whose ids fit into a checkpoint. */
const manyOpen = 600;

function setUp(key: KeyName = 'root:prod') {
  const inWorld = world();
  const { clock, project } = inWorld;
  const { sessions } = project;
  const nango = nangoOf(inWorld, key);
  const closing = () => ({ closedAt: new Date(clock.now).toISOString(), closedReason: 'done' });
  return {
    clock,
    nango,
    sessions,
    create: (count: number, state: 'open' | 'closed', fields: Partial<NewSession> = {}, every = minute) =>
      Array.from({ length: count }, () => {
        clock.now += every;
        const ended = state === 'closed' ? closing() : {};
        return sessions.add('prod', { taskIdentifier: 'chat-agent', ...ended, ...fields });
      }),
    close: (id: string) => sessions.update(found(sessions.find('prod', id)), closing()),
    /** No endpoint deletes one, but its environment may be gone. */
    purge: (id: string) => sessions.update(found(sessions.find('prod', id)), { env: 'stg' }),
    server: () => new Map(sessions.of('prod').map((session) => [session.id, sessionJson(session, false)])),
    sync: (by: NangoSync = nango) => syncSessions(by, clockOf(inWorld)),
    /** How many requests it takes. */
    async requests(work: () => Promise<void>): Promise<number> {
      const before = nango.proxied.length;
      await work();
      return nango.proxied.length - before;
    },
  };
}

function found<Item>(item: Item | undefined): Item {
  if (item === undefined) {
    throw new Error('there is none');
  }
  return item;
}

describe('syncSessions', () => {
  it('stores every session, then reads only what is new or open', async () => {
    const { create, nango, requests, server, sync } = setUp();
    create(250, 'closed');
    await sync();
    expect(nango.records).toEqual(server());
    create(1, 'open');
    // What is new, on the same page as what was.
    expect(await requests(sync)).toBe(1);
    expect(nango.records).toEqual(server());
  });

  it('sees the end of an old one without reading all the pages before it', async () => {
    const { clock, close, create, nango, requests, server, sync } = setUp();
    const [old] = create(1, 'open');
    create(300, 'closed');
    await sync();
    clock.now += 2 * day;
    create(300, 'closed');
    await sync();
    close(found(old).id);
    // The newest, and one page around it.
    expect(await requests(sync)).toBe(2);
    expect(nango.records.get(found(old).id)).toMatchObject({ closedReason: 'done', closedAt: expect.any(String) });
    expect(nango.records).toEqual(server());
  });

  it('looks for one that has expired once more, and then no more', async () => {
    const { clock, create, nango, requests, server, sync } = setUp();
    create(1, 'open', { expiresAt: new Date(clock.now + 60 * minute).toISOString() });
    clock.now += 30 * minute;
    create(5, 'closed');
    await sync();
    expect(await requests(sync)).toBe(2);
    clock.now += 60 * minute;
    expect(await requests(sync)).toBe(2);
    expect(await requests(sync)).toBe(1);
    expect(nango.records).toEqual(server());
    expect([...nango.changes.values()]).toEqual(Array.from({ length: 6 }, () => 1));
  });

  it('deletes an open one that is gone', async () => {
    const { create, nango, purge, requests, server, sync } = setUp();
    const [one] = create(3, 'open');
    await sync();
    purge(found(one).id);
    // The newest, those around it, and itself.
    expect(await requests(sync)).toBe(3);
    expect(nango.proxied.at(-1)?.endpoint).toBe(`/api/v1/sessions/${found(one).id}`);
    expect(nango.records).toEqual(server());
    expect(nango.records.size).toBe(2);
    expect(await requests(sync)).toBe(1);
  });

  it.each([500, 503, 403])('does not take a %i for a session that is gone', async (status) => {
    const { create, nango, purge, server, sync } = setUp();
    const [one] = create(3, 'open');
    await sync();
    purge(found(one).id);
    nango.rewrite = (answer, { endpoint }) =>
      endpoint.endsWith('/sessions') ? answer : { status, headers: {}, data: { error: 'No' } };
    await expect(sync()).rejects.toThrow();
    expect(nango.records.size).toBe(3);
    nango.rewrite = undefined;
    await sync();
    expect(nango.records).toEqual(server());
  });

  it('goes on looking for one that the list leaves out for a while', async () => {
    const { close, create, nango, server, sync } = setUp();
    const [one] = create(1, 'open');
    await sync();
    nango.rewrite = (answer, { endpoint }) =>
      endpoint.endsWith('/sessions') ? { ...answer, data: { data: [], pagination: {} } } : answer;
    await sync();
    nango.rewrite = undefined;
    expect(nango.records).toEqual(server());
    close(found(one).id);
    await sync();
    expect(nango.records).toEqual(server());
  });

  it('reads late changes again within two days daily, and all of them weekly', async () => {
    const { clock, create, nango, server, sessions, sync } = setUp();
    const [old] = create(1, 'closed');
    clock.now += 3 * day;
    const [recent] = create(1, 'closed');
    clock.now += 20 * minute;
    create(1, 'closed');
    await sync();
    for (const session of [old, recent]) {
      sessions.update(found(session), { metadata: { rated: 5 } });
    }
    const rated = () => [old, recent].map((session) => nango.records.get(found(session).id)?.['metadata'] !== null);
    await sync();
    expect(rated()).toEqual([false, false]);
    clock.now += day;
    await sync();
    expect(rated()).toEqual([false, true]);
    clock.now += 6 * day;
    await sync();
    expect(rated()).toEqual([true, true]);
    expect(nango.records).toEqual(server());
  });

  it('reads the window from the oldest open one again where more are open than a checkpoint holds', async () => {
    const { clock, close, create, nango, server, sync } = setUp();
    const [old] = create(1, 'open');
    clock.now += 30 * minute;
    create(1, 'closed');
    await sync();
    // Behind what is read again anyway, and before the daily sweep.
    clock.now += day / 2;
    close(found(old).id);
    const open = create(1_500, 'open', {}, 7);
    await sync();
    expect(nango.records).toEqual(server());
    clock.now += 180 * minute;
    for (const { id } of open) {
      close(id);
    }
    await sync();
    expect(nango.records).toEqual(server());
  });

  it('equals the server after a crash anywhere', async () => {
    const { close, create, nango, purge, server, sync } = setUp();
    const open = create(60, 'open');
    create(120, 'closed');
    await sync();
    let crashed = true;
    for (let crashAfter = 0; crashed; crashAfter += 1) {
      create(1, 'open');
      close(found(open.shift()).id);
      purge(found(open.pop()).id);
      crashed = await nango.dies(crashAfter, sync);
      await sync();
      expect(nango.records).toEqual(server());
    }
    expect(nango.journal.filter((entry) => entry.startsWith('delete')).length).toBeGreaterThan(10);
  });

  it('always sends an explicit lower bound, and saves a page before the checkpoint that is past it', async () => {
    const { create, nango, sync } = setUp();
    create(150, 'closed');
    await sync();
    for (const { params } of nango.lists('sessions')) {
      expect(params?.['filter[createdAt][from]']).toMatch(/^[1-9]\d*$/);
    }
    // Twice at first, against a checkpoint that could not be read; then each page before a checkpoint.
    expect(nango.journal.slice(0, 4)).toEqual(['checkpoint', 'checkpoint', 'save 100', 'checkpoint']);
    expect(nango.journal.filter((entry) => entry !== 'checkpoint')).toEqual(['save 100', 'save 50']);
    expect(nango.journal.at(-1)).toBe('checkpoint');
  });
});

describe('what the metadata chooses', () => {
  it('keeps to the tasks, whatever the list gives', async () => {
    const { create, nango, sync } = setUp();
    const [wanted] = create(1, 'open');
    const [other] = create(1, 'open', { taskIdentifier: 'a' });
    create(1, 'open', { taskIdentifier: 'b' });
    nango.metadata = { tasks: ['chat-agent', 'a'] };
    await sync();
    expect([...nango.records.keys()].sort()).toEqual([found(wanted).id, found(other).id].sort());
    // A list takes one of them; filtered there, the others would be missed.
    for (const { params } of nango.proxied) {
      expect(params).not.toHaveProperty('filter[taskIdentifier]');
    }
  });

  it('keeps those that have a tag now', async () => {
    const { clock, close, create, nango, sessions, sync } = setUp();
    const [one] = create(1, 'open', { tags: ['vip', 'x'] });
    const [other] = create(1, 'open', { tags: ['x'] });
    nango.metadata = { tags: ['vip', 'staff'] };
    const kept = async () => {
      await sync();
      return [one, other].map((session) => nango.records.has(found(session).id));
    };
    expect(await kept()).toEqual([true, false]);
    expect(nango.proxied.some(({ params }) => 'filter[tags]' in (params ?? {}))).toBe(false);
    sessions.update(found(one), { tags: ['x'] });
    sessions.update(found(other), { tags: ['staff'] });
    expect(await kept()).toEqual([false, true]);
    // In the same moment as its end, too.
    sessions.update(found(one), { tags: ['vip'] });
    sessions.update(found(other), { tags: [] });
    close(found(one).id);
    close(found(other).id);
    expect(await kept()).toEqual([true, false]);
    // And after it, as soon as it is read again.
    sessions.update(found(one), { tags: [] });
    sessions.update(found(other), { tags: ['vip'] });
    expect(await kept()).toEqual([false, true]);
    clock.now += 3 * day;
    create(1, 'closed');
    await sync();
    sessions.update(found(one), { tags: ['vip'] });
    sessions.update(found(other), { tags: [] });
    expect(await kept()).toEqual([false, true]);
    clock.now += 7 * day;
    expect(await kept()).toEqual([true, false]);
  });

  it('drops one that lost its tag, also of more than are tracked and where the server is ahead by an hour', async () => {
    const { clock, create, nango, sessions, sync } = setUp();
    clock.now += 60 * minute;
    const [first] = create(manyOpen, 'open', { tags: ['vip'] }, 0);
    clock.now -= 60 * minute;
    nango.metadata = { tags: ['vip'] };
    await sync();
    expect(nango.records.size).toBe(manyOpen);
    sessions.update(found(first), { tags: [] });
    await sync();
    expect(nango.records.size).toBe(manyOpen - 1);
  });

  it('drops one that lost its tag after a crash between its page and the first checkpoint', async () => {
    const { create, nango, sessions, sync } = setUp();
    const [only] = create(1, 'open', { tags: ['vip'] });
    nango.metadata = { tags: ['vip'] };
    for (let crashAfter = 0; nango.records.size === 0; crashAfter += 1) {
      expect(await nango.dies(crashAfter, () => sync())).toBe(true);
    }
    sessions.update(found(only), { tags: [] });
    await sync();
    expect(nango.records.size).toBe(0);
  });

  it('reads back no further than asked', async () => {
    const { clock, create, nango, sync } = setUp();
    create(1, 'closed');
    clock.now += 40 * day;
    const [recent] = create(1, 'closed');
    nango.metadata = { lookBackDays: 30 };
    await sync();
    expect([...nango.records.keys()]).toEqual([found(recent).id]);
  });
});

describe('who may not list sessions', () => {
  it('is told before any request, with a personal access token', async () => {
    const { nango, sync } = setUp('pat:alice');
    await expect(sync()).rejects.toMatchObject({ payload: { code: 'endpoint_not_allowed' } });
    expect(nango.proxied).toEqual([]);
    expect(nango.checkpoint).toBeNull();
  });

  it('is told by the server, with a key without that scope', async () => {
    const { create, nango, sync } = setUp('additional:readRuns');
    create(1, 'open');
    await expect(sync()).rejects.toMatchObject({ payload: { code: 'forbidden' } });
    // Whose key it is, and the first windows, side by side.
    expect(nango.proxied).toHaveLength(5);
    expect(nango.records.size).toBe(0);
  });
});
