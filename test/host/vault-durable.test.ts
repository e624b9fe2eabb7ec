import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openStore, openVault, rotateKey } from '../../src/host/index.js';

let folder = '';

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'vault-durable-')));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

it('a rotation has its sealing on the disk before the key file is replaced', async () => {
  const path = join(folder, 'store.db');
  const store = await openStore(path);
  openVault(path, store, {});
  const steps: string[] = [];
  const exec = Database.prototype.exec;
  vi.spyOn(Database.prototype, 'exec').mockImplementation(function (this: Database.Database, text: string) {
    steps.push(text);
    return exec.call(this, text);
  });
  await rotateKey(path, store, {});
  expect(steps.filter((step) => step !== 'BEGIN EXCLUSIVE')).toEqual([
    'PRAGMA synchronous = FULL',
    'BEGIN IMMEDIATE',
    'COMMIT',
    'PRAGMA synchronous = NORMAL',
  ]);
  store.close();
});
