// The sandbox answers `crypto`, not `node:crypto`.
import { createHmac } from 'crypto';
import * as z from 'zod';
import { later, number, string } from '../../api/index.js';
import type { Connection } from '../../connection/index.js';
import type { NangoSync } from '../nango.js';
import type { SyncContext } from './calls.js';
import { checked } from './checkpoint.js';
import { identityOf } from './identity.js';
import { saveSnapshot } from './snapshot.js';

const version = 2;

/** A snapshot begins anew each time; what it must remember is whose it is, and whether it came to its end. */
export const SnapshotCheckpoint = later(() =>
  z.object({
    version: number(),
    fingerprint: string(),
    /** Makes hashes of values useless to whoever has the records alone. Made at random before version 2; '' since. */
    salt: string(),
    /** Has it begun to save records, and not come to its end? Nango then still counts from that beginning. */
    isOpen: z.boolean(),
  }),
);

const SnapshotCheckpointV1 = later(() => SnapshotCheckpoint().omit({ isOpen: true }));

/** The same for each run of a connection, and nothing that a reader of records can see. A replaced key changes it. */
const derivedSalt = (connection: Connection, fingerprint: string) =>
  createHmac('sha256', connection.key.reveal())
    .update(`salt of environment variables ${fingerprint.split(' | ')[0]}`)
    .digest('hex');

export interface Snapshot {
  /** With its project. */
  readonly connection: Connection;
  readonly salt: string;
  /** Replaces the records of a model by a complete set, which was read before: a failure in between deletes nothing. */
  save(model: string, records: { id: string }[]): Promise<void>;
}

/** Checks whose records these are before any is saved. Throws `checkpoint_mismatch`, or `project_not_found`. */
export async function beginSnapshot(
  nango: NangoSync,
  { ask, connection, platform }: SyncContext,
  place: { isInPath?: boolean } = {},
): Promise<Snapshot> {
  const stored = checked<{ fingerprint: string; salt: string; isOpen?: boolean }>(
    { 1: SnapshotCheckpointV1, [version]: SnapshotCheckpoint },
    await platform.checkpoint(),
  );
  const { connection: target, fingerprint } = await identityOf(connection, ask, stored?.fingerprint, place);
  const salt = stored?.salt ?? '';
  const note = (isOpen: boolean) => platform.saveCheckpoint({ version, fingerprint, salt, isOpen });
  await note(stored?.isOpen === true);
  if (stored === undefined) {
    // A read that failed looks as if there were none, and expects version 1: behind that, nothing is overwritten.
    await note(false);
  }
  return {
    connection: target,
    salt: salt === '' ? derivedSalt(connection, fingerprint) : salt,
    save: async (model, records) => {
      await note(true);
      await saveSnapshot(nango, model, records);
      if (stored?.isOpen === true) {
        // That was counted from an earlier beginning, since when something may have been saved that is gone now.
        await saveSnapshot(nango, model, records);
      }
      await note(false);
    },
  };
}
