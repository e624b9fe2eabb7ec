import { ConnectorError } from '../errors/index.js';
import type { ConnectionPolicy } from './base-url.js';
import type { Connection } from './connection.js';
import { connectionFromValues } from './parse.js';

const configKeys = ['projectRef', 'environment', 'baseUrl', 'triggerBranch', 'previewBranch'] as const;

/** The parts of a Nango connection that this package reads. */
export interface NangoConnection {
  readonly credentials?: unknown;
  readonly connection_config?: unknown;
}

function ownText(source: unknown, name: string): string | undefined {
  if (typeof source !== 'object' || source === null || !Object.hasOwn(source, name)) {
    return undefined;
  }
  const value: unknown = (source as Record<string, unknown>)[name];
  // Nango stores an optional field that was left empty as ''.
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * A Nango connection as ours. Reads `credentials.apiKey` and the five known keys of `connection_config`, nothing else.
 * Throws `ConnectorError`: Nango stores what its form or an import gave it, unchecked.
 */
export function connectionFromNango(connection: NangoConnection, policy: ConnectionPolicy = {}): Connection {
  const apiKey = ownText(connection.credentials, 'apiKey');
  if (apiKey === undefined) {
    throw new ConnectorError('key_required', 'The Nango connection holds no API key. Connect again.', {
      field: 'apiKey',
    });
  }
  const values: Record<string, string> = { apiKey };
  for (const name of configKeys) {
    const value = ownText(connection.connection_config, name);
    if (value !== undefined) {
      values[name] = value;
    }
  }
  return connectionFromValues(values, policy);
}
