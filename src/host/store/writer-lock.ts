import type Database from 'libsql';
import { ConnectorError } from '../../errors/index.js';
import { guarded, isBusy } from './guarded.js';

/**
 * The right to sync into a file, for one opened store at a time. It is SQLite's own lock on a file beside the store:
 * the operating system takes it back however its holder ends, so none is ever left behind, and readers are not kept out.
 */
export class WriterLock {
  readonly #open: () => Database.Database;
  readonly #users = new Set<symbol>();
  #held: Database.Database | undefined;

  /** `open` opens the lock file, without waiting for its lock. */
  constructor(open: () => Database.Database) {
    this.#open = open;
  }

  /** Returns the release, which may be called again. Who holds the lock shares it. */
  acquire(): () => void {
    this.#held ??= guarded(() => this.#lock());
    const user = Symbol();
    this.#users.add(user);
    return () => {
      if (this.#users.delete(user) && this.#users.size === 0) {
        this.close();
      }
    };
  }

  #lock(): Database.Database {
    const file = this.#open();
    try {
      file.exec('BEGIN EXCLUSIVE');
      return file;
    } catch (error) {
      file.close();
      throw isBusy(error)
        ? new ConnectorError(
            'store_locked',
            'Another process is syncing into this record store. Wait until it has finished or stop it, then try again.',
          )
        : error;
    }
  }

  close(): void {
    const held = this.#held;
    this.#held = undefined;
    this.#users.clear();
    guarded(() => held?.close());
  }
}
