import type { ConnectionSummary } from '../summary.js';
import type { AsyncActions } from './async-actions.js';
import type { ConnectSessions } from './connect-sessions.js';
import type { Executions } from './executions.js';
import type { AboutConnection, KeptConnections } from './kept-connections.js';
import type { RecordToStore } from './record-batch.js';
import type { Room } from './room.js';
import type { SyncSchedules } from './sync-schedules.js';

export interface SaveCounts {
  added: number;
  updated: number;
  deleted: number;
  unchanged: number;
}

/** With the ids that came more than once in a request: their first record counts. */
export interface Saved extends SaveCounts {
  duplicates?: readonly string[];
}

export type LastAction = 'added' | 'updated' | 'deleted';

export interface StoredRecord {
  /** As it was saved; of a deleted record what it was deleted with, its last one where the end of a tracking did it. */
  readonly body: Record<string, unknown>;
  /** Unix milliseconds. */
  readonly firstSeenAt: number;
  readonly lastModifiedAt: number;
  readonly deletedAt: number | null;
  /** As Nango tells it: `added` until the first change; a deleted record that came again is a new one. */
  readonly lastAction: LastAction;
  /** Grows with every change; pass the last one on to read what changed since. */
  readonly cursor: number;
}

export interface RecordsOptions {
  readonly cursor?: number | undefined;
  readonly limit: number;
  /** Unix milliseconds, itself included. */
  readonly modifiedAfter?: number | undefined;
  readonly actions?: readonly LastAction[] | undefined;
  readonly ids?: readonly string[] | undefined;
  /** Fewer where the bodies of all together are larger, but one. */
  readonly mostBytes?: number | undefined;
  /** Of the latest only: fields of the record and the text that each must have. */
  readonly fields?: Readonly<Record<string, string>> | undefined;
}

export interface DayCount {
  /** ISO 8601 date of creation. */
  readonly day: string;
  readonly status: string;
  readonly runs: number;
}

export interface SyncOutcome extends SaveCounts {
  /** Items that no record could be made of; absent for none. Its log names them. */
  readonly leftOut?: number;
  readonly sync: string;
  /** Its log can be read by this id. */
  readonly execution: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly error?: { code: string; message: string };
  /** When the last run began that succeeded, perhaps this one; noted by the store. */
  readonly succeededAt?: number | undefined;
  /** It saved its checkpoint when its time was nearly up: the next run goes on from there at once. */
  readonly isInterrupted?: boolean;
}

/** What is done with a connection that is kept. */
export interface AlsoKept {
  /** Its former records go. */
  readonly forgets: boolean;
  /** Replaces the former. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Where all is kept that outlives the process; credentials only sealed. Synchronous, as SQLite is: a write by itself holds
 * the process while another one writes, up to five seconds. `write` does not.
 */
export interface Store {
  readonly kept: KeptConnections;
  readonly sessions: ConnectSessions;
  readonly schedules: SyncSchedules;
  readonly executions: Executions;
  readonly asyncActions: AsyncActions;
  /**
   * Does what writes to the store now, or as soon as no other process writes to it, while this one goes on: `store_locked`
   * after 30 seconds. The work may be begun again from its start, until its first write was done.
   */
  write<Result>(work: () => Result): Promise<Result>;
  /** From here on `write` waits for another process no longer than so many milliseconds. */
  hurry(milliseconds: number): void;
  setting(name: string): string | undefined;
  saveSetting(name: string, value: string): void;
  /** Replaces what is sealed of each connection, and a setting with it: all or nothing. */
  reseal(sealed: ReadonlyMap<string, string>, name: string, value: string): void;
  /** Keeps a connection with its summary, all or nothing: its former records go or stay, metadata where there are some. */
  keepConnection(summary: ConnectionSummary, sealed: string, about: AboutConnection, also: AlsoKept): void;
  /**
   * Forgets up to 200 records, of these models or of all, and before them the checkpoint that says that they are there:
   * of this sync, or of all. Is there perhaps more? `forgetInTurns` asks until there is not.
   */
  forgetSome(connection: string, sync?: string, models?: readonly string[]): boolean;
  /** Forgets a connection, its records and all that was noted of it. */
  forgetConnection(id: string): void;
  /** Forgets its records and checkpoints only. */
  forgetRecords(id: string): void;
  saveConnection(summary: ConnectionSummary): void;
  connections(): ConnectionSummary[];
  /** What a customer noted on the connection; `{}` when nothing. */
  metadata(connection: string): Record<string, unknown>;
  saveMetadata(connection: string, metadata: Record<string, unknown>): void;
  /**
   * Adds and updates, at most 1,000 records in one transaction: all of them or none. Throws as Nango's runner, and
   * `store_full` where the connection would hold more than `room`.
   */
  saveRecords(connection: string, model: string, records: readonly RecordToStore[], room?: Room): Saved;
  /**
   * Marks as deleted, and replaces the body by what is given. As at Nango an id that was never saved gets a deleted record,
   * and a deleted one is deleted again: neither is counted, readers see both.
   */
  deleteRecords(connection: string, model: string, records: readonly RecordToStore[]): Saved;
  /** From here on the store notes which records are saved; where tracking is open, it goes on. */
  startTracking(connection: string, model: string): void;
  /** Is tracking open, perhaps since an earlier run that did not end? */
  isTracking(connection: string, model: string): boolean;
  /** Marks up to 1,000 of them as deleted, those after the id `after`, and returns their ids in order; tracking stays open. */
  deleteUnseen(connection: string, model: string, after: string): string[];
  /** Marks as deleted what was not saved since the start, in one transaction, and returns the ids. */
  endTracking(connection: string, model: string): string[];
  /** Those not deleted. */
  countRecords(connection: string, model: string): number;
  /** Changes after `cursor`, oldest change first, deleted records included. */
  changedRecords(connection: string, model: string, options: RecordsOptions): StoredRecord[];
  /** The last changed first, before `cursor` where one is given, without deleted records. */
  latestRecords(connection: string, model: string, options: RecordsOptions): StoredRecord[];
  /** Of the `most` records that changed last: how many of each status were created on each day. */
  countByDay(connection: string, model: string, most: number): DayCount[];
  checkpoint(connection: string, sync: string): unknown;
  /** The version of the stored checkpoint: 1, then one more with each save; undefined where there is none. */
  checkpointVersion(connection: string, sync: string): number | undefined;
  /** Saves where the stored version is the expected one, or none is stored or expected; returns the new version. */
  saveCheckpoint(connection: string, sync: string, checkpoint: unknown, expected?: number): number | undefined;
  /** Forgets it, and the open tracking of these models. */
  clearCheckpoint(connection: string, sync: string, models?: readonly string[]): void;
  /** Forgets all records of these models; the checkpoint stays. */
  forgetModels(connection: string, models: readonly string[]): void;
  /** Forgets the checkpoint, the records and the tracking of a sync's models, so that it starts afresh. */
  reset(connection: string, sync: string, models: readonly string[]): void;
  saveOutcome(connection: string, outcome: SyncOutcome): void;
  lastOutcome(connection: string, sync: string): SyncOutcome | undefined;
  /** Of each sync that ran. */
  lastOutcomes(connection: string): SyncOutcome[];
  /**
   * The right to sync into this file: held until the last release, by one opened store at a time on this machine.
   * Throws `store_locked` at once when another process has it.
   */
  acquireWriter(): () => void;
  close(): void;
}
