import type { Statements } from './statements.js';
import { fromJson, toJson } from './stored-json.js';

export type AsyncResult =
  | { readonly state: 'running' }
  | { readonly state: 'done'; readonly output: unknown }
  | { readonly state: 'failed'; readonly status: number; readonly error: Readonly<Record<string, unknown>> };

/** A result can be asked for so long, in milliseconds. */
const keptMs = 24 * 60 * 60_000;

/** Actions that run by themselves, and what came of them. */
export class AsyncActions {
  readonly #statements: Statements;
  readonly #now: () => number;

  constructor(statements: Statements, now: () => number) {
    this.#statements = statements;
    this.#now = now;
  }

  save(id: string, connection: string, result: AsyncResult): void {
    this.sweep();
    this.#statements.run(
      // Not for a connection that was forgotten meanwhile.
      'INSERT OR REPLACE INTO async_actions SELECT ?1, id, ?3, ?4 FROM connections WHERE id = ?2',
      id,
      connection,
      this.#now(),
      toJson(result),
    );
  }

  sweep(): void {
    this.#statements.run('DELETE FROM async_actions WHERE time < ?', this.#now() - keptMs);
  }

  find(id: string): AsyncResult | undefined {
    const row = this.#statements.get<{ value: string }>(
      'SELECT value FROM async_actions WHERE id = ? AND time >= ?',
      id,
      this.#now() - keptMs,
    );
    return row && fromJson<AsyncResult>(row.value);
  }

  /** Those that no process runs any more: nobody knows how far they came. */
  running(): { id: string; connection: string }[] {
    return this.#statements.all(`SELECT id, connection FROM async_actions WHERE value ->> 'state' = 'running'`);
  }
}
