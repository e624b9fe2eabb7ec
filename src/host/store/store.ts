import type { ConnectionSummary } from '../summary.js';

export interface SaveCounts {
  added: number;
  updated: number;
  unchanged: number;
}

export interface StoredRecord {
  readonly body: Record<string, unknown>;
  /** Unix milliseconds. */
  readonly firstSeenAt: number;
  readonly lastModifiedAt: number;
  readonly lastAction: 'added' | 'updated';
  /** Grows with every change; pass the last one on to read what changed since. */
  readonly cursor: number;
}

export interface SyncOutcome extends SaveCounts {
  readonly sync: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly error?: { code: string; message: string };
}

/** Where records, checkpoints and outcomes are kept. Credentials are not. Synchronous, as SQLite is. */
export interface Store {
  saveConnection(summary: ConnectionSummary): void;
  connections(): ConnectionSummary[];
  /** Adds and updates in one transaction: all of the page or none of it. */
  saveRecords(connection: string, model: string, records: readonly { id: string }[]): SaveCounts;
  countRecords(connection: string, model: string): number;
  /** Changes after `cursor`, oldest change first. */
  changedRecords(connection: string, model: string, options: { cursor?: number; limit: number }): StoredRecord[];
  /** The last changed first, before `cursor` where one is given. */
  latestRecords(connection: string, model: string, options: { cursor?: number; limit: number }): StoredRecord[];
  checkpoint(connection: string, sync: string): unknown;
  saveCheckpoint(connection: string, sync: string, checkpoint: unknown): void;
  /** Forgets the checkpoint and the records of a sync's models, so that it starts afresh. */
  reset(connection: string, sync: string, models: readonly string[]): void;
  saveOutcome(connection: string, outcome: SyncOutcome): void;
  lastOutcome(connection: string, sync: string): SyncOutcome | undefined;
  close(): void;
}
