import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type Database from 'libsql';
import { ConnectorError } from '../../errors/index.js';
import { guarded } from './guarded.js';
import { schema, schemaVersion } from './schema.js';
import { SqliteStore } from './sqlite.js';
import type { Store } from './store.js';

async function loadDriver(): Promise<typeof Database> {
  try {
    return (await import('libsql')).default;
  } catch {
    throw new ConnectorError(
      'store_unavailable',
      'The record store needs the optional package libsql. Install it: npm install libsql',
    );
  }
}

/** Opens the store at a path, creating file and folder. `:memory:` keeps nothing. */
export async function openStore(path: string, now: () => number = Date.now): Promise<Store> {
  const Driver = await loadDriver();
  return guarded(() => {
    if (path !== ':memory:') {
      mkdirSync(dirname(resolve(path)), { recursive: true, mode: 0o700 });
    }
    const db = new Driver(path, { timeout: 5_000 });
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    const { user_version: found = 0 } = (db.prepare('PRAGMA user_version').get() ?? {}) as { user_version?: number };
    if (found > schemaVersion) {
      throw new ConnectorError('store_unavailable', 'A newer version wrote this store. Upgrade, or use another path.');
    }
    db.exec(`${schema} PRAGMA user_version = ${schemaVersion};`);
    return new SqliteStore(db, now);
  });
}
