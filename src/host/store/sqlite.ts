import { createHash } from 'node:crypto';
import type Database from 'libsql';
import type { ConnectionSummary } from '../summary.js';
import { guarded } from './guarded.js';
import type { SaveCounts, Store, StoredRecord, SyncOutcome } from './store.js';

interface RecordRow {
  body: string;
  first_seen: number;
  modified: number;
  cursor: number;
}

const hashOf = (body: string) => createHash('sha1').update(body).digest('base64');

function storedRecord(row: RecordRow): StoredRecord {
  return {
    body: JSON.parse(row.body) as Record<string, unknown>,
    firstSeenAt: row.first_seen,
    lastModifiedAt: row.modified,
    lastAction: row.first_seen === row.modified ? 'added' : 'updated',
    cursor: row.cursor,
  };
}

export class SqliteStore implements Store {
  readonly #db: Database.Database;
  readonly #now: () => number;
  readonly #statements = new Map<string, Database.Statement>();
  readonly #scopes = new Map<string, number>();

  constructor(db: Database.Database, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  #sql(text: string): Database.Statement {
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      statement = this.#db.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }

  #get<Row>(text: string, ...values: unknown[]): Row | undefined {
    return guarded(() => this.#sql(text).get(...values) as Row | undefined);
  }

  #all<Row>(text: string, ...values: unknown[]): Row[] {
    return guarded(() => this.#sql(text).all(...values) as Row[]);
  }

  #run(text: string, ...values: unknown[]): void {
    guarded(() => this.#sql(text).run(...values));
  }

  #scope(connection: string, model: string): number {
    const key = `${connection} ${model}`;
    let scope = this.#scopes.get(key);
    if (scope === undefined) {
      this.#run('INSERT OR IGNORE INTO scopes (connection, model) VALUES (?, ?)', connection, model);
      const found = this.#get<{ scope: number }>(
        'SELECT scope FROM scopes WHERE connection = ? AND model = ?',
        connection,
        model,
      );
      scope = found?.scope ?? 0;
      this.#scopes.set(key, scope);
    }
    return scope;
  }

  saveConnection(summary: ConnectionSummary): void {
    this.#run('INSERT OR REPLACE INTO connections VALUES (?, ?)', summary.id, JSON.stringify(summary));
  }

  connections(): ConnectionSummary[] {
    return this.#all<{ summary: string }>('SELECT summary FROM connections ORDER BY id').map(
      (row) => JSON.parse(row.summary) as ConnectionSummary,
    );
  }

  saveRecords(connection: string, model: string, records: readonly { id: string }[]): SaveCounts {
    const scope = this.#scope(connection, model);
    const now = this.#now();
    const counts = { added: 0, updated: 0, unchanged: 0 };
    const saveAll = this.#db.transaction(() => this.#upsertAll(scope, records, now, counts));
    // IMMEDIATE: a read that later wants to write cannot wait for another writer, it fails at once.
    guarded(() => saveAll.immediate());
    return counts;
  }

  #upsertAll(scope: number, records: readonly { id: string }[], now: number, counts: SaveCounts): void {
    const before = this.#get<{ cursor: number }>('SELECT cursor FROM counter')?.cursor ?? 0;
    let cursor = before;
    for (const record of records) {
      const body = JSON.stringify(record);
      const change = this.#upsert(scope, record.id, body, { now, cursor: cursor + 1 });
      counts[change] += 1;
      cursor += change === 'unchanged' ? 0 : 1;
    }
    if (cursor !== before) {
      this.#run('UPDATE counter SET cursor = ?', cursor);
    }
  }

  #upsert(scope: number, id: string, body: string, { now, cursor }: { now: number; cursor: number }): keyof SaveCounts {
    const hash = hashOf(body);
    const known = this.#get<{ hash: string; body_id: number; first_seen: number }>(
      'SELECT hash, body_id, first_seen FROM records WHERE scope = ? AND id = ?',
      scope,
      id,
    );
    if (known?.hash === hash) {
      return 'unchanged';
    }
    if (known === undefined) {
      const inserted = this.#sql('INSERT INTO bodies (body) VALUES (?)').run(body);
      this.#run(
        'INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)',
        scope,
        id,
        hash,
        inserted.lastInsertRowid,
        now,
        now,
        cursor,
      );
      return 'added';
    }
    this.#run('UPDATE bodies SET body = ? WHERE body_id = ?', body, known.body_id);
    // Told apart from "added" by its time, so a change in the same millisecond counts as the next.
    const modified = Math.max(now, known.first_seen + 1);
    this.#run(
      'UPDATE records SET hash = ?, modified = ?, cursor = ? WHERE scope = ? AND id = ?',
      hash,
      modified,
      cursor,
      scope,
      id,
    );
    return 'updated';
  }

  countRecords(connection: string, model: string): number {
    const scope = this.#scope(connection, model);
    return this.#get<{ n: number }>('SELECT count(*) AS n FROM records WHERE scope = ?', scope)?.n ?? 0;
  }

  changedRecords(connection: string, model: string, { cursor = 0, limit }: { cursor?: number; limit: number }) {
    return this.#all<RecordRow>(
      'SELECT body, first_seen, modified, cursor FROM records JOIN bodies USING (body_id) WHERE scope = ? AND cursor > ? ORDER BY cursor LIMIT ?',
      this.#scope(connection, model),
      cursor,
      limit,
    ).map(storedRecord);
  }

  latestRecords(
    connection: string,
    model: string,
    { cursor = Number.MAX_SAFE_INTEGER, limit }: { cursor?: number; limit: number },
  ) {
    return this.#all<RecordRow>(
      'SELECT body, first_seen, modified, cursor FROM records JOIN bodies USING (body_id) WHERE scope = ? AND cursor < ? ORDER BY cursor DESC LIMIT ?',
      this.#scope(connection, model),
      cursor,
      limit,
    ).map(storedRecord);
  }

  checkpoint(connection: string, sync: string): unknown {
    const row = this.#get<{ value: string }>(
      'SELECT value FROM checkpoints WHERE connection = ? AND sync = ?',
      connection,
      sync,
    );
    return row === undefined ? null : (JSON.parse(row.value) as unknown);
  }

  saveCheckpoint(connection: string, sync: string, checkpoint: unknown): void {
    this.#run('INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?)', connection, sync, JSON.stringify(checkpoint));
  }

  reset(connection: string, sync: string, models: readonly string[]): void {
    const forget = this.#db.transaction(() => {
      for (const model of models) {
        const scope = this.#scope(connection, model);
        this.#run('DELETE FROM bodies WHERE body_id IN (SELECT body_id FROM records WHERE scope = ?)', scope);
        this.#run('DELETE FROM records WHERE scope = ?', scope);
      }
      this.#run('DELETE FROM checkpoints WHERE connection = ? AND sync = ?', connection, sync);
    });
    guarded(() => forget.immediate());
  }

  saveOutcome(connection: string, outcome: SyncOutcome): void {
    this.#run('INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?)', connection, outcome.sync, JSON.stringify(outcome));
  }

  lastOutcome(connection: string, sync: string): SyncOutcome | undefined {
    const row = this.#get<{ value: string }>(
      'SELECT value FROM outcomes WHERE connection = ? AND sync = ?',
      connection,
      sync,
    );
    return row === undefined ? undefined : (JSON.parse(row.value) as SyncOutcome);
  }

  close(): void {
    guarded(() => this.#db.close());
  }
}
