/** A stretch of creation time: how many items in it had not ended, and a sum of hashes that each of them changes. */
export interface Stretch {
  readonly from: number;
  to: number;
  /** -1 where it is not known: such a stretch never reads the same. */
  count: number;
  sum: number;
}

/** FNV-1a with a final mix: no secret, only different for different ids. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let place = 0; place < id.length; place += 1) {
    hash = Math.imul(hash ^ id.charCodeAt(place), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** The place of the first stretch that ends at this time or later. */
function placeOf(stretches: readonly Stretch[], time: number): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((stretches[middle] as Stretch).to < time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function stretchAt(stretches: readonly Stretch[], time: number): Stretch | undefined {
  const found = stretches[placeOf(stretches, time)];
  return found !== undefined && found.from <= time ? found : undefined;
}

/** What reading both at once costs, roughly: how likely one of their items ends, times the time between them. */
const costOf = (older: Stretch, newer: Stretch) =>
  older.count < 0 || newer.count < 0
    ? Number.POSITIVE_INFINITY
    : (older.count + newer.count) * (newer.to - older.from + 1);

/** Items by stretches of their creation time, oldest first. The more there are, the longer the stretches. */
export class Stretches {
  readonly #most: number;
  #all: Stretch[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  get all(): readonly Stretch[] {
    return this.#all;
  }

  /** Once for each item. */
  add(id: string, time: number): void {
    const found = stretchAt(this.#all, time);
    if (found === undefined) {
      this.#all.splice(placeOf(this.#all, time), 0, { from: time, to: time, count: 1, sum: hashOf(id) });
      this.#compact();
    } else if (found.count >= 0) {
      found.count += 1;
      found.sum = (found.sum + hashOf(id)) >>> 0;
    }
  }

  /** Of one that was added before. */
  delete(id: string, time: number): void {
    const found = stretchAt(this.#all, time);
    if (found !== undefined && found.count > 0) {
      found.count -= 1;
      found.sum = (found.sum - hashOf(id)) >>> 0;
    }
  }

  /** Of which nobody knows how many are open. */
  addUnknown(from: number, to: number): void {
    this.#all = [
      ...this.#all.filter((known) => known.to < from),
      { from, to: Math.max(from, to), count: -1, sum: 0 },
      ...this.#all.filter((known) => known.from > to),
    ];
  }

  /** Joins neighbours, those that are cheapest to read again first, until a quarter of the room is free. */
  #compact(): void {
    if (this.#all.length <= this.#most) {
      return;
    }
    const costs = this.#all
      .slice(1)
      .map((newer, index) => ({ index, cost: costOf(this.#all[index] as Stretch, newer) }));
    costs.sort((a, b) => a.cost - b.cost);
    const wanted = Math.max(1, Math.floor(this.#most * 0.75));
    const joined = new Set(costs.slice(0, this.#all.length - wanted).map(({ index }) => index));
    const kept: Stretch[] = [];
    this.#all.forEach((stretch, index) => {
      const older = kept.at(-1);
      if (older === undefined || !joined.has(index - 1)) {
        kept.push(stretch);
        return;
      }
      older.to = stretch.to;
      older.count = Math.min(older.count, stretch.count) < 0 ? -1 : older.count + stretch.count;
      older.sum = (older.sum + stretch.sum) >>> 0;
    });
    this.#all = kept;
  }

  toString(): string {
    return this.#all
      .filter(({ count }) => count !== 0)
      .map(({ count, from, sum, to }) => [from, to - from, count, sum].map((part) => part.toString(36)).join('.'))
      .join(' ');
  }

  /** Throws where an entry is not one of `toString`. */
  static parse(entries: readonly string[], most: number): Stretches {
    const stretches = new Stretches(most);
    for (const entry of entries) {
      const [from = '', length = '', count = '', sum = ''] = entry.split('.');
      stretches.#all.push({
        from: integer(from),
        to: integer(from) + integer(length),
        count: integer(count),
        sum: integer(sum),
      });
    }
    return stretches;
  }
}

/** A number in base 36; throws where the text is none. */
export function integer(text: string): number {
  const number = Number.parseInt(text, 36);
  if (!Number.isSafeInteger(number)) {
    throw new TypeError('not a number');
  }
  return number;
}

/**
 * The stretches that do not read the same now: something has left them, or came late. Those that touch are one. `open` is
 * all that a list shows, ids and creation times.
 */
export function changedStretches(
  known: readonly Stretch[],
  open: Iterable<readonly [id: string, time: number]>,
): { from: number; to: number }[] {
  const found = new Map<Stretch, { count: number; sum: number }>(
    known.map((stretch) => [stretch, { count: 0, sum: 0 }]),
  );
  for (const [id, time] of open) {
    const stretch = stretchAt(known, time);
    const now = stretch && found.get(stretch);
    if (now !== undefined) {
      now.count += 1;
      now.sum = (now.sum + hashOf(id)) >>> 0;
    }
  }
  const changed: { from: number; to: number }[] = [];
  let isLastChanged = false;
  for (const [stretch, { count, sum }] of found) {
    const isChanged = stretch.count !== count || stretch.sum !== sum;
    const last = changed.at(-1);
    if (isChanged && isLastChanged && last !== undefined) {
      last.to = stretch.to;
    } else if (isChanged) {
      changed.push({ from: stretch.from, to: stretch.to });
    }
    isLastChanged = isChanged;
  }
  return changed;
}
