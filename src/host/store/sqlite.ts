import type { ConnectionSummary } from '../summary.js';
import { AsyncActions } from './async-actions.js';
import { Checkpoints } from './checkpoints.js';
import { ConnectSessions } from './connect-sessions.js';
import { Executions, type Note } from './executions.js';
import { type AboutConnection, KeptConnections } from './kept-connections.js';
import { Outcomes } from './outcomes.js';
import type { RecordToStore } from './record-batch.js';
import { RecordReader } from './record-reader.js';
import { RecordWriter } from './record-writer.js';
import { type Room, unlimited } from './room.js';
import { Scopes } from './scopes.js';
import type { Statements } from './statements.js';
import type { AlsoKept, DayCount, RecordsOptions, Saved, Store, StoredRecord, SyncOutcome } from './store.js';
import { fromJson, toJson } from './stored-json.js';
import { SyncSchedules } from './sync-schedules.js';
import { WriteQueue } from './write-queue.js';
import type { WriterLock } from './writer-lock.js';

export interface SqliteStoreOptions {
  /** None where no other process can come in. */
  readonly lock?: WriterLock | undefined;
  readonly now: () => number;
}

/** Tables with rows of a connection, besides those of its records. */
const noted = ['checkpoints', 'outcomes', 'metadata', 'schedules', 'executions', 'async_actions'] as const;

export class SqliteStore implements Store {
  readonly kept: KeptConnections;
  readonly sessions: ConnectSessions;
  readonly schedules: SyncSchedules;
  readonly executions: Executions;
  readonly asyncActions: AsyncActions;
  readonly #statements: Statements;
  readonly #lock: WriterLock | undefined;
  readonly #queue = new WriteQueue();
  readonly #checkpoints: Checkpoints;
  readonly #outcomes: Outcomes;
  readonly #scopes: Scopes;
  readonly #reader: RecordReader;
  readonly #writer: RecordWriter;

  constructor(statements: Statements, { lock, now }: SqliteStoreOptions) {
    this.#statements = statements;
    this.#lock = lock;
    const note: Note = (work) => this.write(work);
    this.kept = new KeptConnections(statements);
    this.sessions = new ConnectSessions(statements);
    this.schedules = new SyncSchedules(statements, note);
    this.executions = new Executions(statements, { note, now });
    this.asyncActions = new AsyncActions(statements, now);
    this.#checkpoints = new Checkpoints(statements);
    this.#outcomes = new Outcomes(statements);
    this.#scopes = new Scopes(statements);
    this.#reader = new RecordReader(statements);
    this.#writer = new RecordWriter(statements, this.#scopes, now);
  }

  write<Result>(work: () => Result): Promise<Result> {
    return this.#queue.run(() => this.#statements.withoutWaiting(work));
  }

  saveConnection(summary: ConnectionSummary): void {
    this.#statements.run('INSERT OR REPLACE INTO connections VALUES (?, ?)', summary.id, toJson(summary));
  }

  hurry(milliseconds: number): void {
    this.#queue.hurry(milliseconds);
  }

  setting(name: string): string | undefined {
    return this.#statements.get<{ value: string }>('SELECT value FROM settings WHERE name = ?', name)?.value;
  }

  saveSetting(name: string, value: string): void {
    this.#statements.run('INSERT OR REPLACE INTO settings VALUES (?, ?)', name, value);
  }

  reseal(sealed: ReadonlyMap<string, string>, name: string, value: string): void {
    // The former key goes right after this.
    this.#statements.durably(() => {
      for (const [id, text] of sealed) {
        this.#statements.run('UPDATE kept_connections SET sealed = ? WHERE id = ?', text, id);
      }
      this.saveSetting(name, value);
    });
  }

  keepConnection(summary: ConnectionSummary, sealed: string, about: AboutConnection, also: AlsoKept): void {
    this.#statements.transaction(() => {
      if (also.forgets) {
        this.forgetRecords(summary.id);
      }
      this.kept.save(summary.id, sealed, about);
      this.saveConnection(summary);
      if (also.metadata !== undefined) {
        this.saveMetadata(summary.id, also.metadata);
      }
    });
  }

  forgetSome(connection: string, sync?: string, models?: readonly string[]): boolean {
    return this.#statements.transaction(() => {
      // It says that the records are there.
      this.#checkpoints.clear(connection, sync);
      return this.#writer.forgetSome(this.#scopes.of(connection, models));
    });
  }

  forgetConnection(id: string): void {
    this.#statements.transaction(() => {
      this.#writer.forgetAll(id);
      for (const table of noted) {
        this.#statements.run(`DELETE FROM ${table} WHERE connection = ?`, id);
      }
      this.kept.forget(id);
      this.#statements.run('DELETE FROM connections WHERE id = ?', id);
    });
    this.schedules.forget(id);
    this.executions.sweep();
  }

  forgetRecords(id: string): void {
    this.#statements.transaction(() => {
      this.#writer.forgetAll(id);
      this.#statements.run('DELETE FROM checkpoints WHERE connection = ?', id);
      this.#statements.run('DELETE FROM outcomes WHERE connection = ?', id);
    });
  }

  connections(): ConnectionSummary[] {
    return this.#statements
      .all<{ summary: string }>('SELECT summary FROM connections ORDER BY id')
      .map(({ summary }) => fromJson(summary));
  }

  metadata(connection: string): Record<string, unknown> {
    const text = 'SELECT value FROM metadata WHERE connection = ?';
    return fromJson(this.#statements.get<{ value: string }>(text, connection)?.value ?? '{}');
  }

  saveMetadata(connection: string, metadata: Record<string, unknown>): void {
    this.#statements.run('INSERT OR REPLACE INTO metadata VALUES (?, ?)', connection, toJson(metadata));
  }

  saveRecords(connection: string, model: string, records: readonly RecordToStore[], room: Room = unlimited): Saved {
    return this.#writer.save(this.#scopes.ensure(connection, model), records, room);
  }

  deleteRecords(connection: string, model: string, records: readonly RecordToStore[]): Saved {
    return this.#writer.delete(this.#scopes.ensure(connection, model), records);
  }

  startTracking(connection: string, model: string): void {
    this.#scopes.startTracking(this.#scopes.ensure(connection, model));
  }

  isTracking(connection: string, model: string): boolean {
    const scope = this.#scopes.find(connection, model);
    return scope !== undefined && this.#scopes.tracking(scope) !== undefined;
  }

  deleteUnseen(connection: string, model: string, after: string): string[] {
    return this.#writer.unseen.some(this.#scopes.ensure(connection, model), model, after);
  }

  endTracking(connection: string, model: string): string[] {
    return this.#writer.unseen.all(this.#scopes.ensure(connection, model), model);
  }

  countRecords(connection: string, model: string): number {
    const scope = this.#scopes.find(connection, model);
    return scope === undefined ? 0 : this.#reader.count(scope);
  }

  changedRecords(connection: string, model: string, options: RecordsOptions): StoredRecord[] {
    const scope = this.#scopes.find(connection, model);
    return scope === undefined ? [] : this.#reader.changed(scope, options);
  }

  latestRecords(connection: string, model: string, options: RecordsOptions): StoredRecord[] {
    const scope = this.#scopes.find(connection, model);
    return scope === undefined ? [] : this.#reader.latest(scope, options);
  }

  countByDay(connection: string, model: string, most: number): DayCount[] {
    const scope = this.#scopes.find(connection, model);
    return scope === undefined ? [] : this.#reader.countByDay(scope, most);
  }

  checkpoint(connection: string, sync: string): unknown {
    return this.#checkpoints.find(connection, sync);
  }

  checkpointVersion(connection: string, sync: string): number | undefined {
    return this.#checkpoints.version(connection, sync);
  }

  saveCheckpoint(connection: string, sync: string, checkpoint: unknown, expected?: number): number | undefined {
    return this.#checkpoints.save(connection, sync, checkpoint, expected);
  }

  clearCheckpoint(connection: string, sync: string, models: readonly string[] = []): void {
    this.#statements.transaction(() => {
      this.#checkpoints.clear(connection, sync);
      for (const scope of this.#scopes.of(connection, models)) {
        this.#scopes.forgetTracking(scope);
      }
    });
  }

  forgetModels(connection: string, models: readonly string[]): void {
    this.#statements.transaction(() => {
      for (const scope of this.#scopes.of(connection, models)) {
        this.#writer.forget(scope);
      }
    });
  }

  reset(connection: string, sync: string, models: readonly string[]): void {
    this.#statements.transaction(() => {
      this.forgetModels(connection, models);
      this.#checkpoints.clear(connection, sync);
    });
  }

  saveOutcome(connection: string, outcome: SyncOutcome): void {
    this.#outcomes.save(connection, outcome);
  }

  lastOutcome(connection: string, sync: string): SyncOutcome | undefined {
    return this.#outcomes.last(connection, sync);
  }

  lastOutcomes(connection: string): SyncOutcome[] {
    return this.#outcomes.all(connection);
  }

  acquireWriter(): () => void {
    return this.#lock?.acquire() ?? (() => undefined);
  }

  close(): void {
    this.#queue.close();
    this.#lock?.close();
    this.#statements.close();
  }
}
