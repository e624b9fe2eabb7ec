import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseConnection } from '../../src/connection/index.js';
import { isLasting } from '../../src/errors/index.js';
import { Host, type HostOptions, openStore, type Store } from '../../src/host/index.js';
import { type FakeApi, startFakeApi } from '../fake-api/index.js';

const folder = mkdtempSync(join(tmpdir(), 'store-full-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const runs = (...ids: string[]) => ids.map((id) => ({ id }));
const three = { records: 3, bytes: Number.POSITIVE_INFINITY };

async function filled(path = ':memory:'): Promise<Store> {
  const store = await openStore(path);
  store.saveConnection({
    id: 'c',
    kind: 'root',
    environment: null,
    projectRef: null,
    previewBranch: null,
    baseUrl: '',
  });
  store.saveRecords('c', 'Run', runs('a', 'b', 'c'), three);
  return store;
}

const isFull = expect.objectContaining({
  code: 'store_full',
  message: expect.stringMatching(/stores 3 of at most 3 records, and 1 more came.*stays readable.*--max-records/),
});

describe('a connection that stores as much as it may', () => {
  it.each<[string, (store: Store) => unknown]>([
    ['a new record', (store) => store.saveRecords('c', 'Run', runs('d'), three)],
    ['one among those that are there', (store) => store.saveRecords('c', 'Run', runs('a', 'd', 'b'), three)],
    ['one of another model', (store) => store.saveRecords('c', 'Session', runs('a'), three)],
  ])('takes nothing with %s', async (_, save) => {
    const store = await filled();
    expect(() => save(store)).toThrow(isFull);
    expect([store.countRecords('c', 'Run'), store.countRecords('c', 'Session')]).toEqual([3, 0]);
    store.close();
  });

  it.each<[string, (store: Store) => unknown]>([
    ['what did not change', (store) => store.saveRecords('c', 'Run', runs('a', 'b', 'c'), three)],
    ['a change', (store) => store.saveRecords('c', 'Run', [{ id: 'a', status: 'FAILED' } as { id: string }], three)],
    ['a deletion', (store) => store.deleteRecords('c', 'Run', runs('a'))],
    ['a record of another connection', (store) => store.saveRecords('other', 'Run', runs('d'), three)],
    ['any number without a limit', (store) => store.saveRecords('c', 'Run', runs('d', 'e'))],
  ])('takes %s', async (_, save) => {
    const store = await filled();
    expect(() => save(store)).not.toThrow();
    store.close();
  });

  it.each<[string, (store: Store) => unknown]>([
    ['a deletion', (store) => store.deleteRecords('c', 'Run', runs('a'))],
    [
      'the end of a tracking',
      (store) => {
        store.startTracking('c', 'Run');
        store.saveRecords('c', 'Run', runs('a', 'b'), three);
        store.endTracking('c', 'Run');
      },
    ],
    ['a reset', (store) => store.reset('c', 'runs', ['Run'])],
    ['forgetting its records', (store) => store.forgetRecords('c')],
    ['forgetting it', (store) => store.forgetConnection('c')],
  ])('has room again after %s', async (_, free) => {
    const store = await filled();
    free(store);
    expect(store.saveRecords('c', 'Run', runs('d'), three)).toMatchObject({ added: 1 });
    store.close();
  });

  it('has room for no more bytes, deleted ones included, and is told so', async () => {
    const store = await openStore(':memory:');
    const room = { records: 100, bytes: 1_000 };
    const long = (id: string, length: number) => [{ id, text: 'é'.repeat(length / 2) } as { id: string }];
    store.saveRecords('c', 'Run', long('a', 400), room);
    store.saveRecords('c', 'Run', long('b', 400), room);
    const refused = expect.objectContaining({ code: 'store_full', message: expect.stringContaining('1000 bytes') });
    expect(() => store.saveRecords('c', 'Run', long('c', 400), room)).toThrow(refused);
    expect(() => store.saveRecords('c', 'Run', long('a', 800), room)).toThrow(refused);
    // Replaced by less.
    store.saveRecords('c', 'Run', long('a', 40), room);
    store.deleteRecords('c', 'Run', long('b', 400));
    expect(store.saveRecords('c', 'Run', long('c', 400), room)).toMatchObject({ added: 1 });
    expect(() => store.saveRecords('c', 'Run', long('d', 400), room)).toThrow(refused);
    store.close();
  });

  it('is full also after a restart, and where an older host counted nothing', async () => {
    const path = join(folder, 'again.db');
    (await filled(path)).close();
    const again = await openStore(path);
    expect(() => again.saveRecords('c', 'Run', runs('d'), three)).toThrow(isFull);
    again.close();
    const { default: Database } = await import('libsql');
    const file = new Database(path);
    file.exec("DELETE FROM settings WHERE name = 'stored c'");
    file.close();
    const older = await openStore(path);
    expect(() => older.saveRecords('c', 'Run', runs('d'), three)).toThrow(isFull);
    older.close();
  });
});

describe('a sync that finds no room', () => {
  async function syncing(api: FakeApi, store: Store, limits: Pick<HostOptions, 'maxRecordsPerConnection'>) {
    const host = new Host({ store, ...limits });
    const policy = { allowHttp: true, allowPrivateHosts: true };
    const parsed = parseConnection({ apiKey: api.project.keys['root:prod'], baseUrl: api.url }, policy);
    if (!parsed.ok) {
      throw new Error(JSON.stringify(parsed.issues));
    }
    const { id } = host.connect(parsed.connection);
    return { id, run: () => host.runSync(id, 'runs'), outcome: () => host.store.lastOutcome(id, 'runs') };
  }

  it('ends with store_full, which passes, and goes on where it was once there is room', async () => {
    const api = await startFakeApi({ runs: 450 });
    const store = await openStore(':memory:');
    const all = api.project.runsOf('prod').length;
    const full = await syncing(api, store, { maxRecordsPerConnection: 200 });
    const error = await full.run().catch((failure: unknown) => failure);
    expect(error).toMatchObject({ name: 'ConnectorError', code: 'store_full' });
    expect(isLasting(error)).toBe(false);
    expect(full.outcome()?.error?.code).toBe('store_full');
    const kept = store.countRecords(full.id, 'Run');
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThanOrEqual(200);
    expect(store.latestRecords(full.id, 'Run', { limit: 1_000 })).toHaveLength(kept);
    const wider = await syncing(api, store, { maxRecordsPerConnection: all });
    expect((await wider.run()).added).toBe(all - kept);
    store.close();
    await api.close();
  });
});
