import * as z from 'zod';
import { later, number, string } from '../../api/index.js';
import { ConnectorError } from '../../errors/index.js';

const version = 3;

/** Nango stores 16 fields of 4,000 characters: what is known of the environments is one JSON text, cut over these. */
const stateFields = [
  'state1',
  'state2',
  'state3',
  'state4',
  'state5',
  'state6',
  'state7',
  'state8',
  'state9',
  'state10',
  'state11',
] as const;

const fieldLength = 4_000;

/** Characters of all environments together. */
export const stateLength = stateFields.length * fieldLength;

/** Flat, as Nango stores it: numbers and texts. */
export const SyncCheckpoint = later(() =>
  z.object({
    version: number(),
    /** Whose data this is: a checkpoint is never used for another project, environment or branch. */
    fingerprint: string(),
    /** A hash of what the metadata chose; another choice starts a fresh window. */
    filters: string(),
    /** How much of the pass under way is read, from 0 to 1; for display. */
    done: number(),
    /** Items that no record can be made of, in the last run. */
    leftOut: number(),
    state1: string(),
    state2: string(),
    state3: string(),
    state4: string(),
    state5: string(),
    state6: string(),
    state7: string(),
    state8: string(),
    state9: string(),
    state10: string(),
    state11: string(),
  }),
);

export type SyncCheckpoint = z.infer<ReturnType<typeof SyncCheckpoint>>;

export type Part = 'dev' | 'staging' | 'prod' | 'preview' | 'other';

const reset =
  'Reset the sync to start again: trigger-dev-connector sync <name> --reset, or in Nango trigger it with reset.';

export const mismatch = (reason: string) =>
  new ConnectorError('checkpoint_mismatch', `The saved checkpoint ${reason}. ${reset}`);

/** A stored checkpoint by the schema of its version; `checkpoint_mismatch` where it is of an unknown one. */
export function checked<Fields>(
  schemas: Readonly<Record<number, () => z.ZodType<Fields>>>,
  stored: unknown,
): Fields | undefined {
  if (stored === null || stored === undefined) {
    return undefined;
  }
  const given = typeof stored === 'object' && 'version' in stored ? stored.version : undefined;
  const schema = typeof given === 'number' && Object.hasOwn(schemas, given) ? schemas[given] : undefined;
  if (schema === undefined && given !== undefined) {
    throw mismatch('was written by another version of this sync');
  }
  const parsed = schema?.().safeParse(stored);
  if (parsed?.success !== true) {
    throw mismatch('cannot be read');
  }
  return parsed.data;
}

const isPlain = /^[\x20-\x7e]*$/;

/** `witness` is the id of a record that must be stored, or ''. The state of each environment is JSON. */
export function fieldsOf(
  head: Pick<SyncCheckpoint, 'fingerprint' | 'filters' | 'done' | 'leftOut'>,
  parts: Readonly<Partial<Record<Part, string>>>,
  witness = '',
): SyncCheckpoint {
  const texts = Object.entries(parts).map(([name, text]) => `"${name}":${text}`);
  if (witness !== '') {
    texts.push(`"witness":${JSON.stringify(witness)}`);
  }
  // A cut between the halves of a pair could not be stored.
  const raw = `{${texts.join()}}`;
  // A cut between the halves of a pair could not be stored.
  const text = isPlain.test(raw)
    ? raw
    : raw.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  if (text.length > stateLength) {
    throw new ConnectorError(
      'checkpoint_too_large',
      `What the sync remembers takes ${text.length} characters, and Nango stores ${stateLength}. Nothing is lost: choose fewer environments in the metadata of the connection, and report this.`,
    );
  }
  const fields = { version, ...head } as SyncCheckpoint;
  stateFields.forEach((name, place) => {
    fields[name] = text.slice(place * fieldLength, (place + 1) * fieldLength);
  });
  return fields;
}

/** What `fieldsOf` put together: the state of each environment, and the id of the witness. */
export function partsOf(checkpoint: SyncCheckpoint): { states: Readonly<Record<string, unknown>>; witness: string } {
  const { witness, ...states } = readJson(stateFields.map((name) => checkpoint[name]).join(''));
  return { states, witness: typeof witness === 'string' ? witness : '' };
}

/** JSON that this package wrote, checked all the same: it was stored elsewhere. */
export function readJson(text: string): Readonly<Record<string, unknown>> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text === '' ? '{}' : text));
  } catch {
    throw mismatch('cannot be read');
  }
}
