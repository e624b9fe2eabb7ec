import { ConnectorError } from '../../errors/index.js';
import { daysUntilPruned } from '../../nango/limits.js';
import type { StoredRecord } from './store.js';

/** What Nango adds to a record, under `_nango_metadata`. */
export interface RecordMetadata {
  /** ISO 8601, as all times here. */
  readonly first_seen_at: string;
  readonly last_modified_at: string;
  readonly last_action: 'ADDED' | 'UPDATED' | 'DELETED';
  readonly deleted_at: string | null;
  readonly pruned_at: string | null;
  readonly cursor: string;
}

export interface NangoRecord {
  readonly id: string;
  readonly _nango_metadata: RecordMetadata;
  readonly [field: string]: unknown;
}

const lastActions = { added: 'ADDED', updated: 'UPDATED', deleted: 'DELETED' } as const;

const timeOf = (milliseconds: number) => new Date(milliseconds).toISOString();

const prunedAt = (modifiedAt: number) => modifiedAt + daysUntilPruned * 24 * 60 * 60_000;

// Opaque, so that nobody counts on its order; the prefix keeps other base64 from passing for one.
const cursorText = (cursor: number) => Buffer.from(`cursor:${cursor}`).toString('base64url');

/** A record as Nango's API gives it; one that did not change since `prunedBefore` without its payload. */
export function nangoRecord(stored: StoredRecord, prunedBefore = Number.NEGATIVE_INFINITY): NangoRecord {
  const { body, cursor, deletedAt, firstSeenAt, lastAction, lastModifiedAt } = stored;
  const isPruned = lastModifiedAt < prunedBefore;
  return {
    ...(!isPruned && body),
    id: String(body['id']),
    _nango_metadata: {
      first_seen_at: timeOf(firstSeenAt),
      last_modified_at: timeOf(lastModifiedAt),
      last_action: lastActions[lastAction],
      deleted_at: deletedAt === null ? null : timeOf(deletedAt),
      pruned_at: isPruned ? timeOf(prunedAt(lastModifiedAt)) : null,
      cursor: cursorText(cursor),
    },
  };
}

/** The number behind a record's opaque cursor. */
export function cursorOf(text: string): number {
  const cursor = Number(/^cursor:(\d{1,16})$/.exec(Buffer.from(text, 'base64url').toString('latin1'))?.[1]);
  if (!Number.isSafeInteger(cursor) || cursorText(cursor) !== text) {
    throw new ConnectorError('input_invalid', 'Pass the cursor of a record, unchanged, or leave it out.', {
      field: 'cursor',
    });
  }
  return cursor;
}
