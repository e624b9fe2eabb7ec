import type { Connection } from '../../connection/index.js';
import { ConnectorError } from '../../errors/index.js';
import type { NangoBase, NangoSync } from '../../nango/index.js';
import {
  checkpointConflict,
  duplicateMessage,
  FunctionStopped,
  isLogged,
  type LogLevel,
  modelRefusal,
  type RecordsVerb,
  recordsPerRequest,
  removeMetadata,
} from '../../nango/limits.js';
import { nangoConnection } from '../nango-connection.js';
import { nangoRecord } from '../store/nango-record.js';
import type { Room } from '../store/room.js';
import type { SaveCounts, Saved, Store } from '../store/store.js';
import { ownTurn } from '../turns.js';
import { ActionError } from './action-error.js';
import type { Lane } from './lanes.js';
import type { PlatformRun } from './like-nango.js';
import { createProxy, type ProxyOptions } from './proxy.js';
import { SeenCheckpoint } from './seen-checkpoint.js';

export interface RunContext extends ProxyOptions {
  readonly id: string;
  readonly connection: Connection;
  readonly metadata: Record<string, unknown>;
  readonly onLog?: ((message: string, level: LogLevel) => void) | undefined;
  /** Given to another run while this one waits; a run without one never waits for it. */
  readonly lane?: Pick<Lane, 'isHeld' | 'again'> | undefined;
  /** Where the host is to do what Nango does to its user. */
  readonly platform?: { readonly run: PlatformRun; readonly isConnected: () => boolean } | undefined;
}

/** Each may have 256 KiB of metadata: read in 20 ms, as a response of 2 MiB is. */
const idsAtOnce = 8;

/** Throws in a function that was stopped: as at Nango, from the next call of `nango` on. */
const goOnOf =
  ({ platform, signal }: RunContext) =>
  (): void => {
    if (signal?.aborted) {
      throw new FunctionStopped();
    }
    platform?.run.goOn();
  };

/** The `nango` object of an action: what our functions use of Nango's. */
export function actionNango(context: RunContext): NangoBase & Pick<NangoSync, 'log' | 'getMetadata'> {
  const { connection, id, lane, metadata, onAnswer, onLog, platform, signal, transport } = context;
  const goOn = goOnOf(context);
  /** Whoever worked meanwhile has its turn first. Without a wait where nobody did. */
  const inTurn = async () => {
    await lane?.again();
    goOn();
  };
  // A request under way is cut off by a stop; Nango lets it end.
  const send = createProxy(connection, { onAnswer, transport, ...(platform === undefined && { signal }) });
  return {
    ActionError,
    proxy: async (config) => {
      goOn();
      if (lane?.isHeld === false) {
        await inTurn();
      }
      platform?.run.askForConnection(id, platform.isConnected(), config);
      try {
        return await send(config);
      } catch (error) {
        if (error instanceof ConnectorError && error.code === 'aborted') {
          goOn();
        }
        throw error;
      } finally {
        if (lane?.isHeld === false) {
          await inTurn();
        }
      }
    },
    getConnection: async () => {
      goOn();
      return nangoConnection(id, connection, metadata);
    },
    getMetadata: async () => {
      goOn();
      return metadata;
    },
    log: async (message, ...more: unknown[]) => {
      goOn();
      const { level = 'info' } = (more.at(-1) ?? {}) as { level?: LogLevel };
      if (platform === undefined || isLogged(level)) {
        onLog?.(String(message), level);
      }
    },
  };
}

export interface SyncContext extends RunContext {
  readonly sync: string;
  readonly models: ReadonlySet<string>;
  /** What its connection may store. */
  readonly room: Room;
  /** Hears why the store did not take something: the function is told only that it failed. */
  readonly onStoreFailure: (error: ConnectorError) => void;
}

interface SyncListeners {
  readonly onCounts: (counts: SaveCounts) => void;
  readonly onCheckpoint: (checkpoint: unknown) => void;
}

/** The checkpoint of this run: what it saw last must still be there when it saves. */
function checkpointOf(
  { id, platform, sync }: SyncContext,
  store: Store,
  mayWrite: () => void,
  written: <Result>(work: () => Result) => Promise<Result>,
): SeenCheckpoint {
  return new SeenCheckpoint({
    read: () => {
      const version = platform?.run.isReadFailing() ? undefined : store.checkpointVersion(id, sync);
      return version === undefined ? undefined : { checkpoint: store.checkpoint(id, sync), version };
    },
    write: async (checkpoint, expected) => {
      const version = await written(() => {
        mayWrite();
        return store.saveCheckpoint(id, sync, checkpoint, expected);
      });
      if (version !== undefined && platform?.run.isSaveLost()) {
        // Sent again with the version that it had.
        throw checkpointConflict();
      }
      return version;
    },
  });
}

/** The `nango` object of a sync: records and checkpoint go to the store as they come. */
export function syncNango(context: SyncContext, store: Store, { onCheckpoint, onCounts }: SyncListeners): NangoSync {
  const { id, models, onLog, onStoreFailure, platform } = context;
  const goOn = goOnOf(context);
  const written = async <Result>(work: () => Result): Promise<Result> => {
    try {
      return await store.write(work);
    } catch (error) {
      if (error instanceof ConnectorError) {
        onStoreFailure(error);
      }
      throw error;
    }
  };
  // Stopped, it takes nothing more: a checkpoint after a reset would bring back the one that was reset. Nango writes it.
  const seen = checkpointOf(context, store, platform === undefined ? goOn : () => undefined, written);
  /** What writes records of a declared model, in the name of the first of each id. */
  const write = async (
    verb: RecordsVerb,
    records: readonly { id: string }[],
    model: string,
    work: (some: readonly { id: string }[]) => Saved,
  ) => {
    goOn();
    if (!records || records.length === 0) {
      return true;
    }
    removeMetadata(records);
    if (!models.has(model)) {
      throw modelRefusal(verb, model);
    }
    for (let from = 0; from < records.length; from += recordsPerRequest) {
      if (from > 0) {
        await ownTurn();
        goOn();
      }
      const some = records.length > recordsPerRequest ? records.slice(from, from + recordsPerRequest) : records;
      const { duplicates = [], ...counts } = await written(() => work(some));
      for (const duplicate of duplicates) {
        onLog?.(duplicateMessage(duplicate, model), 'error');
      }
      onCounts(counts);
    }
    return true;
  };
  return {
    ...actionNango(context),
    batchSave: (records, model) =>
      write('save', records, model, (some) => store.saveRecords(id, model, some, context.room)),
    batchDelete: (records, model) => write('delete', records, model, (some) => store.deleteRecords(id, model, some)),
    getRecordsByIds: async (ids, model) => {
      const found = new Map<string, unknown>();
      for (let from = 0; from < ids.length; from += idsAtOnce) {
        if (from > 0) {
          await ownTurn();
        }
        goOn();
        const some = new Map(ids.slice(from, from + idsAtOnce).map((given) => [String(given), given]));
        for (const stored of store.changedRecords(id, model, { ids: [...some.keys()], limit: idsAtOnce })) {
          const record = nangoRecord(stored, platform?.run.prunedBefore());
          found.set(some.get(record.id) ?? record.id, record);
        }
      }
      return found;
    },
    trackDeletesStart: async (model) => {
      goOn();
      await written(() => store.startTracking(id, model));
    },
    trackDeletesEnd: async (model) => {
      goOn();
      let deletedKeys: string[] = [];
      for (let isLong = true; isLong; ) {
        const some = await written(() => store.deleteUnseen(id, model, deletedKeys.at(-1) ?? ''));
        deletedKeys = deletedKeys.concat(some);
        isLong = some.length === recordsPerRequest;
        if (isLong) {
          await ownTurn();
          goOn();
        }
      }
      deletedKeys = deletedKeys.concat(await written(() => store.endTracking(id, model)));
      onCounts({ added: 0, updated: 0, deleted: deletedKeys.length, unchanged: 0 });
      return { deletedKeys };
    },
    getCheckpoint: async () => {
      goOn();
      return seen.read();
    },
    saveCheckpoint: async (checkpoint) => {
      if (platform === undefined) {
        goOn();
      }
      await seen.save(checkpoint);
      onCheckpoint(checkpoint);
      if (platform !== undefined) {
        goOn();
        platform.run.interrupt();
      }
    },
  };
}
