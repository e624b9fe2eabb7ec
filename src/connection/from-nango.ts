import { ConnectorError } from '../errors/index.js';
import type { ConnectionPolicy } from './base-url.js';
import type { Connection } from './connection.js';
import { type FieldTable, fields } from './fields.js';
import { connectionFromValues } from './parse.js';

/** The parts of a Nango connection that this package reads. */
export interface NangoConnection {
  readonly credentials?: unknown;
  readonly connection_config?: unknown;
}

/** Wrong types are passed on, to be refused with the other problems: an ignored host or branch would change the target. */
function ownValue(source: unknown, name: string): unknown {
  if (typeof source !== 'object' || source === null || !Object.hasOwn(source, name)) {
    return undefined;
  }
  const value: unknown = (source as Record<string, unknown>)[name];
  // Nango stores an optional field that was left empty as ''.
  return value === '' || value === null ? undefined : value;
}

/** What of a Nango connection's config is a field of ours, under whichever name it has there. */
export function nangoValues(config: unknown, table: FieldTable = fields): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const name of table.byConfigName.keys()) {
    const value = ownValue(config, name);
    if (value !== undefined) {
      values[name] = value;
    }
  }
  return values;
}

/**
 * A Nango connection as ours. Reads `credentials.apiKey` and the known keys of `connection_config`, nothing else.
 * Throws `ConnectorError`: Nango stores what its form or an import gave it, unchecked.
 * With `asForm`, what a call could still bring (a project ref, an environment) is asked for as well.
 */
export function connectionFromNango(
  connection: NangoConnection,
  policy: ConnectionPolicy = {},
  { asForm = false }: { asForm?: boolean } = {},
): Connection {
  const apiKey = ownValue(connection.credentials, 'apiKey');
  if (apiKey === undefined) {
    throw new ConnectorError('key_required', 'The Nango connection holds no API key. Connect again.', {
      field: 'apiKey',
    });
  }
  return connectionFromValues({ apiKey, ...nangoValues(connection.connection_config) }, policy, asForm);
}
