import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/host/index.js';

const folder = mkdtempSync(join(tmpdir(), 'store-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const locked = expect.objectContaining({
  name: 'ConnectorError',
  code: 'store_locked',
  message: expect.stringContaining('Another process'),
});

/** A process of its own that acquires the lock and then says so, or says why not. */
function otherProcess(path: string): { child: ChildProcess; said: Promise<string> } {
  const program = `
    const { openStore } = await import(${JSON.stringify(new URL('../../src/host/store/open.ts', import.meta.url).href)});
    const store = await openStore(${JSON.stringify(path)});
    try {
      store.acquireWriter();
      console.log('held');
      setInterval(() => undefined, 1_000);
    } catch (error) {
      console.log(error.code);
    }`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, said: once(child.stdout, 'data').then(([text]) => String(text).trim()) };
}

describe('the right to write', () => {
  it('is one of a process, and free again when that is killed', async () => {
    const path = join(folder, 'processes.db');
    const store = await openStore(path);
    const { child, said } = otherProcess(path);
    try {
      expect(await said).toBe('held');
      const start = performance.now();
      expect(() => store.acquireWriter()).toThrow(locked);
      expect(performance.now() - start).toBeLessThan(2_000);
      // Reading goes on, and so do the small writes that are no sync.
      store.saveMetadata('c', { a: 1 });
      expect(store.metadata('c')).toEqual({ a: 1 });
    } finally {
      child.kill('SIGKILL');
    }
    await once(child, 'exit');
    const release = store.acquireWriter();
    const later = otherProcess(path);
    expect(await later.said).toBe('store_locked');
    release();
    store.close();
  });

  it('is shared within a store, until the last release', async () => {
    const path = join(folder, 'shared.db');
    const [store, other] = [await openStore(path), await openStore(path)];
    const releases = [store.acquireWriter(), store.acquireWriter()];
    expect(() => other.acquireWriter()).toThrow(locked);
    releases[0]?.();
    releases[0]?.();
    expect(() => other.acquireWriter()).toThrow(locked);
    releases[1]?.();
    const release = other.acquireWriter();
    expect(() => store.acquireWriter()).toThrow(locked);
    release();
    const again = store.acquireWriter();
    // A release of before is not one of now.
    releases[1]?.();
    expect(() => other.acquireWriter()).toThrow(locked);
    again();
    store.close();
    other.close();
  });

  it('is given back by closing the store', async () => {
    const path = join(folder, 'closed.db');
    const [store, other, third] = [await openStore(path), await openStore(path), await openStore(path)];
    const release = store.acquireWriter();
    store.close();
    const held = other.acquireWriter();
    release();
    expect(() => third.acquireWriter()).toThrow(locked);
    held();
    other.close();
    third.close();
  });

  it('is the same by another name of the file', async () => {
    const path = join(folder, 'target.db');
    const store = await openStore(path);
    symlinkSync(path, join(folder, 'link.db'));
    const link = await openStore(join(folder, 'link.db'));
    const release = store.acquireWriter();
    expect(() => link.acquireWriter()).toThrow(locked);
    release();
    link.close();
    store.close();
  });

  it('is different for each file, and for each store in memory', async () => {
    const paths = [join(folder, 'one.db'), join(folder, 'two.db'), ':memory:', ':memory:'];
    const stores = await Promise.all(paths.map((path) => openStore(path)));
    const releases = stores.map((store) => store.acquireWriter());
    for (const [place, store] of stores.entries()) {
      releases[place]?.();
      store.close();
    }
  });
});
