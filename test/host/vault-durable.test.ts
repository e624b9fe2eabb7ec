import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openStore, openVault, rotateKey } from '../../src/host/index.js';

/** What reached the disk, in its order: a power cut leaves the beginning of it. */
const steps = vi.hoisted(() => [] as string[]);

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const names = new Map<number, string>();
  const nameOf = (path: unknown) => String(path).split('/').at(-1) ?? '';
  return {
    ...fs,
    openSync: (...given: Parameters<typeof fs.openSync>) => {
      const file = fs.openSync(...given);
      names.set(file, fs.fstatSync(file).isDirectory() ? 'folder' : nameOf(given[0]));
      return file;
    },
    fsyncSync: (file: number) => {
      steps.push(`flush ${names.get(file)}`);
      fs.fsyncSync(file);
    },
    renameSync: (...given: Parameters<typeof fs.renameSync>) => {
      steps.push(`rename ${given.map(nameOf).join(' ')}`);
      fs.renameSync(...given);
    },
  };
});

let folder = '';

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'vault-durable-')));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

it('a rotation puts each step on the disk before the next', async () => {
  const path = join(folder, 'store.db');
  const store = await openStore(path);
  steps.length = 0;
  openVault(path, store, {});
  expect(steps.splice(0)).toEqual(['flush store.db.key', 'flush folder']);
  const exec = Database.prototype.exec;
  vi.spyOn(Database.prototype, 'exec').mockImplementation(function (this: Database.Database, text: string) {
    steps.push(text);
    return exec.call(this, text);
  });
  await rotateKey(path, store, {});
  expect(steps.filter((step) => step !== 'BEGIN EXCLUSIVE')).toEqual([
    'flush store.db.key.next',
    'flush folder',
    'PRAGMA synchronous = FULL',
    'BEGIN IMMEDIATE',
    'COMMIT',
    'PRAGMA synchronous = NORMAL',
    'rename store.db.key.next store.db.key',
    'flush folder',
  ]);
  store.close();
});
