import type { Connection } from './connection.js';
import { type Field, type FieldTable, fields } from './fields.js';

/** What a connection has in a field, the key included. */
export const fieldOf = (connection: Connection, name: string): string | undefined =>
  name === 'apiKey' ? connection.key.reveal() : (connection as unknown as Record<string, string | undefined>)[name];

/** The form values that make the same connection again, the key included. */
export const valuesOf = (connection: Connection, table: FieldTable = fields): Record<string, string | undefined> =>
  Object.fromEntries(table.all.map(({ name }) => [name, fieldOf(connection, name)]));

function textOf(connection: Connection, parts: readonly Field[], separator: string): string {
  const texts: string[] = [];
  for (const { identity, name } of parts) {
    const value = fieldOf(connection, name);
    if (identity !== 'named') {
      texts.push(value ?? '');
    } else if (value !== undefined) {
      texts.push(`${name}=${encodeURIComponent(value)}`);
    }
  }
  return texts.join(separator);
}

/** Two connections of one text have the same key and target: a secret. */
export const identityText = (connection: Connection, table: FieldTable = fields): string =>
  textOf(connection, table.identity, '\n');

/** Whose data a connection reads, whatever its key: stored with checkpoints and records. */
export const placeOf = (connection: Connection, table: FieldTable = fields): string =>
  textOf(connection, table.place, ' ');

/** What a place has in a field of which every place has a part. */
export const fieldOfPlace = (place: string, name: string, table: FieldTable = fields): string | undefined =>
  place.split(' ')[table.place.findIndex((field) => field.name === name)] || undefined;

/** What decides how the server sees a secret key: a secret. */
export const keyText = (connection: Connection, table: FieldTable = fields): string =>
  textOf(connection, table.ofKey, '\n');
