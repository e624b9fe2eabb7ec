import { hash } from 'node:crypto';
import { type RecordsVerb, recordIdRefusal, requestRefusal, storedRecordId } from '../../nango/limits.js';
import { toJson } from './stored-json.js';

export interface RecordToStore {
  readonly id: string | number;
}

/** The records of one request with different ids, ready to be written. */
export interface Batch {
  readonly ids: string[];
  readonly hashes: string[];
  readonly bodies: string[];
  /** Those that came again: the first record of an id is stored. */
  readonly duplicates: string[];
}

// Half a character pair becomes another character on the way into SQLite.
const halfPair = /\p{Surrogate}/u;

export function batchOf(verb: RecordsVerb, records: readonly RecordToStore[], from: number, to: number): Batch {
  const batch: Batch = { ids: [], hashes: [], bodies: [], duplicates: [] };
  const known = new Set<string>();
  for (let place = from; place < to; place += 1) {
    const record = records[place];
    const id = storedRecordId(record?.id);
    if (id === undefined || halfPair.test(id)) {
      throw recordIdRefusal(verb, record?.id, place - from);
    }
    if (known.has(id)) {
      batch.duplicates.push(id);
      continue;
    }
    known.add(id);
    const body = toJson(record);
    batch.ids.push(id);
    batch.hashes.push(hash('sha1', body, 'base64'));
    batch.bodies.push(body);
  }
  const refusal = requestRefusal(verb, batch.bodies);
  if (refusal !== undefined) {
    throw refusal;
  }
  return batch;
}
