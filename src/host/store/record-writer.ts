import { recordsPerRequest } from '../../nango/limits.js';
import { type Batch, batchOf, type RecordToStore } from './record-batch.js';
import { type Room, Stored } from './room.js';
import type { Scopes } from './scopes.js';
import type { Statements } from './statements.js';
import type { SaveCounts, Saved } from './store.js';
import { fromJson } from './stored-json.js';
import { Unchanged } from './unchanged.js';
import { UnseenRecords } from './unseen-records.js';

type KnownRecord = [hash: string | null, bodyId: number | null, deleted: number | null];

/** What is stored of each id of a batch, nulls for a new one: one answer for all, as each row would cost microseconds. */
const lookUp = `
SELECT json_group_array(json_array(records.hash, records.body_id, records.deleted) ORDER BY given.key) AS known
FROM json_each(?1) AS given LEFT JOIN records ON records.scope = ?2 AND records.id = given.value`;

// An update is told apart from an "added" by its time, so a change in the same millisecond counts as the next. A deleted
// record that comes again is a new one.
const upsert = `
INSERT INTO records (scope, id, hash, body_id, first_seen, modified, cursor)
SELECT ?1, value ->> 0, value ->> 1, value ->> 2, ?2, ?2, value ->> 3 FROM json_each(?3) WHERE true
ON CONFLICT (scope, id) DO UPDATE SET
  hash = excluded.hash, cursor = excluded.cursor, deleted = NULL,
  first_seen = iif(deleted IS NULL, first_seen, excluded.first_seen),
  modified = iif(deleted IS NULL, max(excluded.modified, first_seen + 1), excluded.modified)`;

/** Also of one that was never saved, and of one that is deleted already. */
const upsertDeleted = `
INSERT INTO records (scope, id, hash, body_id, first_seen, modified, cursor, deleted)
SELECT ?1, value ->> 0, value ->> 1, value ->> 2, ?2, ?2, value ->> 3, ?2 FROM json_each(?3) WHERE true
ON CONFLICT (scope, id) DO UPDATE SET
  hash = excluded.hash, modified = excluded.modified, cursor = excluded.cursor, deleted = excluded.deleted`;

/** A statement costs about as much as the row that it writes. */
const bodiesAtOnce = 25;

const insertBodies = (rows: number) =>
  `INSERT INTO bodies (body_id, body) VALUES ${Array(rows).fill('(?, ?)').join(', ')}`;

const markSeen = `
UPDATE records SET seen = ?1
WHERE scope = ?2 AND seen <> ?1 AND id IN (SELECT value FROM json_each(?3))`;

const lengthOf = `
SELECT coalesce(sum(octet_length(body)), 0) AS n FROM bodies WHERE body_id IN (SELECT value FROM json_each(?1))`;

const sizeOf = `
SELECT count(*) FILTER (WHERE deleted IS NULL) AS records, coalesce(sum(octet_length(body)), 0) AS bytes
FROM records JOIN bodies USING (body_id) WHERE scope = ?1`;

/** Records that are forgotten in one transaction, where others wait for it to end. */
const forgottenAtOnce = 200;

const some = 'SELECT id, body_id, deleted FROM records WHERE scope = ? ORDER BY id LIMIT ?';

interface ForgottenRow {
  readonly id: string;
  readonly body_id: number;
  readonly deleted: number | null;
}

/** Writes the records of a scope. */
export class RecordWriter {
  readonly #statements: Statements;
  readonly #scopes: Scopes;
  readonly #stored: Stored;
  /** Those that a tracking did not see. */
  readonly unseen: UnseenRecords;
  readonly #unchanged: Unchanged;
  readonly #now: () => number;
  /** Was there nothing to write the last time? */
  #isQuiet = false;

  constructor(statements: Statements, scopes: Scopes, now: () => number) {
    this.#statements = statements;
    this.#scopes = scopes;
    this.#stored = new Stored(statements, scopes);
    this.unseen = new UnseenRecords(statements, scopes, this.#stored, now);
    this.#unchanged = new Unchanged(statements, scopes);
    this.#now = now;
  }

  /** Throws `store_full` where `room` does not hold what is new. */
  save(scope: number, records: readonly RecordToStore[], room: Room): Saved {
    const counts: SaveCounts = { added: 0, updated: 0, deleted: 0, unchanged: 0 };
    let duplicates: string[] = [];
    for (let from = 0; from < records.length; from += recordsPerRequest) {
      const batch = batchOf('save', records, from, Math.min(from + recordsPerRequest, records.length));
      duplicates = duplicates.concat(batch.duplicates);
      if (this.#isQuiet && this.#unchanged.isAll(scope, batch)) {
        counts.unchanged += batch.ids.length;
        continue;
      }
      const { added, unchanged, updated } = this.#statements.transaction(() => this.#saveBatch(scope, batch, room));
      this.#isQuiet = added + updated === 0;
      counts.added += added;
      counts.updated += updated;
      counts.unchanged += unchanged;
    }
    return duplicates.length === 0 ? counts : { ...counts, duplicates };
  }

  #known(scope: number, ids: string): KnownRecord[] {
    return fromJson<KnownRecord[]>(this.#statements.get<{ known: string }>(lookUp, ids, scope)?.known ?? '[]');
  }

  #saveBatch(scope: number, batch: Batch, room: Room): SaveCounts {
    const ids = JSON.stringify(batch.ids);
    const { live, written } = this.#write(scope, batch, this.#known(scope, ids), room);
    const tracking = this.#scopes.tracking(scope);
    if (tracking !== undefined) {
      this.#statements.run(markSeen, tracking, scope, ids);
    }
    return { added: written - live, updated: live, deleted: 0, unchanged: batch.ids.length - written };
  }

  /** How many were written, and how many of those were stored and not deleted. Without room for more it deletes. */
  #write(
    scope: number,
    { bodies, hashes, ids }: Batch,
    known: readonly KnownRecord[],
    room: Room | undefined,
  ): { written: number; live: number } {
    const isDelete = room === undefined;
    let { cursor, lastBody } = this.#counters();
    let live = 0;
    let bytes = 0;
    const written: unknown[] = [];
    const newBodies: (number | string | undefined)[] = [];
    const changedBodies: (readonly [body: string | undefined, id: number])[] = [];
    // By places: with the iterators of `entries` and of each row, V8 takes twice as long to compile this.
    for (let place = 0; place < known.length; place += 1) {
      const { 0: knownHash, 1: knownBody, 2: deleted } = known[place] as KnownRecord;
      const unchanged = knownHash === hashes[place];
      if (unchanged && deleted === null && !isDelete) {
        continue;
      }
      let bodyId = knownBody;
      if (bodyId === null) {
        lastBody += 1;
        bodyId = lastBody;
        newBodies.push(bodyId, bodies[place]);
      } else if (!unchanged) {
        changedBodies.push([bodies[place], bodyId]);
      }
      bytes += unchanged ? 0 : Buffer.byteLength(bodies[place] ?? '');
      live += knownBody !== null && deleted === null ? 1 : 0;
      cursor += 1;
      written.push([ids[place], hashes[place], bodyId, cursor]);
    }
    if (written.length > 0) {
      const records = isDelete ? -live : written.length - live;
      this.#stored.note(scope, { records, bytes: bytes - this.#lengthOf(changedBodies.map(([, id]) => id)) }, room);
      this.#insertBodies(newBodies);
      const updateBody = this.#statements.prepared('UPDATE bodies SET body = ? WHERE body_id = ?');
      for (const values of changedBodies) {
        updateBody.run([...values]);
      }
      this.#statements.run(isDelete ? upsertDeleted : upsert, scope, this.#now(), JSON.stringify(written));
      this.#saveCursor(cursor);
    }
    return { written: written.length, live };
  }

  /** Of bodies that are stored, in bytes. */
  #lengthOf(ids: readonly number[]): number {
    return ids.length === 0 ? 0 : (this.#statements.get<{ n: number }>(lengthOf, JSON.stringify(ids))?.n ?? 0);
  }

  /** Ids and bodies in turn. */
  #insertBodies(values: readonly (number | string | undefined)[]): void {
    for (let from = 0; from < values.length; ) {
      const rows = values.length - from < 2 * bodiesAtOnce ? 1 : bodiesAtOnce;
      this.#statements.prepared(insertBodies(rows)).run(values.slice(from, from + 2 * rows));
      from += 2 * rows;
    }
  }

  delete(scope: number, records: readonly RecordToStore[]): Saved {
    let deleted = 0;
    let duplicates: string[] = [];
    for (let from = 0; from < records.length; from += recordsPerRequest) {
      const batch = batchOf('delete', records, from, Math.min(from + recordsPerRequest, records.length));
      duplicates = duplicates.concat(batch.duplicates);
      deleted += this.#statements.transaction(
        () => this.#write(scope, batch, this.#known(scope, JSON.stringify(batch.ids)), undefined).live,
      );
    }
    return { added: 0, updated: 0, deleted, unchanged: 0, ...(duplicates.length > 0 && { duplicates }) };
  }

  /** Forgets some of these scopes altogether; inside a transaction. Is there perhaps more? */
  forgetSome(scopes: readonly number[]): boolean {
    return scopes.some((scope) => {
      const rows = this.#statements.all<ForgottenRow>(some, scope, forgottenAtOnce);
      const bodies = rows.map(({ body_id }) => body_id);
      const live = rows.filter(({ deleted }) => deleted === null);
      this.#stored.note(scope, { records: -live.length, bytes: -this.#lengthOf(bodies) });
      this.#statements.run(
        'DELETE FROM bodies WHERE body_id IN (SELECT value FROM json_each(?))',
        JSON.stringify(bodies),
      );
      this.#statements.run(
        'DELETE FROM records WHERE scope = ? AND id IN (SELECT value FROM json_each(?))',
        scope,
        JSON.stringify(rows.map(({ id }) => id)),
      );
      return rows.length === forgottenAtOnce;
    });
  }

  /** Forgets them altogether; inside a transaction. */
  forget(scope: number): void {
    const { bytes, records } = this.#statements.get<Room>(sizeOf, scope) ?? { bytes: 0, records: 0 };
    this.#stored.note(scope, { records: -records, bytes: -bytes });
    this.#forgetRows(scope);
  }

  /** The same for all scopes of a connection. */
  forgetAll(connection: string): void {
    for (const scope of this.#scopes.of(connection)) {
      this.#forgetRows(scope);
    }
    this.#stored.forget(connection);
  }

  #forgetRows(scope: number): void {
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
