import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { parseConnection } from '../../src/connection/index.js';
import { Host, openStore, type Server, type Store, serve } from '../../src/host/index.js';
import { startFakeApi } from '../fake-api/index.js';

const folder = mkdtempSync(join(tmpdir(), 'write-queue-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
});

let files = 0;

/** A store, and how another process begins and ends to write into its file. */
async function sharedStore(): Promise<{ store: Store; lock: () => void; free: () => void }> {
  files += 1;
  const path = join(folder, `${files}.db`);
  const store = await openStore(path);
  store.saveConnection({
    id: 'c',
    kind: 'root',
    environment: null,
    projectRef: null,
    previewBranch: null,
    baseUrl: '',
  });
  const other = new Database(path);
  closers.push(
    () => other.close(),
    () => store.close(),
  );
  return { store, lock: () => other.exec('BEGIN IMMEDIATE'), free: () => other.exec('COMMIT') };
}

async function lockedStore(): ReturnType<typeof sharedStore> {
  const shared = await sharedStore();
  shared.lock();
  return shared;
}

describe('a write while another process writes', () => {
  it('is given up soon by a process that ends, also where it waits already', async () => {
    const { store, free } = await lockedStore();
    const write = (value: string) => store.write(() => store.saveSetting('a', value));
    const before = write('before').catch((error: { code: string }) => error.code);
    store.hurry(60);
    const after = write('after').catch((error: { code: string }) => error.code);
    expect(await Promise.all([before, after])).toEqual(['store_locked', 'store_locked']);
    free();
    await write('free');
    expect(store.setting('a')).toBe('free');
  });

  it('waits and keeps its place, and what only reads goes on', async () => {
    const { store, free } = await lockedStore();
    const order: string[] = [];
    const writes = ['first', 'second', 'third'].map((value) =>
      store.write(() => {
        store.saveSetting('a', value);
        order.push(value);
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 120));
    order.push(`reads ${store.setting('a') ?? 'nothing'}`);
    free();
    await Promise.all(writes);
    expect(order).toEqual(['reads nothing', 'first', 'second', 'third']);
  });

  it('is done at once where nobody else writes', async () => {
    const { store, free } = await lockedStore();
    free();
    void store.write(() => store.saveSetting('a', 'b'));
    expect(store.setting('a')).toBe('b');
  });

  it('fails with its own error, not with the lock, and lets the next one go on', async () => {
    const { store, free } = await lockedStore();
    const broken = store.write(() => store.saveMetadata('c', { a: 1n }));
    const next = store.write(() => store.saveSetting('a', 'b'));
    free();
    await expect(broken).rejects.toMatchObject({ code: 'payload_unserialisable' });
    await next;
    expect(store.setting('a')).toBe('b');
  });

  it('is given up when the store closes', async () => {
    const { store } = await lockedStore();
    const write = store.write(() => store.saveSetting('a', 'b'));
    const isGivenUp = expect(write).rejects.toMatchObject({ code: 'aborted' });
    closers.pop();
    store.close();
    await isGivenUp;
  });

  it('of a schedule counts before it is in the file', async () => {
    const { store, free } = await lockedStore();
    const schedule = { state: 'started', frequency: null, nextAt: 5, failures: 0 } as const;
    store.schedules.save('c', 'runs', { ...schedule, failures: 1 });
    store.schedules.save('c', 'runs', schedule);
    expect(store.schedules.find('c', 'runs')).toEqual(schedule);
    expect(store.schedules.all()).toEqual([{ connection: 'c', sync: 'runs', schedule }]);
    free();
    // Behind it in the queue.
    await store.write(() => undefined);
    expect(store.schedules.all()).toEqual([{ connection: 'c', sync: 'runs', schedule }]);
  });

  it('of a schedule does not bring back one of a connection that is forgotten first', async () => {
    const { store, free } = await lockedStore();
    const forgotten = store.write(() => store.forgetConnection('c'));
    store.schedules.save('c', 'runs', { state: 'paused', frequency: null, nextAt: 5, failures: 0 });
    free();
    await forgotten;
    await store.write(() => undefined);
    expect(store.schedules.all()).toEqual([]);
  });

  it('of a log keeps every line in its order', async () => {
    const { store, free } = await lockedStore();
    const execution = store.executions.begin('c', 'sync', 'runs');
    for (const line of ['one', 'two']) {
      execution.log(line);
    }
    execution.finish(null);
    expect(store.executions.find(execution.id)).toBeUndefined();
    free();
    await store.write(() => undefined);
    expect(store.executions.logOf(execution.id).map(({ message }) => message)).toEqual(['one', 'two']);
    expect(store.executions.find(execution.id)?.finishedAt).toEqual(expect.any(Number));
  });
});

describe('a host whose store another process writes to', () => {
  it('answers what does not write, while a sync and a change wait, and then does both', async () => {
    const { free, lock, store } = await sharedStore();
    const api = await startFakeApi({ runs: 250 });
    const apiKey = 'k'.repeat(32);
    const host = new Host({ store });
    const server: Server = await serve({ host, apiKey });
    closers.push(
      () => api.close(),
      () => server.close(),
    );
    const policy = { allowHttp: true, allowPrivateHosts: true };
    const parsed = parseConnection({ apiKey: api.project.keys['root:prod'], baseUrl: api.url }, policy);
    if (!parsed.ok) {
      throw new Error(JSON.stringify(parsed.issues));
    }
    const { id } = host.connect(parsed.connection);
    const ask = async (path: string, body?: unknown) => {
      const response = await fetch(`${server.url}${path}`, {
        headers: {
          authorization: `Bearer ${apiKey}`,
          'content-type': 'application/json',
          'connection-id': id,
          'provider-config-key': 'trigger-dev',
        },
        ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      });
      await response.arrayBuffer();
      return response.status;
    };
    const done: string[] = [];
    lock();
    const writes = [
      host.runSync(id, 'runs').then(({ added }) => done.push(`${added} added`)),
      ask('/connections/metadata', {
        connection_id: id,
        provider_config_key: 'trigger-dev',
        metadata: { tags: ['a'] },
      }).then((status) => done.push(`metadata ${status}`)),
    ];
    await vi.waitFor(() => expect(api.requests.length).toBeGreaterThan(0));
    for (const path of ['/style.css', '/records?model=Run', '/connections']) {
      expect([path, await ask(path)]).toEqual([path, 200]);
    }
    expect(done).toEqual([]);
    free();
    await Promise.all(writes);
    expect(done.sort()).toEqual([`${api.project.runsOf('prod').length} added`, 'metadata 201']);
  });
});
