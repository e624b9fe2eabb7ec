import { ConnectorError } from '../../errors/index.js';
import { FunctionStopped, timeLimitMs } from '../../nango/limits.js';
import type { Room } from '../store/room.js';
import type { Store, SyncOutcome } from '../store/store.js';
import type { ProgressOf } from '../sync-progress.js';
import { errorOfFunction, told } from './action-error.js';
import { type RunContext, syncNango } from './nango-object.js';
import { type CompiledFunction, execute } from './sandbox.js';

interface SyncRun {
  readonly name: string;
  readonly context: Omit<RunContext, 'signal' | 'onLog'>;
  readonly store: Store;
  readonly progress: ProgressOf;
  readonly room: Room;
  readonly signal?: AbortSignal | undefined;
}

/** Nango counts it as a success: the next run goes on from the checkpoint that was just saved. */
const isInterrupted = (thrown: unknown) => thrown instanceof FunctionStopped && thrown.code === 'execution_interrupted';

/** Runs a sync once, and notes how it ended. */
export async function runSync(
  sync: CompiledFunction,
  { context, name, progress, room, signal, store }: SyncRun,
): Promise<SyncOutcome> {
  const execution = store.executions.begin(context.id, 'sync', name);
  const startedAt = Date.now();
  const end = async (ended: Pick<SyncOutcome, 'error' | 'isInterrupted'> = {}): Promise<SyncOutcome> => {
    const finishedAt = Date.now();
    const { leftOut = 0, total } = progress;
    const counts = { ...total, ...(leftOut > 0 && { leftOut }) };
    const outcome = { sync: name, execution: execution.id, startedAt, finishedAt, ...counts, ...ended };
    await store.write(() => store.saveOutcome(context.id, outcome));
    execution.finish(ended.error ?? null);
    return outcome;
  };
  let storeFailure: ConnectorError | undefined;
  const work = (stopped: AbortSignal) => {
    const about = {
      ...context,
      sync: name,
      room,
      onStoreFailure: (error: ConnectorError) => {
        storeFailure = error;
      },
      models: new Set(Object.keys(sync.models ?? {})),
      signal: stopped,
      onAnswer: progress.answer,
      onLog: (message: string) => {
        execution.log(message);
        progress.message(message);
      },
    };
    return sync.exec(syncNango(about, store, { onCounts: progress.counts, onCheckpoint: progress.checkpoint }));
  };
  try {
    await execute(work, signal, timeLimitMs.sync);
  } catch (thrown) {
    if (isInterrupted(thrown) && !signal?.aborted) {
      return await end({ isInterrupted: true });
    }
    const error = signal?.aborted ? new ConnectorError('aborted') : (storeFailure ?? errorOfFunction(thrown));
    await end({ error: told(error) });
    throw error;
  }
  return end();
}
