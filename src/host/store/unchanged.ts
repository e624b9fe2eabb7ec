import type { Batch } from './record-batch.js';
import type { Scopes } from './scopes.js';
import type { Statements } from './statements.js';

/** The hashes of what is stored and not deleted, one after the other: a left join keeps to the order of the ids. */
const hashesOf = `
SELECT group_concat(records.hash, '') AS hashes
FROM json_each(?1) AS given
LEFT JOIN records ON records.scope = ?2 AND records.id = given.value AND records.deleted IS NULL`;

/** With their ids, of a stretch of the table, from its end: read twice as fast as its rows one by one. */
const rowsBetween = `
SELECT group_concat(row, '') AS hashes FROM (
  SELECT iif(deleted IS NULL, length(id) || ':' || id || hash, '') AS row FROM records
  WHERE scope = ?1 AND id BETWEEN ?2 AND ?3 ORDER BY id DESC LIMIT ?4)`;

/** Tells without a write that a batch is stored as it is. */
export class Unchanged {
  readonly #statements: Statements;
  readonly #scopes: Scopes;

  constructor(statements: Statements, scopes: Scopes) {
    this.#statements = statements;
    this.#scopes = scopes;
  }

  /** Looked up without a transaction, which costs more than the answer; while deletions are tracked there is one to write. */
  isAll(scope: number, { hashes, ids }: Batch): boolean {
    if (this.#scopes.tracking(scope) !== undefined) {
      return false;
    }
    // Newest first, as lists come whose ids grow with time.
    const isStretch = ids.every((id, place) => place === 0 || id < String(ids[place - 1]));
    if (isStretch) {
      const rows = ids.map((id, place) => `${id.length}:${id}${hashes[place]}`).join('');
      if (rows === this.#hashes(rowsBetween, scope, ids.at(-1) ?? '', ids[0] ?? '', ids.length + 1)) {
        return true;
      }
    }
    // All hashes are of one length, so two lists of them never read the same.
    return hashes.join('') === this.#hashes(hashesOf, JSON.stringify(ids), scope);
  }

  #hashes(text: string, ...values: (string | number)[]): string {
    return this.#statements.get<{ hashes: string | null }>(text, ...values)?.hashes ?? '';
  }
}
