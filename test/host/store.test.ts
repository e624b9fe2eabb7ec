import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/host/index.js';

const folder = mkdtempSync(join(tmpdir(), 'store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function memoryStore() {
  const clock = { now: 1_000 };
  return { clock, store: await openStore(':memory:', () => clock.now) };
}

const run = (id: string, status = 'QUEUED') => ({ id, status });

describe('records', () => {
  it('counts added, updated and unchanged, and moves the cursor once a change', async () => {
    const { clock, store } = await memoryStore();
    expect(store.saveRecords('c', 'Run', [run('a'), run('b')])).toEqual({ added: 2, updated: 0, unchanged: 0 });
    clock.now = 2_000;
    expect(store.saveRecords('c', 'Run', [run('a'), run('b', 'FAILED'), run('d')])).toEqual({
      added: 1,
      updated: 1,
      unchanged: 1,
    });
    expect(store.changedRecords('c', 'Run', { limit: 10 })).toEqual([
      { body: run('a'), firstSeenAt: 1_000, lastModifiedAt: 1_000, lastAction: 'added', cursor: 1 },
      { body: run('b', 'FAILED'), firstSeenAt: 1_000, lastModifiedAt: 2_000, lastAction: 'updated', cursor: 3 },
      { body: run('d'), firstSeenAt: 2_000, lastModifiedAt: 2_000, lastAction: 'added', cursor: 4 },
    ]);
    expect(store.changedRecords('c', 'Run', { limit: 10, cursor: 3 }).map(({ body }) => body['id'])).toEqual(['d']);
    expect(store.latestRecords('c', 'Run', { limit: 2 }).map(({ cursor }) => cursor)).toEqual([4, 3]);
    expect(store.latestRecords('c', 'Run', { limit: 2, cursor: 3 }).map(({ cursor }) => cursor)).toEqual([1]);
  });

  it('calls a change in the same millisecond an update', async () => {
    const { store } = await memoryStore();
    store.saveRecords('c', 'Run', [run('a')]);
    store.saveRecords('c', 'Run', [run('a', 'FAILED')]);
    expect(store.changedRecords('c', 'Run', { limit: 1 })[0]?.lastAction).toBe('updated');
  });

  it('keeps connections and models apart', async () => {
    const { store } = await memoryStore();
    store.saveRecords('one', 'Run', [run('a')]);
    store.saveRecords('two', 'Run', [run('a', 'FAILED')]);
    expect(store.countRecords('one', 'Run')).toBe(1);
    expect(store.changedRecords('one', 'Run', { limit: 9 })[0]?.body).toEqual(run('a'));
    expect(store.countRecords('one', 'Schedule')).toBe(0);
  });

  it('stores all of a page or none of it', async () => {
    const { store } = await memoryStore();
    const cyclic: Record<string, unknown> & { id: string } = { id: 'z' };
    cyclic['self'] = cyclic;
    expect(() => store.saveRecords('c', 'Run', [run('a'), cyclic])).toThrow(
      expect.objectContaining({ code: 'store_unavailable' }),
    );
    expect(store.countRecords('c', 'Run')).toBe(0);
  });

  it('forgets records and checkpoint on reset, of that connection alone', async () => {
    const { store } = await memoryStore();
    for (const connection of ['one', 'two']) {
      store.saveRecords(connection, 'Run', [run('a')]);
      store.saveCheckpoint(connection, 'runs', { at: 1 });
    }
    store.reset('one', 'runs', ['Run']);
    expect([store.countRecords('one', 'Run'), store.checkpoint('one', 'runs')]).toEqual([0, null]);
    expect([store.countRecords('two', 'Run'), store.checkpoint('two', 'runs')]).toEqual([1, { at: 1 }]);
  });
});

describe('the file', () => {
  it('still holds everything when opened again', async () => {
    const path = join(folder, 'new', 'folder', 'again.db');
    const first = await openStore(path);
    first.saveRecords('c', 'Run', [run('a')]);
    first.saveCheckpoint('c', 'runs', { cursor: 'x' });
    first.close();
    const second = await openStore(path);
    expect(second.countRecords('c', 'Run')).toBe(1);
    expect(second.checkpoint('c', 'runs')).toEqual({ cursor: 'x' });
    expect(second.saveRecords('c', 'Run', [run('a')])).toEqual({ added: 0, updated: 0, unchanged: 1 });
    second.close();
  });

  it.each([
    {
      what: 'a file that is no database',
      path: () => join(folder, 'text.db'),
      prepare: (path: string) => writeFileSync(path, 'not a database'.repeat(100)),
    },
    {
      what: 'a folder that is a file',
      path: () => join(folder, 'file', 'store.db'),
      prepare: () => writeFileSync(join(folder, 'file'), ''),
    },
  ])('is refused with a code: $what', async ({ path, prepare }) => {
    prepare(path());
    await expect(openStore(path())).rejects.toMatchObject({ name: 'ConnectorError', code: 'store_unavailable' });
  });

  it('of a newer version is refused', async () => {
    const path = join(folder, 'newer.db');
    (await openStore(path)).close();
    const { default: Database } = await import('libsql');
    const raw = new Database(path);
    raw.exec('PRAGMA user_version = 99');
    raw.close();
    await expect(openStore(path)).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('newer'),
    });
  });
});
