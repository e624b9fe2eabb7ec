import { redact } from '../../errors/index.js';
import type { NangoSync } from '../nango.js';
import type { Item } from './source.js';

/** Nango's limit for the id of a record. */
const longestId = 255;

/** No store or reader takes JSON of any depth: SQLite ends at 1,000 levels. */
const deepest = 500;

function isDeep(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  for (const name in value) {
    const inner: unknown = (value as Record<string, unknown>)[name];
    if (typeof inner === 'object' && inner !== null && (levels === 0 || isDeep(inner, levels - 1))) {
      return true;
    }
  }
  return false;
}

const usual = /^[\w-]{1,255}$/;

/** Why no record can have this id; undefined where one can. */
export function idOddityOf(id: string): string | undefined {
  const isStorable = usual.test(id) || (id !== '' && id.length <= longestId && !/[\0\p{Surrogate}]/u.test(id));
  return isStorable ? undefined : 'its id cannot be stored';
}

/** Why no record can be made of an item; undefined where one can. `time` is its creation time in milliseconds. */
export function oddityOf({ id, metadata }: Item, time: number): string | undefined {
  if (!(time >= 0)) {
    return 'createdAt is no date from 1970 on';
  }
  if (isDeep(metadata, deepest)) {
    return `metadata has more than ${deepest} levels`;
  }
  return idOddityOf(id);
}

/** An id as a log may show it: whatever it holds. */
const shownId = (id: string) => JSON.stringify(redact(id).slice(0, 64)).replace(/[^\x20-\x7e]/g, '?');

export interface OddItem {
  readonly id: string;
  readonly reason: string;
}

/** Names what is left out, in the log, at a level that Nango keeps. */
export async function logLeftOut(
  nango: Pick<NangoSync, 'log'>,
  model: string,
  items: readonly OddItem[],
): Promise<void> {
  const all = items.map(({ id, reason }) => `${shownId(id)}: ${reason}`).join('; ');
  await nango.log(`${items.length} left out of ${model}: ${all}`.slice(0, 2_000), { level: 'warn' });
}
