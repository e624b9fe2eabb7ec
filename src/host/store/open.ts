import { closeSync, mkdirSync, openSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type Database from 'libsql';
import { ConnectorError } from '../../errors/index.js';
import { guarded } from './guarded.js';
import { migrations } from './schema.js';
import { SqliteStore } from './sqlite.js';
import { Statements, waitingMs } from './statements.js';
import type { Store } from './store.js';
import { WriterLock } from './writer-lock.js';

async function loadDriver(): Promise<typeof Database> {
  try {
    return (await import('libsql')).default;
  } catch {
    throw new ConnectorError(
      'package_missing',
      'The record store needs the optional package libsql. Install it: npm install libsql',
    );
  }
}

/**
 * Pages of 8 kB, for a new file: nine bodies of a run fit on one, four on a page of the usual 4 kB, and half as many
 * pages are written. Ids may arrive in no order, so a page of records touches as many pages of the file: more of the log
 * before it is folded in lets each be written once for several changes. That takes a twentieth of a second for 16 MB, so
 * it waits for a rest (`Statements`), or for 32 MB: some 15,000 runs. More pages in memory than SQLite's own 2 MB gain
 * nothing: the operating system holds them as well.
 */
const settings = `
PRAGMA page_size = 8192;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
`;
const logBytes = 32 * 1024 * 1024;

/** An older file keeps its smaller pages, and SQLite counts the log in pages. */
function setLogSize(statements: Statements): void {
  const { page_size: pageSize } = statements.get<{ page_size: number }>('PRAGMA page_size') ?? { page_size: 8_192 };
  statements.execute(`PRAGMA wal_autocheckpoint = ${logBytes / pageSize}`);
}

function versionOf(statements: Statements): number {
  return statements.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
}

/** Brings a file to the current version, in one transaction; a file that is there already is only read. */
function migrate(statements: Statements): void {
  if (versionOf(statements) === migrations.length) {
    return;
  }
  statements.transaction(() => {
    // Read again: another process may have migrated while this one waited.
    const found = versionOf(statements);
    if (found > migrations.length) {
      throw new ConnectorError('store_unavailable', 'A newer version wrote this store. Upgrade, or use another path.');
    }
    statements.execute([...migrations.slice(found), `PRAGMA user_version = ${migrations.length};`].join(''));
  });
}

/** Opens the store at a path, creating file and folder. `:memory:` keeps nothing. */
export async function openStore(path: string, now: () => number = Date.now): Promise<Store> {
  const Driver = await loadDriver();
  return guarded(() => {
    if (path !== ':memory:') {
      mkdirSync(dirname(resolve(path)), { recursive: true, mode: 0o700 });
      // A new file is its owner's only; SQLite gives the files beside it the same rights.
      closeSync(openSync(path, 'a', 0o600));
    }
    const statements = new Statements(new Driver(path, { timeout: waitingMs }));
    try {
      statements.execute(settings);
      setLogSize(statements);
      migrate(statements);
      // The real path: a link to the store shares its lock.
      const lockPath = path === ':memory:' ? undefined : `${realpathSync(path)}.lock`;
      const lock = lockPath === undefined ? undefined : new WriterLock(() => new Driver(lockPath, { timeout: 0 }));
      return new SqliteStore(statements, { lock, now });
    } catch (error) {
      statements.close();
      throw error;
    }
  });
}
