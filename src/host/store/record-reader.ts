import type { Statements } from './statements.js';
import type { DayCount, LastAction, RecordsOptions, StoredRecord } from './store.js';
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

const columns = `records.id, body, first_seen, modified, deleted, cursor, ${lastAction} AS last_action`;
const select = `
SELECT ${columns}
FROM records JOIN bodies USING (body_id)
WHERE scope = ?1 AND (?2 IS NULL OR modified >= ?2)
  AND (?3 IS NULL OR ${lastAction} IN (SELECT value FROM json_each(?3)))`;

// The plus keeps SQLite from walking all cursors where it can look up a few ids.
const oneOfIds = 'AND records.id IN (SELECT value FROM json_each(?6))';
const changed = `${select} AND cursor > ?4 ORDER BY cursor LIMIT ?5`;
const changedOfIds = `${select} AND +cursor > ?4 ${oneOfIds} ORDER BY +cursor LIMIT ?5`;
const latest = `${select} AND deleted IS NULL AND cursor < ?4 ORDER BY cursor DESC LIMIT ?5`;
const latestWith = `${select} AND deleted IS NULL AND cursor < ?4
  AND NOT EXISTS (SELECT 1 FROM json_each(?6) AS wanted WHERE body ->> wanted.key IS NOT wanted.value)
ORDER BY cursor DESC LIMIT ?5`;
const counted = `
SELECT substr(body ->> 'createdAt', 1, 10) AS day, body ->> 'status' AS status, count(*) AS runs
FROM (SELECT body_id FROM records WHERE scope = ?1 AND deleted IS NULL ORDER BY cursor DESC LIMIT ?2) JOIN bodies USING (body_id)
GROUP BY day, status`;
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
    if (options.fields !== undefined) {
      return this.#read(scope, latestWith, { ...options, cursor }, JSON.stringify(options.fields));
    }
    return this.#read(scope, options.ids === undefined ? latest : latestOfIds, { ...options, cursor });
  }

  /** Of the last that changed: how many of each status were created on each day. */
  countByDay(scope: number, most: number): DayCount[] {
    return this.#statements.all<DayCount>(counted, scope, most);
  }

  #read(
    scope: number,
    text: string,
    { actions, cursor, ids, limit, modifiedAfter, mostBytes }: RecordsOptions,
    more: string | undefined = ids && JSON.stringify(ids),
  ): StoredRecord[] {
    const rows = <Row>(asked: string, most: number) =>
      this.#statements.all<Row>(
        asked,
        scope,
        modifiedAfter ?? null,
        actions === undefined ? null : JSON.stringify(actions),
        cursor ?? 0,
        most,
        ...(more === undefined ? [] : [more]),
      );
    if (mostBytes === undefined || limit < 2) {
      return rows<RecordRow>(text, limit).map(storedRecord);
    }
    // SQLite knows the length of a body without reading it.
    const sizes = rows<{ bytes: number }>(text.replace(columns, 'octet_length(body) AS bytes'), limit);
    let left = mostBytes;
    const fitting = sizes.findIndex(({ bytes }) => {
      left -= bytes;
      return left < 0;
    });
    return rows<RecordRow>(text, fitting < 0 ? sizes.length : Math.max(1, fitting)).map(storedRecord);
  }
}
