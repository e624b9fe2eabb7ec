import type Database from 'libsql';
import { ConnectorError } from '../../errors/index.js';
import { AtRest } from './at-rest.js';
import { guarded } from './guarded.js';

export type Value = string | number | null;

function checked(values: readonly Value[]): readonly Value[] {
  // The driver ends the whole process over a boolean, and callers without types may pass one.
  if (values.some((value) => typeof value !== 'string' && typeof value !== 'number' && value !== null)) {
    throw new ConnectorError('input_invalid', 'The record store takes only text and numbers here.');
  }
  return values;
}

/** The driver waits for a lock so long, and nothing else happens meanwhile. */
export const waitingMs = 5_000;

/** Not 0: a reader, too, meets locks, those of a moment. */
const glanceMs = 2;

/** The opened file with its prepared statements; throws nothing but `ConnectorError`. */
export class Statements {
  readonly #db: Database.Database;
  readonly #prepared = new Map<string, Database.Statement>();
  readonly #rest = new AtRest(() => this.#foldLog());
  /** Noted here: the driver ends the whole process where a closed file is asked for it. */
  #isInTransaction = false;
  /** Does a transaction wait for the lock of another process, and with it the whole of this one? */
  #waits = true;
  #timeoutMs = waitingMs;

  constructor(db: Database.Database) {
    this.#db = db;
  }

  /** For loops in a transaction, which guards them as a whole: the bare statement. */
  prepared(text: string): Database.Statement {
    let statement = this.#prepared.get(text);
    if (statement === undefined) {
      statement = this.#db.prepare(text);
      this.#prepared.set(text, statement);
    }
    return statement;
  }

  get<Row>(text: string, ...values: Value[]): Row | undefined {
    return guarded(() => this.prepared(text).get(checked(values)) as Row | undefined);
  }

  all<Row>(text: string, ...values: Value[]): Row[] {
    return guarded(() => this.prepared(text).all(checked(values)) as Row[]);
  }

  /** A write by itself, or one of the transaction that is open. */
  run(text: string, ...values: Value[]): void {
    // The driver does not reset a statement that met a lock, and an unreset one keeps every later COMMIT from ending:
    // only BEGIN may meet one.
    this.transaction(() => this.prepared(text).run(checked(values)));
  }

  /** Several statements at once, without values. */
  execute(text: string): void {
    guarded(() => this.#db.exec(text));
  }

  /** All of it or nothing; within another it is a part of that one. */
  transaction<Result>(work: () => Result): Result {
    return guarded(() => {
      if (this.#isInTransaction) {
        return work();
      }
      // IMMEDIATE: a read that later wants to write cannot wait for another writer, it fails at once.
      this.#setTimeout(this.#waits ? waitingMs : glanceMs);
      this.#db.exec('BEGIN IMMEDIATE');
      this.#isInTransaction = true;
      try {
        const result = work();
        this.#db.exec('COMMIT');
        this.#rest.disturb();
        return result;
      } catch (error) {
        // SQLite rolls back by itself on a full disk; a second ROLLBACK would hide the reason.
        if (this.#db.inTransaction) {
          this.#db.exec('ROLLBACK');
        }
        throw error;
      } finally {
        this.#isInTransaction = false;
      }
    });
  }

  #setTimeout(ms: number): void {
    if (ms !== this.#timeoutMs) {
      this.#db.exec(`PRAGMA busy_timeout = ${ms}`);
      this.#timeoutMs = ms;
    }
  }

  /** Its transactions fail at once where another process has the lock. */
  withoutWaiting<Result>(work: () => Result): Result {
    const before = this.#waits;
    this.#waits = false;
    try {
      return work();
    } finally {
      this.#waits = before;
    }
  }

  /** A transaction that a power cut after it does not take back; the others may lose their last second, as one. */
  durably(work: () => void): void {
    this.execute('PRAGMA synchronous = FULL');
    try {
      this.transaction(work);
    } finally {
      this.execute('PRAGMA synchronous = NORMAL');
    }
  }

  /** Puts what the log holds into the file, which then holds everything by itself; what is left, the next time does. */
  #foldLog(): void {
    try {
      this.#db.exec('PRAGMA wal_checkpoint');
    } catch {}
  }

  close(): void {
    this.#rest.stop();
    this.#foldLog();
    guarded(() => {
      this.#prepared.clear();
      this.#db.close();
    });
  }
}
