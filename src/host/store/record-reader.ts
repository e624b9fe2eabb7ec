import type { Statements } from './statements.js';
import type { LastAction, RecordsOptions, StoredRecord } from './store.js';
import { fromJson } from './stored-json.js';

interface RecordRow {
  id: string;
  body: string;
  first_seen: number;
  modified: number;
  deleted: number | null;
  cursor: number;
  last_action: LastAction;
}

const lastAction = `CASE WHEN deleted IS NOT NULL THEN 'deleted' WHEN first_seen = modified THEN 'added' ELSE 'updated' END`;

const select = `
SELECT records.id, body, first_seen, modified, deleted, cursor, ${lastAction} AS last_action
FROM records JOIN bodies USING (body_id)
WHERE scope = ?1 AND (?2 IS NULL OR modified >= ?2)
  AND (?3 IS NULL OR ${lastAction} IN (SELECT value FROM json_each(?3)))`;

// The plus keeps SQLite from walking all cursors where it can look up a few ids.
const oneOfIds = 'AND records.id IN (SELECT value FROM json_each(?6))';
const changed = `${select} AND cursor > ?4 ORDER BY cursor LIMIT ?5`;
const changedOfIds = `${select} AND +cursor > ?4 ${oneOfIds} ORDER BY +cursor LIMIT ?5`;
const latest = `${select} AND deleted IS NULL AND cursor < ?4 ORDER BY cursor DESC LIMIT ?5`;
const latestOfIds = `${select} AND deleted IS NULL AND +cursor < ?4 ${oneOfIds} ORDER BY +cursor DESC LIMIT ?5`;

function storedRecord(row: RecordRow): StoredRecord {
  const body = fromJson<Record<string, unknown>>(row.body);
  // The body may hold the number that the id was saved as.
  body['id'] = row.id;
  return {
    body,
    firstSeenAt: row.first_seen,
    lastModifiedAt: row.modified,
    deletedAt: row.deleted,
    lastAction: row.last_action,
    cursor: row.cursor,
  };
}

/** Reads the records of a scope. */
export class RecordReader {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  count(scope: number): number {
    const row = this.#statements.get<{ n: number }>(
      'SELECT count(*) AS n FROM records WHERE scope = ? AND deleted IS NULL',
      scope,
    );
    return row?.n ?? 0;
  }

  changed(scope: number, options: RecordsOptions): StoredRecord[] {
    return this.#read(scope, options.ids === undefined ? changed : changedOfIds, { cursor: 0, ...options });
  }

  latest(scope: number, options: RecordsOptions): StoredRecord[] {
    const { cursor = Number.MAX_SAFE_INTEGER } = options;
    return this.#read(scope, options.ids === undefined ? latest : latestOfIds, { ...options, cursor });
  }

  #read(scope: number, text: string, { actions, cursor, ids, limit, modifiedAfter }: RecordsOptions): StoredRecord[] {
    return this.#statements
      .all<RecordRow>(
        text,
        scope,
        modifiedAfter ?? null,
        actions === undefined ? null : JSON.stringify(actions),
        cursor ?? 0,
        limit,
        ...(ids === undefined ? [] : [JSON.stringify(ids)]),
      )
      .map(storedRecord);
  }
}
