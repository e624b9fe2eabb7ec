import * as z from 'zod';
import type { Connection } from '../../connection/index.js';
import { type Ask, targetFor } from '../../endpoints/index.js';
import { ConnectorError, type ErrorCode } from '../../errors/index.js';
import { later, number, string } from '../../models/index.js';

const version = 2;

/** Flat, as Nango stores it: numbers and texts. What is known of an environment is JSON in the field of its name, or ''. */
export const SyncCheckpoint = later(() =>
  z.object({
    version: number(),
    /** Whose data this is: a checkpoint is never used for another project, environment or branch. */
    fingerprint: string(),
    /** What the metadata chose; another choice starts a fresh window. */
    filters: string(),
    /** How much of the pass under way is read, from 0 to 1; for display. */
    done: number(),
    dev: string(),
    staging: string(),
    prod: string(),
    preview: string(),
    /** For a key whose environment is not known. */
    other: string(),
  }),
);

export type SyncCheckpoint = z.infer<ReturnType<typeof SyncCheckpoint>>;

export type Part = 'dev' | 'staging' | 'prod' | 'preview' | 'other';

const reset =
  'Reset the sync to start again: trigger-dev-connector sync <name> --reset, or in Nango trigger it with reset.';

const refused = (reason: string) =>
  new ConnectorError('checkpoint_mismatch', `The saved checkpoint ${reason}. ${reset}`);

// A restricted key may not ask, an older server does not answer, and a key of an unknown family may name no environment.
const unanswered: ReadonlySet<ErrorCode> = new Set(['project_ref_required', 'not_found', 'environment_required']);

/** Whose data a sync reads. Without a project ref in the connection, the server is asked once. */
export async function fingerprintFor(connection: Connection, ask: Ask): Promise<string> {
  try {
    return fingerprintOf(await targetFor(connection, 'envvars.list', {}, ask));
  } catch (error) {
    if (error instanceof ConnectorError && unanswered.has(error.code)) {
      return fingerprintOf(connection);
    }
    throw error;
  }
}

function fingerprintOf({ baseUrl, environment, previewBranch, projectRef }: Connection): string {
  return [baseUrl, projectRef ?? '', environment ?? '', previewBranch ?? ''].join(' ');
}

/** A stored checkpoint by its schema; `checkpoint_mismatch` where it is of another version or target. */
export function checked<Fields extends { version: number; fingerprint: string }>(
  schema: z.ZodType<Fields>,
  stored: unknown,
  expected: { version: number; fingerprint: string },
): Fields {
  if (typeof stored === 'object' && stored !== null && 'version' in stored && stored.version !== expected.version) {
    throw refused('was written by another version of this sync');
  }
  const parsed = schema.safeParse(stored);
  if (!parsed.success) {
    throw refused('cannot be read');
  }
  if (parsed.data.fingerprint !== expected.fingerprint) {
    throw refused('belongs to another project, environment or branch');
  }
  return parsed.data;
}

/** The saved checkpoint, or a new one where there is none or the filters changed. */
export function readCheckpoint(stored: unknown, fingerprint: string, filters: string): SyncCheckpoint {
  const nothing = { dev: '', staging: '', prod: '', preview: '', other: '' };
  const fresh = { version, fingerprint, filters, done: 0, ...nothing };
  if (stored === null || stored === undefined) {
    return fresh;
  }
  const known = checked(SyncCheckpoint(), stored, { version, fingerprint });
  return known.filters === filters ? known : fresh;
}

/** JSON that this package wrote, checked all the same: it was stored elsewhere. */
export function readPart<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw refused('cannot be read');
  }
}
