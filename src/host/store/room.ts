import { ConnectorError } from '../../errors/index.js';
import type { Scopes } from './scopes.js';
import type { Statements } from './statements.js';
import { fromJson } from './stored-json.js';

/** What a connection may store. */
export interface Room {
  readonly records: number;
  /** Of the JSON of its records, deleted ones included. */
  readonly bytes: number;
}

export const unlimited: Room = { records: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };

const settingOf = (connection: string) => `stored ${connection}`;

/** Of a file that an older host wrote: nobody counted, so the bytes are guessed from the last records. */
const count = `
SELECT count(*) FILTER (WHERE deleted IS NULL) AS records, count(*) * coalesce((
  SELECT avg(length(body)) FROM (SELECT body_id FROM records WHERE scope IN (SELECT scope FROM scopes WHERE connection = ?1)
  ORDER BY cursor DESC LIMIT 200) JOIN bodies USING (body_id)), 0) AS bytes
FROM records WHERE scope IN (SELECT scope FROM scopes WHERE connection = ?1)`;

const full = (what: string) =>
  new ConnectorError(
    'store_full',
    `This connection stores ${what} more came, of which none is stored. What is there stays readable. Narrow the sync by metadata and reset it, or allow more: --max-records, --max-bytes.`,
  );

/** How much each connection stores: counted with each write, in its transaction. */
export class Stored {
  readonly #statements: Statements;
  readonly #scopes: Scopes;

  constructor(statements: Statements, scopes: Scopes) {
    this.#statements = statements;
    this.#scopes = scopes;
  }

  #of(connection: string): Room {
    const row = this.#statements.get<{ value: string }>(
      'SELECT value FROM settings WHERE name = ?',
      settingOf(connection),
    );
    if (row !== undefined) {
      const [records, bytes] = fromJson<[number, number]>(row.value);
      return { records, bytes };
    }
    return this.#statements.get<Room>(count, connection) ?? { records: 0, bytes: 0 };
  }

  /** Notes a change of a scope, before it is made. Throws `store_full` where its connection grows past the most. */
  note(scope: number, { bytes, records }: Room, most: Room = unlimited): void {
    const connection = this.#scopes.connectionOf(scope);
    const before = this.#of(connection);
    const after = { records: Math.max(0, before.records + records), bytes: Math.max(0, before.bytes + bytes) };
    if (records > 0 && after.records > most.records) {
      throw full(`${before.records} of at most ${most.records} records, and ${records}`);
    }
    if (bytes > 0 && after.bytes > most.bytes) {
      throw full(`${before.bytes} of at most ${most.bytes} bytes, and ${bytes}`);
    }
    const value = JSON.stringify([after.records, after.bytes]);
    this.#statements.run('INSERT OR REPLACE INTO settings VALUES (?, ?)', settingOf(connection), value);
  }

  /** Nothing is stored of it any more. */
  forget(connection: string): void {
    this.#statements.run('DELETE FROM settings WHERE name = ?', settingOf(connection));
  }
}
