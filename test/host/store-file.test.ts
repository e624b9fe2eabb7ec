import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../src/host/index.js';
import { SqliteStore } from '../../src/host/store/sqlite.js';
import { Statements } from '../../src/host/store/statements.js';
import type { SaveCounts, Store } from '../../src/host/store/store.js';

const folder = mkdtempSync(join(tmpdir(), 'store-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.useRealTimers();
});

const none: SaveCounts = { added: 0, updated: 0, deleted: 0, unchanged: 0 };
const run = (id: string, text = '') => ({ id, text });
const kilobytes = (from: number, count: number) =>
  Array.from({ length: count }, (_, place) => run(`run_${from + place}`, 'x'.repeat(1_000)));
const unavailable = (message = '') =>
  expect.objectContaining({
    name: 'ConnectorError',
    code: 'store_unavailable',
    message: expect.stringContaining(message),
  });

/** The store over a connection of the test's own, to set limits on it. */
function storeOver(path: string, pragma = ''): Store {
  const db = new Database(path, { timeout: 0 });
  db.exec(pragma);
  return new SqliteStore(new Statements(db), { now: Date.now });
}

describe('the file', () => {
  it('still holds everything when opened again', async () => {
    const path = join(folder, 'new', 'folder', 'again.db');
    const first = await openStore(path);
    first.saveRecords('c', 'Run', [run('a'), run('b')]);
    first.deleteRecords('c', 'Run', [{ id: 'b' }]);
    first.saveCheckpoint('c', 'runs', { cursor: 'x' });
    first.saveMetadata('c', { team: 'a' });
    first.close();
    const second = await openStore(path);
    expect([second.countRecords('c', 'Run'), second.checkpoint('c', 'runs'), second.metadata('c')]).toEqual([
      1,
      { cursor: 'x' },
      { team: 'a' },
    ]);
    expect(second.saveRecords('c', 'Run', [run('a'), run('b')])).toEqual({ ...none, added: 1, unchanged: 1 });
    second.close();
  });

  it('takes in its log when nothing was written for a second, not while something is', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const path = join(folder, 'rest.db');
    const store = await openStore(path);
    const megabytes = () => Math.floor(statSync(path).size / 1_000_000);
    for (let part = 0; part < 6; part += 1) {
      store.saveRecords('c', 'Run', kilobytes(part * 1_000, 1_000));
      vi.advanceTimersByTime(900);
    }
    expect(megabytes()).toBe(0);
    vi.advanceTimersByTime(100);
    expect(megabytes()).toBeGreaterThanOrEqual(6);
    store.saveRecords('c', 'Run', kilobytes(6_000, 10));
    store.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('can be copied without its log once the store is closed', async () => {
    const path = join(folder, 'original.db');
    const store = await openStore(path);
    store.saveRecords('c', 'Run', [run('a')]);
    store.close();
    copyFileSync(path, join(folder, 'copy.db'));
    const copy = await openStore(join(folder, 'copy.db'));
    expect(copy.countRecords('c', 'Run')).toBe(1);
    copy.close();
  });

  it('is not written by opening it and reading, so another process may be writing', async () => {
    const path = join(folder, 'reading.db');
    (await openStore(path)).close();
    const writer = new Database(path);
    writer.exec('BEGIN IMMEDIATE');
    const store = await openStore(path);
    const read = [
      store.countRecords('c', 'New'),
      store.connections(),
      store.metadata('c'),
      store.isTracking('c', 'New'),
    ];
    expect([...read, store.changedRecords('c', 'New', { limit: 1 })]).toEqual([0, [], {}, false, []]);
    store.close();
    writer.close();
  });

  it('is refused everywhere with a code once closed', async () => {
    const store = await openStore(join(folder, 'closed.db'));
    store.saveRecords('c', 'Run', [run('a')]);
    store.close();
    store.close();
    expect(() => store.countRecords('c', 'Run')).toThrow(unavailable());
    expect(() => store.saveRecords('c', 'Run', [run('a')])).toThrow(unavailable());
  });
});

describe('a file of version 1', () => {
  const schema = `
CREATE TABLE IF NOT EXISTS connections (id TEXT PRIMARY KEY, summary TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS scopes (scope INTEGER PRIMARY KEY, connection TEXT NOT NULL, model TEXT NOT NULL, UNIQUE (connection, model));
CREATE TABLE IF NOT EXISTS bodies (body_id INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS records (
  scope INTEGER NOT NULL, id TEXT NOT NULL, hash TEXT NOT NULL, body_id INTEGER NOT NULL,
  first_seen INTEGER NOT NULL, modified INTEGER NOT NULL, cursor INTEGER NOT NULL, PRIMARY KEY (scope, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS records_by_cursor ON records (scope, cursor);
CREATE TABLE IF NOT EXISTS checkpoints (connection TEXT NOT NULL, sync TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (connection, sync));
CREATE TABLE IF NOT EXISTS outcomes (connection TEXT NOT NULL, sync TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (connection, sync));
CREATE TABLE IF NOT EXISTS counter (id INTEGER PRIMARY KEY CHECK (id = 1), cursor INTEGER NOT NULL);
INSERT OR IGNORE INTO counter VALUES (1, 0);
`;
  const outcome = { added: 2, updated: 0, unchanged: 0, sync: 'runs', startedAt: 1, finishedAt: 2 };

  function oldFile(name: string) {
    const path = join(folder, name);
    const db = new Database(path);
    db.exec(`PRAGMA journal_mode = WAL; ${schema} PRAGMA user_version = 1; INSERT INTO scopes VALUES (1, 'c', 'Run');`);
    for (const [place, id] of ['a', 'b'].entries()) {
      const body = JSON.stringify(run(id));
      const hash = createHash('sha1').update(body).digest('base64');
      db.prepare('INSERT INTO bodies VALUES (?, ?)').run(place + 1, body);
      db.prepare('INSERT INTO records VALUES (1, ?, ?, ?, 1000, ?, ?)').run(
        id,
        hash,
        place + 1,
        1_000 + place,
        place + 5,
      );
    }
    db.prepare('INSERT INTO outcomes VALUES (?, ?, ?)').run('c', 'runs', JSON.stringify(outcome));
    db.exec("UPDATE counter SET cursor = 6; INSERT INTO checkpoints VALUES ('c', 'runs', '7');");
    return { db, path };
  }

  it('is migrated with all it holds', async () => {
    const { db, path } = oldFile('version-1.db');
    db.close();
    const store = await openStore(path);
    const common = { firstSeenAt: 1_000, deletedAt: null };
    expect(store.changedRecords('c', 'Run', { limit: 9 })).toEqual([
      { ...common, body: run('a'), lastModifiedAt: 1_000, lastAction: 'added', cursor: 5 },
      { ...common, body: run('b'), lastModifiedAt: 1_001, lastAction: 'updated', cursor: 6 },
    ]);
    expect([store.lastOutcome('c', 'runs'), store.checkpoint('c', 'runs'), store.metadata('c')]).toEqual([
      { ...outcome, deleted: 0 },
      7,
      {},
    ]);
    store.startTracking('c', 'Run');
    expect(store.saveRecords('c', 'Run', [run('a')])).toEqual({ ...none, unchanged: 1 });
    expect(store.endTracking('c', 'Run')).toEqual(['b']);
    store.close();
    const again = await openStore(path);
    expect(again.countRecords('c', 'Run')).toBe(1);
    again.close();
  });

  it('keeps its pages of 4 kB, where a new one has 8 kB', async () => {
    const pageSize = (path: string) => {
      const db = new Database(path);
      const row: unknown = db.prepare('PRAGMA page_size').get();
      db.close();
      return row;
    };
    const { db, path } = oldFile('small-pages.db');
    db.close();
    const fresh = join(folder, 'large-pages.db');
    for (const file of [path, fresh]) {
      (await openStore(file)).close();
    }
    expect([pageSize(path), pageSize(fresh)]).toMatchObject([{ page_size: 4_096 }, { page_size: 8_192 }]);
  });

  it('stays as it was where the migration fails', async () => {
    const { db, path } = oldFile('in-the-way.db');
    db.exec('CREATE TABLE metadata (other TEXT)');
    await expect(openStore(path)).rejects.toEqual(unavailable());
    expect(db.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: 1 });
    expect(db.prepare('SELECT * FROM records').all()).toHaveLength(2);
    db.exec('DROP TABLE metadata');
    const store = await openStore(path);
    expect(store.countRecords('c', 'Run')).toBe(2);
    store.close();
    db.close();
  });
});

describe('what cannot be opened is refused with a code', () => {
  const cases: { what: string; message?: string; prepare: () => string }[] = [
    {
      what: 'a file that is no database',
      message: 'no record store',
      prepare: () => {
        const path = join(folder, 'text.db');
        writeFileSync(path, 'not a database'.repeat(100));
        return path;
      },
    },
    {
      what: 'a folder that is a file',
      prepare: () => {
        writeFileSync(join(folder, 'file'), '');
        return join(folder, 'file', 'store.db');
      },
    },
    { what: 'a file that is a folder', prepare: () => folder },
    // Nobody may create a file there, not even the superuser.
    { what: 'a folder that takes no files', prepare: () => '/proc/self/store.db' },
  ];

  it.each(process.platform === 'linux' ? cases : cases.slice(0, 3))('$what', async ({ message, prepare }) => {
    await expect(openStore(prepare())).rejects.toEqual(unavailable(message));
  });

  it('a store of a newer version', async () => {
    const path = join(folder, 'newer.db');
    (await openStore(path)).close();
    const raw = new Database(path);
    raw.exec('PRAGMA user_version = 99');
    raw.close();
    await expect(openStore(path)).rejects.toEqual(unavailable('newer'));
  });
});

describe('a fault', () => {
  async function filled(name: string) {
    const path = join(folder, name);
    const store = await openStore(path);
    store.saveRecords('c', 'Run', kilobytes(0, 200));
    store.saveCheckpoint('c', 'runs', { at: 1 });
    store.close();
    return path;
  }

  it('of a full disk keeps what was stored, and all goes on with space again', async () => {
    const path = await filled('full.db');
    const { page_count: pages } = new Database(path).prepare('PRAGMA page_count').get() as { page_count: number };
    // Space for about the first 1,000 records of 2,500, each a seventh of a page and an entry in the tables.
    const store = storeOver(path, `PRAGMA max_page_count = ${pages + 220}`);
    const more = kilobytes(1_000, 2_500);
    expect(() => store.saveRecords('c', 'Run', more)).toThrow(unavailable('no space left'));
    expect([store.countRecords('c', 'Run'), store.checkpoint('c', 'runs')]).toEqual([1_200, { at: 1 }]);
    expect(store.changedRecords('c', 'Run', { limit: 2_000 }).map(({ cursor }) => cursor)).toHaveLength(1_200);
    expect(() => store.saveCheckpoint('c', 'runs', 'x'.repeat(4_000_000))).toThrow(unavailable('no space left'));
    expect(store.checkpoint('c', 'runs')).toEqual({ at: 1 });
    store.close();
    const later = await openStore(path);
    expect(later.saveRecords('c', 'Run', more)).toEqual({ ...none, added: 1_500, unchanged: 1_000 });
    later.close();
  });

  it('of a file that may only be read leaves it readable', async () => {
    const store = storeOver(await filled('read-only.db'), 'PRAGMA query_only = ON');
    for (const write of [
      () => store.saveRecords('c', 'Run', [run('a')]),
      () => store.saveRecords('c', 'New', [run('a')]),
      () => store.deleteRecords('c', 'Run', [{ id: 'run_0' }]),
      () => store.startTracking('c', 'Run'),
      () => store.saveMetadata('c', {}),
      () => store.reset('c', 'runs', ['Run']),
    ]) {
      expect(write).toThrow(unavailable('cannot be written to'));
    }
    expect([store.countRecords('c', 'Run'), store.checkpoint('c', 'runs')]).toEqual([200, { at: 1 }]);
    store.close();
  });

  it('of another writer is told at once, and over when that has finished', async () => {
    const path = await filled('busy.db');
    const store = storeOver(path);
    const writer = new Database(path);
    writer.exec('BEGIN IMMEDIATE');
    const save = () => store.saveRecords('c', 'Run', [run('a')]);
    expect(save).toThrow(expect.objectContaining({ name: 'ConnectorError', code: 'store_locked' }));
    expect(store.countRecords('c', 'Run')).toBe(200);
    writer.exec('COMMIT');
    expect(save()).toEqual({ ...none, added: 1 });
    writer.close();
    store.close();
  });

  it.each<{ what: string; write: (store: Store) => void }>([
    { what: 'a note', write: (store) => store.saveMetadata('c', { a: 1 }) },
    { what: 'a checkpoint', write: (store) => store.saveCheckpoint('c', 'runs', { at: 2 }) },
    { what: 'a setting', write: (store) => store.saveSetting('a', 'b') },
  ])('of another writer leaves nothing of $what behind that breaks later writes', async ({ what, write }) => {
    const path = await filled(`busy-${what.replaceAll(' ', '-')}.db`);
    const store = storeOver(path);
    // Once before: only a statement that was used before can be left unreset.
    write(store);
    const writer = new Database(path);
    writer.exec('BEGIN IMMEDIATE');
    expect(() => write(store)).toThrow(expect.objectContaining({ name: 'ConnectorError', code: 'store_locked' }));
    writer.exec('COMMIT');
    expect(store.saveRecords('c', 'Run', [run('a')])).toEqual({ ...none, added: 1 });
    write(store);
    store.reset('c', 'runs', ['Run']);
    expect([store.countRecords('c', 'Run'), store.checkpoint('c', 'runs')]).toEqual([0, null]);
    writer.close();
    store.close();
  });

  it('of a damaged page is told with a code, and the rest stays readable', async () => {
    const path = await filled('damaged.db');
    const raw = new Database(path);
    const { page } = raw
      .prepare("SELECT pageno AS page FROM dbstat WHERE name = 'bodies' AND pagetype = 'leaf' LIMIT 1 OFFSET 5")
      .get() as { page: number };
    raw.close();
    writeSync(openSync(path, 'r+'), Buffer.alloc(8_192, 0xff), 0, 8_192, (page - 1) * 8_192);
    const store = await openStore(path);
    const read = kilobytes(0, 200).map(({ id }) => {
      try {
        return store.changedRecords('c', 'Run', { limit: 1, ids: [id] }).length;
      } catch (error) {
        return error;
      }
    });
    const broken = read.filter((found) => found !== 1);
    expect(broken.length).toBeGreaterThan(0);
    expect(broken.length).toBeLessThan(10);
    expect(broken).toEqual(broken.map(() => unavailable('damaged')));
    store.close();
  });

  it('of a body that is no JSON is told with a code', async () => {
    const path = await filled('half-a-body.db');
    const raw = new Database(path);
    raw.exec(`UPDATE bodies SET body = '{"id":' WHERE body_id = 1`);
    raw.close();
    const store = await openStore(path);
    expect(() => store.changedRecords('c', 'Run', { limit: 9 })).toThrow(unavailable('damaged'));
    expect(store.changedRecords('c', 'Run', { limit: 999, cursor: 1 })).toHaveLength(199);
    store.close();
  });
});
