import type { Transport } from '../../client/index.js';
import type { Connection } from '../../connection/index.js';
import { ConnectorError } from '../../errors/index.js';
import type { NangoBase, NangoSync } from '../../nango/index.js';
import type { SaveCounts, Store } from '../store/store.js';
import { ActionError } from './action-error.js';
import { createProxy } from './proxy.js';

export interface RunContext {
  readonly id: string;
  readonly connection: Connection;
  readonly signal?: AbortSignal | undefined;
  readonly transport?: Transport | undefined;
  readonly onLog?: ((message: string) => void) | undefined;
}

/** The `nango` object of an action: what our functions use of Nango's. */
export function actionNango({ id, connection, onLog, ...rest }: RunContext): NangoBase & Pick<NangoSync, 'log'> {
  const { baseUrl, environment, key, previewBranch, projectRef } = connection;
  return {
    ActionError,
    proxy: createProxy(connection, rest),
    getConnection: async () => ({
      connection_id: id,
      provider_config_key: 'trigger-dev',
      credentials: { type: 'API_KEY', apiKey: key.reveal() },
      // Nango keeps the branch under the name of its published entry, and '' for what was left empty.
      connection_config: {
        baseUrl,
        projectRef: projectRef ?? '',
        environment: environment ?? '',
        triggerBranch: previewBranch ?? '',
      },
      metadata: null,
    }),
    log: async (message) => onLog?.(message),
  };
}

/** The `nango` object of a sync: records and checkpoint go to the store as they come. */
export function syncNango(
  context: RunContext & { sync: string; models: ReadonlySet<string> },
  store: Store,
  onPage: (counts: SaveCounts) => void,
): NangoSync {
  const { id, models, sync } = context;
  return {
    ...actionNango(context),
    batchSave: async (records, model) => {
      if (!models.has(model)) {
        throw new ConnectorError('input_invalid', `The sync ${sync} declares no model ${model}.`);
      }
      onPage(store.saveRecords(id, model, records));
      return true;
    },
    getCheckpoint: async () => store.checkpoint(id, sync),
    saveCheckpoint: async (checkpoint) => store.saveCheckpoint(id, sync, checkpoint),
  };
}
