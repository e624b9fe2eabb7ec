import type { Connection } from '../connection/index.js';

/** The integration's id, which is the name of its folder; also the name of its provider. */
export const integrationId = 'trigger-dev';

/** A connection as Nango gives it, key included. */
export function nangoConnection(id: string, connection: Connection, metadata: Record<string, unknown>) {
  const { baseUrl, environment, key, previewBranch, projectRef } = connection;
  return {
    connection_id: id,
    provider_config_key: integrationId,
    provider: integrationId,
    credentials: { type: 'API_KEY', apiKey: key.reveal() },
    // Nango keeps the branch under the name of its published entry, and '' for what was left empty.
    connection_config: {
      baseUrl,
      projectRef: projectRef ?? '',
      environment: environment ?? '',
      triggerBranch: previewBranch ?? '',
    },
    metadata,
  };
}
