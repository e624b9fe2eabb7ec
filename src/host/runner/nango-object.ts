import type { Connection } from '../../connection/index.js';
import { ConnectorError } from '../../errors/index.js';
import type { NangoBase, NangoSync } from '../../nango/index.js';
import { idsPerRequest } from '../../nango/limits.js';
import { nangoConnection } from '../nango-connection.js';
import { nangoRecord } from '../store/nango-record.js';
import type { SaveCounts, Store } from '../store/store.js';
import { ActionError } from './action-error.js';
import { createProxy, type ProxyOptions } from './proxy.js';

export interface RunContext extends ProxyOptions {
  readonly id: string;
  readonly connection: Connection;
  readonly metadata: Record<string, unknown>;
  readonly onLog?: ((message: string) => void) | undefined;
}

/** The `nango` object of an action: what our functions use of Nango's. */
export function actionNango({
  id,
  connection,
  metadata,
  onLog,
  ...rest
}: RunContext): NangoBase & Pick<NangoSync, 'log' | 'getMetadata'> {
  return {
    ActionError,
    proxy: createProxy(connection, rest),
    getConnection: async () => nangoConnection(id, connection, metadata),
    getMetadata: async () => metadata,
    log: async (message) => onLog?.(message),
  };
}

/** The `nango` object of a sync: records and checkpoint go to the store as they come. Stopped, it takes nothing more. */
export function syncNango(
  context: RunContext & { sync: string; models: ReadonlySet<string> },
  store: Store,
  { onCheckpoint, onCounts }: { onCounts: (counts: SaveCounts) => void; onCheckpoint: (checkpoint: unknown) => void },
): NangoSync {
  const { id, models, signal, sync } = context;
  const check = (model: string) => {
    if (!models.has(model)) {
      throw new ConnectorError('input_invalid', `The sync ${sync} declares no model ${model}.`);
    }
  };
  const goOn = () => {
    if (signal?.aborted) {
      throw new ConnectorError('aborted');
    }
  };
  /** What writes: for a declared model, and not after a stop. */
  const write = <Result>(model: string, work: () => Result): Result => {
    check(model);
    goOn();
    return work();
  };
  return {
    ...actionNango(context),
    batchSave: async (records, model) => {
      onCounts(write(model, () => store.saveRecords(id, model, records)));
      return true;
    },
    batchDelete: async (records, model) => {
      const ids = records.map((record) => record.id);
      onCounts(write(model, () => store.deleteRecords(id, model, ids)));
      return true;
    },
    getRecordsByIds: async (ids, model) => {
      goOn();
      const found = new Map<string, unknown>();
      for (let from = 0; from < ids.length; from += idsPerRequest) {
        const some = ids.slice(from, from + idsPerRequest);
        for (const stored of store.changedRecords(id, model, { ids: some, limit: idsPerRequest })) {
          const record = nangoRecord(stored);
          found.set(record.id, record);
        }
      }
      return found;
    },
    trackDeletesStart: async (model) => write(model, () => store.startTracking(id, model)),
    trackDeletesEnd: async (model) => {
      const deletedKeys = write(model, () => store.endTracking(id, model));
      onCounts({ added: 0, updated: 0, deleted: deletedKeys.length, unchanged: 0 });
      return { deletedKeys };
    },
    getCheckpoint: async () => store.checkpoint(id, sync),
    saveCheckpoint: async (checkpoint) => {
      goOn();
      store.saveCheckpoint(id, sync, checkpoint);
      onCheckpoint(checkpoint);
    },
  };
}
