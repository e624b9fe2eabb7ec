import { createHash } from 'node:crypto';
import {
  type ConfigName,
  type Connection,
  type FieldTable,
  fieldOf,
  fields,
  identityText,
} from '../connection/index.js';

/** What may be shown and stored of a connection: everything but the key. */
export interface ConnectionSummary extends Readonly<Record<Exclude<ConfigName, 'baseUrl'>, string | null>> {
  readonly id: string;
  readonly kind: string;
  readonly baseUrl: string;
}

/**
 * The same key and target give the same id, so a second start finds its records again;
 * another key or target gives another, so records of two places never mix.
 */
export function summarise(connection: Connection, table: FieldTable = fields): ConnectionSummary {
  const { environment = 'key', kind } = connection;
  const mark = createHash('sha256').update(identityText(connection, table)).digest('hex').slice(0, 10);
  const shown = table.config.map(({ name }) => [name, fieldOf(connection, name) ?? null] as const);
  return {
    id: `${kind === 'pat' ? 'pat-' : ''}${environment}-${mark}`,
    kind,
    ...(Object.fromEntries(shown) as Pick<ConnectionSummary, ConfigName>),
  };
}
