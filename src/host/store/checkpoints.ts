import type { Statements } from './statements.js';
import { fromJson, toJson } from './stored-json.js';

const one = 'connection = ? AND sync = ?';

/**
 * The checkpoints of syncs, each with a version that grows by one with each save. Versions are in memory only: they
 * matter while a run goes on, and one process at a time syncs into a file.
 */
export class Checkpoints {
  readonly #statements: Statements;
  readonly #versions = new Map<string, number>();

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  find(connection: string, sync: string): unknown {
    const row = this.#statements.get<{ value: string }>(`SELECT value FROM checkpoints WHERE ${one}`, connection, sync);
    return row === undefined ? null : fromJson(row.value);
  }

  #has(connection: string, sync: string): boolean {
    return this.#statements.get(`SELECT 1 FROM checkpoints WHERE ${one}`, connection, sync) !== undefined;
  }

  /** Undefined where there is none. */
  version(connection: string, sync: string): number | undefined {
    return this.#has(connection, sync) ? (this.#versions.get(`${connection}\n${sync}`) ?? 1) : undefined;
  }

  /**
   * Inserts version 1 where there is none; otherwise replaces the one of the expected version, or whichever where none
   * is expected. Returns the version that was written.
   */
  save(connection: string, sync: string, checkpoint: unknown, expected?: number): number | undefined {
    const text = toJson(checkpoint);
    const key = `${connection}\n${sync}`;
    return this.#statements.transaction(() => {
      const known = this.#versions.get(key);
      if (known !== undefined && (expected ?? known) === known && this.#replace(connection, sync, text)) {
        this.#versions.set(key, known + 1);
        return known + 1;
      }
      const current = this.version(connection, sync);
      if (current !== undefined && expected !== undefined && current !== expected) {
        return undefined;
      }
      const version = (current ?? 0) + 1;
      this.#statements.run('INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?)', connection, sync, text);
      this.#versions.set(key, version);
      return version;
    });
  }

  /** Nearly always there is one, as it is saved after each page: no need to ask first. */
  #replace(connection: string, sync: string, text: string): boolean {
    const { changes } = this.#statements
      .prepared(`UPDATE checkpoints SET value = ? WHERE ${one}`)
      .run([text, connection, sync]);
    return changes > 0;
  }

  /** Those of all syncs where none is named. */
  clear(connection: string, sync?: string): void {
    this.#statements.run(
      `DELETE FROM checkpoints WHERE connection = ?1 AND (?2 IS NULL OR sync = ?2)`,
      connection,
      sync ?? null,
    );
  }
}
