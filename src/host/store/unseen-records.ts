import { recordsPerRequest, untrackedRefusal } from '../../nango/limits.js';
import type { Stored } from './room.js';
import type { Scopes } from './scopes.js';
import type { Statements } from './statements.js';

const unseen = `
SELECT id FROM records WHERE scope = ?1 AND deleted IS NULL AND seen <> ?2 AND id > ?3 ORDER BY id LIMIT ?4`;

const softDelete = `
UPDATE records SET deleted = ?1, modified = ?1, cursor = ?2
WHERE scope = ?3 AND id = ?4 AND deleted IS NULL`;

/** Deletes what was not saved since the start of a tracking. */
export class UnseenRecords {
  readonly #statements: Statements;
  readonly #scopes: Scopes;
  readonly #stored: Stored;
  readonly #now: () => number;

  constructor(statements: Statements, scopes: Scopes, stored: Stored, now: () => number) {
    this.#statements = statements;
    this.#scopes = scopes;
    this.#stored = stored;
    this.#now = now;
  }

  /** The next ids that were not saved since the start of the tracking, now marked as deleted. */
  some(scope: number, model: string, after: string): string[] {
    const mark = this.#trackedBy(scope, model);
    return this.#statements.transaction(() => this.#deleteUnseen(scope, mark, after, recordsPerRequest));
  }

  /** All of them, and the end of the tracking. */
  all(scope: number, model: string): string[] {
    const mark = this.#trackedBy(scope, model);
    return this.#statements.transaction(() => {
      this.#scopes.forgetTracking(scope);
      return this.#deleteUnseen(scope, mark, '', -1);
    });
  }

  #trackedBy(scope: number, model: string): number {
    const mark = this.#scopes.tracking(scope);
    if (mark === undefined) {
      throw untrackedRefusal(model);
    }
    return mark;
  }

  /** `most` -1: all. */
  #deleteUnseen(scope: number, mark: number, after: string, most: number): string[] {
    const ids = this.#statements.all<{ id: string }>(unseen, scope, mark, after, most).map(({ id }) => id);
    this.#markDeleted(scope, ids);
    return ids;
  }

  #markDeleted(scope: number, ids: readonly string[]): void {
    const mark = this.#statements.prepared(softDelete);
    const now = this.#now();
    const before = this.#statements.get<{ cursor: number }>('SELECT cursor FROM counter')?.cursor ?? 0;
    let cursor = before;
    for (const id of ids) {
      cursor += mark.run(now, cursor + 1, scope, id).changes;
    }
    if (cursor !== before) {
      this.#stored.note(scope, { records: before - cursor, bytes: 0 });
      this.#statements.run('UPDATE counter SET cursor = ?', cursor);
    }
  }
}
