import { randomBytes } from 'crypto';
import * as z from 'zod';
import { later, number, string } from '../../models/index.js';
import type { NangoSync } from '../nango.js';
import type { SyncContext } from './calls.js';
import { checked, fingerprintFor } from './checkpoint.js';

const version = 1;

/** A snapshot begins anew each time; what it must remember is whose it is, and its salt. */
export const SnapshotCheckpoint = later(() =>
  z.object({
    version: number(),
    fingerprint: string(),
    /** Makes hashes of values useless to whoever has the records alone. */
    salt: string(),
  }),
);

/** The salt of this sync, made at its first run; `checkpoint_mismatch` when the records are of another project. */
export async function saltOf(nango: NangoSync, { ask, connection }: SyncContext): Promise<string> {
  const fingerprint = await fingerprintFor(connection, ask);
  const stored = await nango.getCheckpoint();
  if (stored !== null && stored !== undefined) {
    return checked(SnapshotCheckpoint(), stored, { version, fingerprint }).salt;
  }
  const salt = randomBytes(16).toString('hex');
  // Before the records: with another salt after a crash, every hash would look like a change.
  await nango.saveCheckpoint({ version, fingerprint, salt });
  return salt;
}
