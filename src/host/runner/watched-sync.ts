import type { Store, SyncOutcome } from '../store/store.js';
import { failedSyncWebhook, syncWebhooks, type Tell } from '../webhook-bodies.js';

interface Watched {
  readonly connection: string;
  readonly sync: string;
  readonly models: readonly string[];
  readonly startedAt: number;
}

interface Listener {
  readonly tell: Tell;
  /** Also of a sync that changed nothing. */
  readonly tellsUnchanged: boolean;
}

/** A run that is about to begin, for whoever hears how it ended. */
export function watchSync(
  store: Pick<Store, 'checkpoint' | 'lastOutcome'>,
  watched: Watched,
  { tell, tellsUnchanged }: Listener,
): { succeeded: (outcome: SyncOutcome) => void; failed: (error: unknown) => void } {
  const { connection, sync } = watched;
  const from = store.checkpoint(connection, sync);
  // A reset begins afresh.
  const last = store.lastOutcome(connection, sync);
  const hasSucceeded = last !== undefined && (last.succeededAt !== undefined || last.error === undefined);
  const isInitial = from === null || !hasSucceeded;
  const run = () => ({ ...watched, isInitial, checkpoints: { from, to: store.checkpoint(connection, sync) } });
  return {
    succeeded: (outcome) => {
      if (tellsUnchanged || outcome.added + outcome.updated + outcome.deleted > 0) {
        syncWebhooks(run(), outcome).forEach(tell);
      }
    },
    failed: (error) => tell(failedSyncWebhook(run(), error)),
  };
}
