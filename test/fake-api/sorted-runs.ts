import type { StoredRun } from './run-store.js';

/** Where a page starts: strictly before (older than) or after (newer than) this position. */
export interface Position {
  createdMs: number;
  internalId: string;
}

function compare(left: Position, right: Position): number {
  if (left.createdMs !== right.createdMs) {
    return left.createdMs - right.createdMs;
  }
  return left.internalId < right.internalId ? -1 : left.internalId > right.internalId ? 1 : 0;
}

/**
 * Oldest first. Sorted when it is read, not when it is written: a history that is filled in from the past would move
 * every later run once a run, which takes minutes for 100,000 of them.
 */
export class SortedRuns {
  readonly #runs: StoredRun[] = [];
  #isSorted = true;

  add(stored: StoredRun): void {
    const last = this.#runs.at(-1);
    this.#isSorted &&= last === undefined || compare(last, stored) < 0;
    this.#runs.push(stored);
  }

  remove(stored: StoredRun): void {
    const index = this.lowerBound(stored);
    if (this.#runs[index] === stored) {
      this.#runs.splice(index, 1);
    }
  }

  /** The array is the list's own. */
  get items(): readonly StoredRun[] {
    if (!this.#isSorted) {
      this.#runs.sort(compare);
      this.#isSorted = true;
    }
    return this.#runs;
  }

  /** Index of the first run at or after the position. */
  lowerBound(position: Position): number {
    const { items } = this;
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const item = items[middle];
      if (item !== undefined && compare(item, position) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
