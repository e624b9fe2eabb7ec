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

/** When each sync of each connection runs next; it outlives the process, so a restart goes on where it was. */
export class SyncSchedules {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  all(): { connection: string; sync: string; schedule: SyncSchedule }[] {
    return this.#statements
      .all<{ connection: string; sync: string; value: string }>('SELECT connection, sync, value FROM schedules')
      .map(({ connection, sync, value }) => ({ connection, sync, schedule: fromJson(value) }));
  }

  find(connection: string, sync: string): SyncSchedule | undefined {
    const row = this.#statements.get<{ value: string }>(
      'SELECT value FROM schedules WHERE connection = ? AND sync = ?',
      connection,
      sync,
    );
    return row && fromJson<SyncSchedule>(row.value);
  }

  save(connection: string, sync: string, schedule: SyncSchedule): void {
    this.#statements.run('INSERT OR REPLACE INTO schedules VALUES (?, ?, ?)', connection, sync, toJson(schedule));
  }
}
