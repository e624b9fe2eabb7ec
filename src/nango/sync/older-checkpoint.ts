import * as z from 'zod';
import { later, number, string } from '../../api/index.js';
import { mismatch, readJson } from './checkpoint.js';
import { OpenItems, type Room } from './open-items.js';
import type { SavedState } from './state.js';
import type { SavedWindow } from './windows.js';

/** Before version 3, each environment was JSON in the field of its name, or ''; on Nango it ended at about 77 open items. */
export const SyncCheckpointV2 = later(() =>
  z.object({
    version: z.literal(2),
    fingerprint: string(),
    filters: string(),
    dev: string(),
    staging: string(),
    prod: string(),
    preview: string(),
    other: string(),
  }),
);

const milliseconds = later(() => number().nonnegative());
const items = later(() => z.array(z.tuple([string(), milliseconds()])));

const State = later(() =>
  z.object({
    origin: milliseconds(),
    watermark: milliseconds(),
    listed: milliseconds(),
    sweptRecent: milliseconds(),
    sweptAll: milliseconds(),
    open: items(),
    unchecked: items(),
    relistFrom: milliseconds(),
    pass: z
      .object({
        started: milliseconds(),
        from: milliseconds(),
        isFull: z.boolean(),
        newest: milliseconds(),
        oldest: milliseconds(),
        windows: z.array(z.tuple([milliseconds(), milliseconds(), string(), milliseconds()])),
      })
      .optional(),
  }),
);

/** The state as version 3 keeps it. A pass over everything goes on where it was; a pass from a bound begins at it again. */
function stateOf(text: string, room: Room): SavedState {
  const parsed = State().safeParse(readJson(text));
  if (!parsed.success) {
    throw mismatch('cannot be read');
  }
  const { open: seen, pass, relistFrom, unchecked, ...kept } = parsed.data;
  const isFull = pass?.isFull === true;
  const open = new OpenItems(room, isFull ? seen : [...unchecked, ...seen]);
  if (relistFrom > 0) {
    open.addUnknown(relistFrom, kept.watermark);
  }
  const windows: SavedWindow[] = (pass?.windows ?? []).map(([from, to, after, reached]) => [
    from,
    to,
    from,
    0,
    reached,
    after,
  ]);
  return {
    ...kept,
    openSpan: 0,
    open: String(open),
    unchecked: String(new OpenItems({ ...room, ids: Number.POSITIVE_INFINITY }, isFull ? unchecked : [])),
    ...(pass && {
      pass: { ...pass, isListed: isFull, begin: [0, 0] as [number, number], windows: isFull ? windows : [[pass.from]] },
    }),
  };
}

/** What a checkpoint of version 2 knows, as version 3 has it. */
export function olderCheckpoint(
  { fingerprint, ...fields }: z.output<ReturnType<typeof SyncCheckpointV2>>,
  room: Room,
): { fingerprint: string; states: Record<string, unknown> } {
  const names = ['dev', 'staging', 'prod', 'preview', 'other'] as const;
  const states = names
    .filter((name) => fields[name] !== '')
    .map((name) => [name, stateOf(fields[name], room)] as const);
  return { fingerprint, states: Object.fromEntries(states) };
}
