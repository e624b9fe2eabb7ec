import { hash } from 'node:crypto';
import { recordId } from './record-id.js';
import type { Scopes } from './scopes.js';
import type { Statements } from './statements.js';
import type { SaveCounts } from './store.js';
import { fromJson, toJson } from './stored-json.js';

/** Nango's batch: what is saved or not as a whole. */
const batchSize = 1_000;

/** Records with different ids, ready to be written. */
interface Batch {
  readonly ids: string[];
  readonly hashes: string[];
  readonly bodies: string[];
}

type KnownRecord = [hash: string | null, bodyId: number | null, deleted: number | null];

/** What is stored of each id of a batch, nulls for a new one: one answer for all, as each row would cost microseconds. */
const lookUp = `
SELECT json_group_array(json_array(records.hash, records.body_id, records.deleted) ORDER BY given.key) AS known
FROM json_each(?1) AS given LEFT JOIN records ON records.scope = ?2 AND records.id = given.value`;

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

// An update is told apart from an "added" by its time, so a change in the same millisecond counts as the next.
const upsert = `
INSERT INTO records (scope, id, hash, body_id, first_seen, modified, cursor)
SELECT ?1, value ->> 0, value ->> 1, value ->> 2, ?2, ?2, value ->> 3 FROM json_each(?3) WHERE true
ON CONFLICT (scope, id) DO UPDATE SET
  hash = excluded.hash, modified = max(excluded.modified, first_seen + 1), cursor = excluded.cursor, deleted = NULL`;

/** A statement costs about as much as the row that it writes. */
const bodiesAtOnce = 25;

const insertBodies = (rows: number) =>
  `INSERT INTO bodies (body_id, body) VALUES ${Array(rows).fill('(?, ?)').join(', ')}`;

const markSeen = `
UPDATE records SET seen = ?1
WHERE scope = ?2 AND seen <> ?1 AND id IN (SELECT value FROM json_each(?3))`;

const softDelete = `
UPDATE records SET deleted = ?1, modified = ?1, cursor = ?2
WHERE scope = ?3 AND id = ?4 AND deleted IS NULL`;

/** Splits where an id comes again: the later record is a change of the earlier one, as in two calls. */
function batchesOf(records: readonly { id: string | number }[], from: number, to: number): Batch[] {
  let batch: Batch = { ids: [], hashes: [], bodies: [] };
  const batches = [batch];
  const ids = new Set<string>();
  for (let place = from; place < to; place += 1) {
    const record = records[place];
    const id = recordId(record?.id);
    const body = toJson(record);
    if (ids.has(id)) {
      ids.clear();
      batch = { ids: [], hashes: [], bodies: [] };
      batches.push(batch);
    }
    ids.add(id);
    batch.ids.push(id);
    batch.hashes.push(hash('sha1', body, 'base64'));
    batch.bodies.push(body);
  }
  return batches;
}

/** Writes the records of a scope. */
export class RecordWriter {
  readonly #statements: Statements;
  readonly #scopes: Scopes;
  readonly #now: () => number;
  /** Was there nothing to write the last time? */
  #isQuiet = false;

  constructor(statements: Statements, scopes: Scopes, now: () => number) {
    this.#statements = statements;
    this.#scopes = scopes;
    this.#now = now;
  }

  save(scope: number, records: readonly { id: string | number }[]): SaveCounts {
    const counts: SaveCounts = { added: 0, updated: 0, deleted: 0, unchanged: 0 };
    for (let from = 0; from < records.length; from += batchSize) {
      const batches = batchesOf(records, from, Math.min(from + batchSize, records.length));
      if (this.#isQuiet && this.#isUnchanged(scope, batches)) {
        counts.unchanged += batches[0]?.ids.length ?? 0;
        continue;
      }
      const saved = this.#statements.transaction(() => batches.map((batch) => this.#saveBatch(scope, batch)));
      this.#isQuiet = saved.every(({ added, updated }) => added + updated === 0);
      for (const { added, updated, unchanged } of saved) {
        counts.added += added;
        counts.updated += updated;
        counts.unchanged += unchanged;
      }
    }
    return counts;
  }

  #known(scope: number, ids: string): KnownRecord[] {
    return fromJson<KnownRecord[]>(this.#statements.get<{ known: string }>(lookUp, ids, scope)?.known ?? '[]');
  }

  /** Looked up without a transaction, which costs more than the answer; while deletions are tracked there is one to write. */
  #isUnchanged(scope: number, [batch, ...others]: readonly Batch[]): boolean {
    if (batch === undefined || others.length > 0 || this.#scopes.tracking(scope) !== undefined) {
      return false;
    }
    const { hashes, ids } = batch;
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

  #saveBatch(scope: number, batch: Batch): SaveCounts {
    const ids = JSON.stringify(batch.ids);
    const counts = this.#write(scope, batch, this.#known(scope, ids));
    const tracking = this.#scopes.tracking(scope);
    if (tracking !== undefined) {
      this.#statements.run(markSeen, tracking, scope, ids);
    }
    return counts;
  }

  #write(scope: number, { bodies, hashes, ids }: Batch, known: readonly KnownRecord[]): SaveCounts {
    const updateBody = this.#statements.prepared('UPDATE bodies SET body = ? WHERE body_id = ?');
    let { cursor, lastBody } = this.#counters();
    let added = 0;
    const written: unknown[] = [];
    const newBodies: (number | string | undefined)[] = [];
    // By places: with the iterators of `entries` and of each row, V8 takes twice as long to compile this.
    for (let place = 0; place < known.length; place += 1) {
      const { 0: knownHash, 1: knownBody, 2: deleted } = known[place] as KnownRecord;
      const unchanged = knownHash === hashes[place];
      if (unchanged && deleted === null) {
        continue;
      }
      let bodyId = knownBody;
      if (bodyId === null) {
        lastBody += 1;
        bodyId = lastBody;
        newBodies.push(bodyId, bodies[place]);
      } else if (!unchanged) {
        updateBody.run([bodies[place], bodyId]);
      }
      added += knownBody === null || deleted !== null ? 1 : 0;
      cursor += 1;
      written.push([ids[place], hashes[place], bodyId, cursor]);
    }
    this.#insertBodies(newBodies);
    if (written.length > 0) {
      this.#statements.run(upsert, scope, this.#now(), JSON.stringify(written));
      this.#saveCursor(cursor);
    }
    return { added, updated: written.length - added, deleted: 0, unchanged: ids.length - written.length };
  }

  /** Ids and bodies in turn. */
  #insertBodies(values: readonly (number | string | undefined)[]): void {
    for (let from = 0; from < values.length; ) {
      const rows = values.length - from < 2 * bodiesAtOnce ? 1 : bodiesAtOnce;
      this.#statements.prepared(insertBodies(rows)).run(values.slice(from, from + 2 * rows));
      from += 2 * rows;
    }
  }

  delete(scope: number, ids: readonly (string | number)[]): SaveCounts {
    const known = ids.map(recordId);
    let deleted = 0;
    for (let from = 0; from < known.length; from += batchSize) {
      const batch = known.slice(from, from + batchSize);
      deleted += this.#statements.transaction(() => this.#markDeleted(scope, batch));
    }
    return { added: 0, updated: 0, deleted, unchanged: ids.length - deleted };
  }

  /** The ids that were not saved since the start of the tracking, now marked as deleted. */
  endTracking(scope: number, model: string): string[] {
    return this.#statements.transaction(() => {
      const mark = this.#scopes.endTracking(scope, model);
      const ids = this.#statements
        .all<{ id: string }>(
          'SELECT id FROM records WHERE scope = ? AND deleted IS NULL AND seen <> ? ORDER BY id',
          scope,
          mark,
        )
        .map(({ id }) => id);
      this.#markDeleted(scope, ids);
      return ids;
    });
  }

  #markDeleted(scope: number, ids: readonly string[]): number {
    const mark = this.#statements.prepared(softDelete);
    const now = this.#now();
    const { cursor: before } = this.#counters();
    let cursor = before;
    for (const id of ids) {
      cursor += mark.run(now, cursor + 1, scope, id).changes;
    }
    if (cursor !== before) {
      this.#saveCursor(cursor);
    }
    return cursor - before;
  }

  /** Forgets them altogether; inside a transaction. */
  forget(scope: number): void {
    this.#statements.run('DELETE FROM bodies WHERE body_id IN (SELECT body_id FROM records WHERE scope = ?)', scope);
    this.#statements.run('DELETE FROM records WHERE scope = ?', scope);
    this.#scopes.forgetTracking(scope);
  }

  #counters(): { cursor: number; lastBody: number } {
    const text = 'SELECT cursor, (SELECT coalesce(max(body_id), 0) FROM bodies) AS lastBody FROM counter';
    return this.#statements.get(text) ?? { cursor: 0, lastBody: 0 };
  }

  #saveCursor(cursor: number): void {
    this.#statements.run('UPDATE counter SET cursor = ?', cursor);
  }
}
