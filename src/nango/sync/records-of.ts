import type { NangoSync } from '../nango.js';
import type { SyncContext } from './calls.js';
import { fingerprintFor, type Part, readCheckpoint, readPart } from './checkpoint.js';
import { CreatedSync } from './created-sync.js';
import { filtersOf } from './metadata.js';
import type { Clock } from './pace.js';
import type { Source } from './source.js';
import { CreatedState, SavedState } from './state.js';

const day = 24 * 60 * 60_000;

/** Creation times below this are read as "none" by the API. */
const everything = 1;

export interface CreatedRecords<Item> {
  readonly model: string;
  readonly clock: Clock;
  /** One after another: a list answers for one environment. */
  readonly parts: readonly { readonly name: Part; readonly source: Source<Item & { id: string; createdAt: string }> }[];
}

/** Brings the records of a model up to date, part by part; the checkpoint holds what is known of each. */
export async function syncCreatedRecords<Item extends { id: string; createdAt: string }>(
  nango: NangoSync,
  { ask, connection, metadata }: SyncContext,
  { clock, model, parts }: CreatedRecords<Item>,
): Promise<void> {
  const stored = await nango.getCheckpoint();
  const checkpoint = readCheckpoint(stored, await fingerprintFor(connection, ask), filtersOf(metadata));
  const { lookBackDays } = metadata;
  const origin = lookBackDays === undefined ? everything : clock.now() - lookBackDays * day;
  for (const { name, source } of parts) {
    const text = checkpoint[name];
    const state = new CreatedState(origin, text === '' ? undefined : readPart(SavedState(), text));
    const sink = {
      save: async (items: Item[]) => {
        await nango.batchSave(items, model);
      },
      remove: async (ids: string[]) => {
        await nango.batchDelete(
          ids.map((id) => ({ id })),
          model,
        );
      },
      checkpoint: async () => {
        checkpoint[name] = JSON.stringify(state);
        checkpoint.done = state.done();
        await nango.saveCheckpoint(checkpoint);
      },
    };
    await new CreatedSync(source, sink, state).run(clock.now);
  }
}
