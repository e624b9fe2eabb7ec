import type { Statements } from './statements.js';
import type { SyncOutcome } from './store.js';
import { fromJson, toJson } from './stored-json.js';

/** How the last run of each sync of a connection ended. */
export class Outcomes {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  save(connection: string, outcome: SyncOutcome): void {
    const before = this.last(connection, outcome.sync);
    // An older host noted none.
    const succeededBefore = before?.succeededAt ?? (before?.error === undefined ? before?.startedAt : undefined);
    const succeededAt = outcome.error === undefined ? outcome.startedAt : succeededBefore;
    const value = toJson({ ...outcome, succeededAt });
    this.#statements.run('INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?)', connection, outcome.sync, value);
  }

  last(connection: string, sync: string): SyncOutcome | undefined {
    const text = 'SELECT value FROM outcomes WHERE connection = ? AND sync = ?';
    const row = this.#statements.get<{ value: string }>(text, connection, sync);
    return row && fromJson<SyncOutcome>(row.value);
  }

  all(connection: string): SyncOutcome[] {
    return this.#statements
      .all<{ value: string }>('SELECT value FROM outcomes WHERE connection = ? ORDER BY sync', connection)
      .map(({ value }) => fromJson<SyncOutcome>(value));
  }
}
