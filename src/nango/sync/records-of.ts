// The sandbox answers `crypto`, not `node:crypto`.
import { createHash } from 'crypto';
import type { NangoSync } from '../nango.js';
import type { SyncContext } from './calls.js';
import { checked, fieldsOf, mismatch, type Part, partsOf, SyncCheckpoint, stateLength } from './checkpoint.js';
import { CheckpointSaver } from './checkpoint-saver.js';
import { CreatedSync } from './created-sync.js';
import { identityOf } from './identity.js';
import { filtersOf, periodOf } from './metadata.js';
import { logLeftOut } from './odd-items.js';
import { olderCheckpoint, SyncCheckpointV2 } from './older-checkpoint.js';
import type { Room } from './open-items.js';
import type { Clock } from './pace.js';
import type { Item, Sink, Source } from './source.js';
import { CreatedState, SavedState } from './state.js';

/** Windows under way with their cursors, which have up to 1,024 characters, and what else is known of an environment. */
const windowsLength = 4 * 1_100 + 300;

/** Of what an environment may take of the checkpoint: ids of open items twice, or stretches and windows to read again. */
function roomOf(parts: number): Room {
  const length = Math.floor(stateLength / parts) - windowsLength;
  // A stretch takes up to 28 characters, and as many again as a window.
  return { ids: Math.floor(length * 0.45), stretches: Math.floor((length * 0.75) / (2 * 28)) };
}

export interface CreatedRecords<Listed extends Item> {
  readonly model: string;
  readonly clock: Clock;
  /** One after another: a list answers for one environment. */
  readonly parts: readonly { readonly name: Part; readonly source: Source<Listed> }[];
}

interface Known {
  readonly fingerprint: string;
  readonly filters: string;
  /** The first record that was ever saved; '' where none was. */
  readonly witness: string;
  readonly states: Readonly<Record<string, unknown>>;
}

/** Nango deletes the records of a sync that rests for 60 days, and brings a checkpoint back that was reset under a run. */
const staleMessage = (model: string) =>
  `The records of ${model} are gone, although the checkpoint says that they were stored: everything is read again.`;

const hashed = (text: string) => createHash('sha256').update(text).digest('hex');

/** What a checkpoint of any version knows; nothing where there is none. */
function readCheckpoint(stored: unknown, room: Room): Known | undefined {
  const given = checked<{ version: number }>({ 2: SyncCheckpointV2, 3: SyncCheckpoint }, stored);
  if (given === undefined) {
    return undefined;
  }
  if (given.version === 2) {
    const older = given as ReturnType<ReturnType<typeof SyncCheckpointV2>['parse']>;
    return { ...olderCheckpoint(older, room), filters: hashed(older.filters), witness: '' };
  }
  const { fingerprint, filters, ...rest } = given as SyncCheckpoint;
  return { fingerprint, filters, ...partsOf({ fingerprint, filters, ...rest }) };
}

function stateOf(stored: unknown, origin: number, room: Room): CreatedState {
  try {
    return new CreatedState(origin, room, stored === undefined ? undefined : SavedState().parse(stored));
  } catch {
    throw mismatch('cannot be read');
  }
}

/** Lists within the period that the metadata chooses. */
const within = <Listed extends Item>(source: Source<Listed>, until: number | undefined): Source<Listed> =>
  until === undefined
    ? source
    : {
        ...source,
        list: async ({ to, ...query }) =>
          query.from > until
            ? { data: [], pagination: {} }
            : source.list({ ...query, to: to === 0 || to > until ? until : to }),
      };

/** Brings the records of a model up to date, part by part; the checkpoint holds what is known of each. */
export async function syncCreatedRecords<Listed extends Item>(
  nango: NangoSync,
  { ask, connection, metadata, platform }: SyncContext,
  { clock, model, parts }: CreatedRecords<Listed>,
): Promise<void> {
  const room = roomOf(new Set(parts.map(({ name }) => name)).size);
  const known = readCheckpoint(await platform.checkpoint(), room);
  const isStale = known !== undefined && known.witness !== '' && !(await platform.has(known.witness, model));
  if (isStale) {
    await nango.log(staleMessage(model), { level: 'warn' });
  }
  const filters = hashed(filtersOf(metadata));
  const texts: Partial<Record<Part, string>> = {};
  const states = known?.filters === filters && !isStale ? known.states : {};
  let witness = isStale ? '' : (known?.witness ?? '');
  for (const { name } of parts) {
    if (states[name] !== undefined) {
      texts[name] = JSON.stringify(states[name]);
    }
  }
  const { origin, until } = periodOf(metadata, clock.now());
  let fingerprint = '';
  let leftOut = 0;
  let done = 0;
  let current: { name: Part; state: CreatedState } | undefined;
  const saver = new CheckpointSaver(async () => {
    if (current !== undefined) {
      texts[current.name] = JSON.stringify(current.state);
      done = current.state.done();
    }
    await platform.saveCheckpoint(fieldsOf({ fingerprint, filters, done, leftOut }, texts, witness));
  });
  const begin = async () => {
    ({ fingerprint } = await identityOf(connection, ask, known?.fingerprint));
    if (known === undefined) {
      // A read that failed looks as if there were none, and expects version 1: behind that, nothing is overwritten.
      await saver.save();
      await saver.save();
    }
  };
  const begun = begin();
  if (known === undefined) {
    // The first lists are asked for meanwhile; nothing of them is stored before.
    begun.catch(() => undefined);
  } else {
    await begun;
  }
  const sink: Sink<Listed> = {
    save: async (items) => {
      await begun;
      await platform.save(items, model);
      witness ||= items[0]?.id ?? '';
    },
    remove: (items) => platform.remove(items, model),
    checkpoint: async () => {
      await begun;
      await saver.save();
    },
    leaveOut: async (items) => {
      leftOut += items.length;
      await logLeftOut(nango, model, items);
    },
  };
  try {
    for (const { name, source } of parts) {
      const state = stateOf(states[name], origin, room);
      current = { name, state };
      await new CreatedSync(within(source, until), sink, state, clock.now).run();
    }
  } finally {
    await begun.catch(() => undefined);
    await saver.settled();
  }
}
