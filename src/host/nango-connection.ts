import type { Connection } from '../connection/index.js';
import { configOfParsed, type GivenConfig } from './given-config.js';
import type { KeptConnection } from './store/kept-connections.js';

/** The integration's id, which is the name of its folder; also the name of its provider. */
export const integrationId = 'trigger-dev';

/** What the host knows of a connection besides its key. */
export interface NotedOfConnection {
  readonly kept?: KeptConnection | undefined;
  readonly config?: GivenConfig | undefined;
  /** What goes wrong with it now; the log of each can be read by its id. */
  readonly errors?: readonly { readonly type: 'auth' | 'sync'; readonly log_id: string }[];
  /** Unix milliseconds. */
  readonly fetchedAt?: number | undefined;
}

type Metadata = Readonly<Record<string, unknown>>;

function shownOf(id: string, metadata: Metadata, { errors = [], kept }: NotedOfConnection) {
  return {
    id: kept?.number ?? 0,
    connection_id: id,
    provider_config_key: integrationId,
    provider: integrationId,
    metadata: { ...metadata },
    // An older host kept their names as they were given.
    tags: Object.fromEntries(Object.entries(kept?.about.tags ?? {}).map(([name, tag]) => [name.toLowerCase(), tag])),
    end_user: kept?.about.endUser ?? null,
    errors,
  };
}

/** As Nango lists it: without its key, so also one whose key cannot be used. */
export const listedConnection = (id: string, metadata: Metadata, noted: NotedOfConnection) => ({
  ...shownOf(id, metadata, noted),
  created: noted.kept?.about.createdAt ?? null,
});

/** A connection as Nango gives it, key included. */
export function nangoConnection(
  id: string,
  connection: Connection,
  metadata: Metadata,
  { config, fetchedAt, kept, ...noted }: NotedOfConnection = {},
) {
  return {
    ...shownOf(id, metadata, { ...noted, kept }),
    credentials: { type: 'API_KEY' as const, apiKey: connection.key.reveal() },
    connection_config: { ...(config ?? configOfParsed(connection)) } as Record<string, unknown>,
    created_at: kept?.about.createdAt ?? null,
    updated_at: kept?.about.updatedAt ?? null,
    last_fetched_at: fetchedAt === undefined ? null : new Date(fetchedAt).toISOString(),
    webhook_url_override: null,
  };
}
