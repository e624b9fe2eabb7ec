/** A stretch of creation times that is being listed, newest first. Times are milliseconds since 1970, both ends included. */
export interface Window {
  from: number;
  /** 0: no upper end. */
  readonly to: number;
  /** Cursor of the next page; '' before the first. */
  after: string;
  /** Creation time of the oldest item read; 0 before the first. */
  reached: number;
  /** Pages read since this process started on it. */
  pages: number;
  /** Where this process started on it, for guessing how much is left. */
  top: number;
  /** So many pages have to be read before that is guessed. */
  readonly enough: number;
}

export const windowOf = (from: number, to = 0, enough = 1): Window => ({
  from,
  to,
  after: '',
  reached: 0,
  pages: 0,
  top: to,
  enough,
});

/** What of it has not been read, in milliseconds. */
export function remaining({ from, reached, to }: Window, now: number): number {
  return Math.max(0, (reached || to || now) - from);
}

/** How many more pages a window has, guessed from those that were read; 0 where nothing can be said yet. */
export function pagesLeft({ enough, from, pages, reached, top }: Window): number {
  const left = reached - from;
  return pages < enough || left < 2 ? 0 : (left * pages) / Math.max(1, top - reached);
}

/** Fewer pages than this are read sooner by one than by two. */
const worthSplitting = 2;

/** So many times what was read is more likely to be empty than full: the beginning of a history is not known. */
const unlikely = 200;

/**
 * Gives away the older half of what is left, or nothing when that is little.
 * Only between two pages: a page that is under way would be read by both, and the older answer could be stored last.
 */
export function split(window: Window): Window | undefined {
  if (pagesLeft(window) < worthSplitting) {
    return undefined;
  }
  const { from, reached, top } = window;
  const left = reached - from;
  const read = Math.max(1, top - reached);
  // Half of it on a scale of ratios where its length is a guess: a few steps find the beginning.
  const kept = left > unlikely * read ? Math.sqrt(read * (read + left)) - read : left / 2;
  const middle = reached - Math.ceil(kept);
  const older = windowOf(from, middle);
  window.from = middle + 1;
  return older;
}

/** As it stands in a checkpoint. */
export type SavedWindow = [from: number, to: number, after: string, reached: number];

export const saved = ({ after, from, reached, to }: Window): SavedWindow => [from, to, after, reached];

export const restored = ([from, to, after, reached]: SavedWindow): Window => ({
  from,
  to,
  after,
  reached,
  pages: 0,
  top: reached || to,
  enough: to === 0 ? 2 : 1,
});
