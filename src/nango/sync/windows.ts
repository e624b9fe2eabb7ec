const minute = 60_000;
const day = 24 * 60 * minute;

/**
 * A stretch of creation times that is being listed, newest first, piece by piece where the server refuses the whole.
 * Times are milliseconds since 1970, both ends included.
 */
export interface Window {
  from: number;
  /** 0: no upper end. */
  to: number;
  /** Cursor of the next page; '' before the first of a piece. */
  after: string;
  /** Creation time of the oldest item read, or where the last piece ended; 0 before the first. */
  reached: number;
  /** Lower end of the piece that is being read. */
  low: number;
  /** Length of a piece in milliseconds; 0 while the whole is read at once. */
  span: number;
  /** Items of the piece. */
  items: number;
  /** After so many empty pieces one of twice the length is tried; more each time that such a try was refused. */
  patience: number;
  wait: number;
  /** Is the piece twice as long as the one before? */
  isTry: boolean;
  /** Pages read since this process started on it. */
  pages: number;
  /** Where this process started on it, for guessing how much is left. */
  top: number;
  /** So many pages have to be read before that is guessed. */
  readonly enough: number;
}

export const windowOf = (from: number, to = 0, enough = 1, span = 0): Window => ({
  from,
  to,
  after: '',
  reached: 0,
  low: from,
  span,
  items: 0,
  patience: 0,
  wait: 0,
  isTry: false,
  pages: 0,
  top: to,
  enough,
});

/** Cut to its first piece, where it is read in pieces. */
function started(window: Window, now: number): Window {
  window.low = window.span === 0 ? window.from : Math.max(window.from, (window.to || now) - window.span + 1);
  return window;
}

export const windowInPieces = (from: number, to: number, span: number, now: number): Window =>
  started(windowOf(from, to, 1, span), now);

/** What of it has not been read, in milliseconds. */
export function remaining({ from, reached, to }: Window, now: number): number {
  return Math.max(0, (reached || to || now) - from);
}

/** How many more pages a window has, guessed from those that were read; 0 where nothing can be said yet. */
export function pagesLeft({ enough, from, pages, reached, top }: Window): number {
  const left = reached - from;
  return pages < enough || left < 2 ? 0 : (left * pages) / Math.max(1, top - reached);
}

/** Moves on by a page that was stored. Is there more to read of it? */
export function advance(window: Window, times: readonly number[], next: string): boolean {
  window.pages += 1;
  window.items += times.length;
  window.reached = times.at(-1) ?? window.reached;
  window.top ||= times[0] ?? 0;
  window.after = next;
  window.patience = window.isTry ? 0 : window.patience;
  window.isTry = false;
  if (next !== '') {
    return true;
  }
  if (window.low <= window.from) {
    return false;
  }
  if (window.items === 0 && window.wait === 0) {
    window.span *= 2;
    window.isTry = true;
  } else if (window.items === 0) {
    window.wait -= 1;
  }
  window.reached = window.low;
  window.to = window.low - 1;
  window.low = Math.max(window.from, window.to - window.span + 1);
  window.items = 0;
  return true;
}

/** A window without an end is cut so far ahead of the clock here: the server's may be ahead. */
const aheadMs = 2 * 60 * minute;

const mostPatience = 64;

/** Shortens the piece that a server refused as too long. False where it was a minute or less. */
export function narrow(window: Window, now: number): boolean {
  const asked = window.to;
  if (window.after !== '' && window.reached > 0) {
    // The cursor counts from what was read, so what lies above need not be asked for again.
    window.to = Math.min(window.to || window.reached, window.reached);
  }
  window.to ||= Math.max(now, window.low) + aheadMs;
  const length = window.to - window.low + 1;
  if (length <= minute) {
    // What its cursor leaves out made it shorter than what was refused.
    return asked !== window.to;
  }
  if (window.isTry) {
    window.patience = Math.min(mostPatience, window.patience * 2 || 1);
    window.isTry = false;
  }
  window.wait = window.patience;
  window.span = Math.max(minute, Math.floor(length / 2));
  window.low = Math.max(window.from, window.to - window.span + 1);
  return true;
}

/** So many times what was read is more likely to be empty than full: the beginning of a history is not known. */
const unlikely = 200;

/**
 * Gives away the older half of what is left, or nothing when fewer than `worth` pages are.
 * A page that is under way may hold a part of it: whoever asked for that keeps to what is its own by then.
 */
export function split(window: Window, worth = 2): Window | undefined {
  if (pagesLeft(window) < worth) {
    return undefined;
  }
  const { from, reached, top } = window;
  const left = reached - from;
  const read = Math.max(1, top - reached);
  // Half of it on a scale of ratios where its length is a guess: a few steps find the beginning.
  const kept = left > unlikely * read ? Math.sqrt(read * (read + left)) - read : left / 2;
  const middle = reached - Math.ceil(kept);
  const older = started(windowOf(from, middle, 1, window.span), middle);
  window.from = middle + 1;
  window.low = Math.max(window.low, window.from);
  return older;
}

/** The first of these is read whole; each further back is twice as long. */
const firstSpan = 64 * day;

/** Trigger.dev has no runs from before. */
const beginning = Date.UTC(2022, 0);

/** A whole history, newest first, in windows that grow: nobody knows where it begins. */
export function historyOf(origin: number, now: number): Window[] {
  const windows: Window[] = [];
  let to = 0;
  let upper = now;
  for (let span = firstSpan; ; span *= 2) {
    const from = Math.max(origin, upper - span + 1);
    windows.push(windowOf(from, to));
    if (from <= origin || from < beginning) {
      return windows;
    }
    to = from - 1;
    upper = to;
  }
}

/** Before this the API takes a time for one in seconds, and nothing was created. */
const earliest = 1e11;

/** The window before one that was not empty although it began before Trigger.dev did; undefined where nothing is left. */
export function furtherBack({ from }: Window, origin: number, now: number): Window | undefined {
  return from <= Math.max(origin, earliest)
    ? undefined
    : windowOf(Math.max(origin, earliest, from - 1 - (now - from)), from - 1);
}

/**
 * Windows that hold all of `spans` and what is newer than `recent`, newest first. Without a span one holds it all; with
 * one, none is longer, and none is asked for where nothing can be.
 */
export function windowsAround(
  spans: readonly { readonly from: number; readonly to: number }[],
  recent: number,
  span: number,
  now: number,
): Window[] {
  const oldest = spans[0]?.from ?? recent;
  if (span === 0) {
    return [windowOf(Math.min(oldest, recent))];
  }
  const windows: Window[] = [windowInPieces(recent, 0, span, now)];
  for (const { from, to } of [...spans].reverse()) {
    const last = windows.at(-1) as Window;
    if (from >= last.from) {
      continue;
    }
    const upper = Math.min(to, last.from - 1);
    if (windows.length > 1 && last.to - from < span) {
      last.from = from;
      last.low = from;
    } else {
      windows.push(windowInPieces(from, upper, span, now));
    }
  }
  return windows;
}

/** As it stands in a checkpoint: from, to, low, span, reached, after, without those at the end that say nothing. */
export type SavedWindow =
  | [number]
  | [number, number]
  | [number, number, number, number]
  | [number, number, number, number, number, string];

export function saved({ after, from, low, reached, span, to }: Window): SavedWindow {
  if (after !== '' || reached !== 0) {
    return [from, to, low, span, reached, after];
  }
  if (span !== 0) {
    return [from, to, low, span];
  }
  return to === 0 ? [from] : [from, to];
}

export function restored([from, to = 0, low = from, span = 0, reached = 0, after = '']: SavedWindow): Window {
  return {
    from,
    to,
    after,
    reached,
    low,
    span,
    // Of a piece that was begun: whether it is empty is known again at its end.
    items: after === '' ? 0 : 1,
    patience: 0,
    wait: 0,
    isTry: false,
    pages: 0,
    top: reached || to,
    enough: to === 0 ? 2 : 1,
  };
}
