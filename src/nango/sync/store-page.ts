import { type OddItem, oddityOf } from './odd-items.js';
import type { Item, Sink, Source } from './source.js';
import type { CreatedState } from './state.js';

/** Is told of each item of a page after it was stored. */
export type See = (id: string, time: number, isOpen: boolean) => void;

/** Which items a record can be made of, each once, with their creation times; the others are noted. */
async function usableOf<Listed extends Item>(
  sink: Sink<Listed>,
  data: readonly Listed[],
): Promise<{ items: readonly Listed[]; times: number[] }> {
  const all = data.map(({ createdAt }) => Date.parse(createdAt));
  const ids = new Set<string>();
  const odd: OddItem[] = [];
  data.forEach((item, place) => {
    const reason = oddityOf(item, all[place] ?? Number.NaN);
    if (reason === undefined) {
      ids.add(item.id);
    } else {
      odd.push({ id: item.id, reason });
    }
  });
  if (ids.size === data.length) {
    return { items: data, times: all };
  }
  if (odd.length > 0) {
    await sink.leaveOut(odd);
  }
  const items = data.filter(({ id }) => ids.delete(id));
  return { items, times: items.map(({ createdAt }) => Date.parse(createdAt)) };
}

/**
 * Stores a page: saves what is wanted, deletes what is not wanted any more. Returns the creation times in milliseconds,
 * in the order of the page.
 */
export async function storePage<Listed extends Item>(
  source: Source<Listed>,
  sink: Sink<Listed>,
  { mayBeStored }: CreatedState,
  data: readonly Listed[],
  see: See,
): Promise<number[]> {
  const { items, times } = await usableOf(sink, data);
  const wanted = items.filter((item) => source.isWanted(item));
  if (wanted.length > 0) {
    await sink.save(wanted);
  }
  if (wanted.length < items.length && mayBeStored) {
    const left = items.filter((item) => !source.isWanted(item) && source.mayHaveBeenWanted(item));
    if (left.length > 0) {
      await sink.remove(left);
    }
  }
  items.forEach((item, place) => {
    see(item.id, times[place] ?? 0, !source.hasEnded(item));
  });
  return times;
}
