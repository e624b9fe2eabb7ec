import type { Note } from './executions.js';
import { isLockedOut } from './guarded.js';
import type { Statements } from './statements.js';
import { fromJson, toJson } from './stored-json.js';

export interface SyncSchedule {
  /** `stopped`: by a failure that trying again does not mend, until somebody starts it or replaces the key. */
  readonly state: 'started' | 'paused' | 'stopped';
  /** Chosen for this connection, such as "every hour"; null for that of the sync. */
  readonly frequency: string | null;
  /** Unix milliseconds. */
  readonly nextAt: number;
  /** Failures in a row. */
  readonly failures: number;
}

interface ScheduleOfSync {
  readonly connection: string;
  readonly sync: string;
  readonly schedule: SyncSchedule;
}

const keyOf = (connection: string, sync: string) => `${connection}\n${sync}`;

/** When each sync of each connection runs next; it outlives the process, so a restart goes on where it was. */
export class SyncSchedules {
  readonly #statements: Statements;
  readonly #note: Note;
  /** Those that another process keeps from being written: they count already. */
  readonly #unwritten = new Map<string, ScheduleOfSync>();

  constructor(statements: Statements, note: Note) {
    this.#statements = statements;
    this.#note = note;
  }

  all(): ScheduleOfSync[] {
    const written = this.#statements
      .all<{ connection: string; sync: string; value: string }>('SELECT connection, sync, value FROM schedules')
      .filter(({ connection, sync }) => !this.#unwritten.has(keyOf(connection, sync)))
      .map(({ connection, sync, value }) => ({ connection, sync, schedule: fromJson<SyncSchedule>(value) }));
    return [...written, ...this.#unwritten.values()];
  }

  find(connection: string, sync: string): SyncSchedule | undefined {
    const unwritten = this.#unwritten.get(keyOf(connection, sync));
    if (unwritten !== undefined) {
      return unwritten.schedule;
    }
    const row = this.#statements.get<{ value: string }>(
      'SELECT value FROM schedules WHERE connection = ? AND sync = ?',
      connection,
      sync,
    );
    return row && fromJson<SyncSchedule>(row.value);
  }

  /** Holds nobody: what cannot be written now is as good as written, and is when the file is free. */
  save(connection: string, sync: string, schedule: SyncSchedule): void {
    const one = { connection, sync, schedule };
    const key = keyOf(connection, sync);
    if (this.#unwritten.has(key)) {
      this.#unwritten.set(key, one);
      return;
    }
    try {
      this.#statements.withoutWaiting(() => this.#write(one));
    } catch (error) {
      if (!isLockedOut(error)) {
        throw error;
      }
      this.#unwritten.set(key, one);
      this.#writeLater(key);
    }
  }

  /** Its rows are gone: what was not written yet is not to be. */
  forget(connection: string): void {
    for (const [key, one] of this.#unwritten) {
      if (one.connection === connection) {
        this.#unwritten.delete(key);
      }
    }
  }

  #write({ connection, schedule, sync }: ScheduleOfSync): void {
    this.#statements.run('INSERT OR REPLACE INTO schedules VALUES (?, ?, ?)', connection, sync, toJson(schedule));
  }

  #writeLater(key: string): void {
    const work = () => {
      const one = this.#unwritten.get(key);
      if (one !== undefined) {
        this.#write(one);
        this.#unwritten.delete(key);
      }
    };
    this.#note(work).catch((error: unknown) => {
      if (isLockedOut(error)) {
        this.#writeLater(key);
      } else {
        // As the file has it: the run is due as before.
        this.#unwritten.delete(key);
      }
    });
  }
}
