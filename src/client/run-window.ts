import { base64url } from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';

/** A stretch of creation times that is being listed, in milliseconds since 1970, both ends included. */
export interface Window {
  readonly from: number;
  /** Left out in the newest: up to where the caller asked for. */
  readonly to?: number;
  /** The server's cursor of the next page. */
  readonly after?: string;
  /** So many windows of one page each have to come before a wider one is tried. */
  readonly patience: number;
  /** How many of them are still to come; 0 in a window that is the try. More than `patience` once a window has pages. */
  readonly calm: number;
}

const MINUTE = 60_000;
const MOST_PATIENCE = 64;
/** Nothing was created before: Trigger.dev did not exist. */
const EARLIEST = Date.UTC(2022, 0, 1);

/** What the caller asked for. Without `origin`, everything. */
export interface Bounds {
  readonly origin: number | undefined;
  /** Where the newest window ends, or now. */
  readonly end: number;
}

const floorOf = (bounds: Bounds): number => bounds.origin ?? 1;

/** All that was asked for, or what of it is left after a run that was created at `to`, or behind a cursor. */
export function whole(bounds: Bounds, to: number | undefined, after: string | undefined): Window {
  const earliest = (to ?? bounds.end) > EARLIEST ? EARLIEST : 1;
  return {
    from: Math.max(floorOf(bounds), earliest),
    ...(to !== undefined && { to }),
    ...(after !== undefined && { after }),
    patience: 1,
    calm: 1,
  };
}

/** The newer half of a window that was refused, or nothing where it cannot be narrower. */
export function narrower(window: Window, bounds: Bounds): Window | undefined {
  const { calm, patience, to = bounds.end } = window;
  const width = to - window.from;
  if (width <= MINUTE) {
    return undefined;
  }
  const from = to - Math.max(MINUTE, Math.floor(width / 2));
  // A try that failed: the next one comes later.
  const slower = calm === 0 ? Math.min(MOST_PATIENCE, patience * 2) : patience;
  return { ...window, from, patience: slower, calm: calm === 0 ? slower : Math.min(calm, slower) };
}

/** The same window, a page further. */
export function further(window: Window, after: string): Window {
  const patience = window.calm === 0 ? 1 : window.patience;
  return { ...window, after, patience, calm: patience + 1 };
}

/** The window before one that was read to its end, or nothing where that was the last. */
export function older(window: Window, bounds: Bounds, isEmpty: boolean): Window | undefined {
  const { after, calm, from } = window;
  const hadPages = calm > window.patience;
  const isBeforeAll = bounds.origin === undefined && from < EARLIEST && isEmpty && !hadPages;
  if (isBeforeAll || from <= floorOf(bounds)) {
    return undefined;
  }
  const patience = calm === 0 ? 1 : window.patience;
  const left = Math.max(0, calm - 1);
  const width = Math.max(MINUTE, (window.to ?? bounds.end) - from) * (left === 0 ? 2 : 1);
  const to = from - 1;
  return {
    from: Math.max(floorOf(bounds), to - width),
    to,
    // A cursor that the caller brought may point to a run that is older still.
    ...(isEmpty && after !== undefined && { after }),
    patience,
    calm: left,
  };
}

const VERSION = 1;
const marker = '{"window":';
/** What every such cursor begins with: the digits that do not depend on what follows. */
const prefix = base64url(marker).slice(0, Math.floor((marker.length * 8) / 6));

/** FNV-1a: tells a digit that was lost from one that was meant. */
function checksum(text: string): number {
  let sum = 0x811c9dc5;
  for (const character of text) {
    sum = Math.imul(sum ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return sum;
}

/** A cursor of ours: the server's own does not say which window it was of. */
export function cursorOf({ after, calm, from, patience, to }: Window): string {
  const parts = JSON.stringify([from, to ?? null, after ?? null, patience, calm]);
  return base64url(`${marker}${VERSION},"sum":${checksum(parts)},"at":${parts}}`);
}

const isWhole = (value: unknown, least: number, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

const LAST_DATE = 8.64e15;

function decoded(cursor: string): Window | undefined {
  try {
    const bytes = Uint8Array.from(atob(cursor.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));
    const [from, to, after, patience, calm] = JSON.parse(new TextDecoder().decode(bytes)).at as unknown[];
    if (
      isWhole(from, 1, LAST_DATE) &&
      (to === null || isWhole(to, from, LAST_DATE)) &&
      (after === null || typeof after === 'string') &&
      isWhole(patience, 1, MOST_PATIENCE) &&
      isWhole(calm, 0, MOST_PATIENCE + 1)
    ) {
      return { from, ...(to !== null && { to }), ...(after !== null && { after }), patience, calm };
    }
  } catch {
    // Reported below.
  }
  return undefined;
}

/** The window of a cursor, or nothing where it is the server's own. Throws where it was damaged on the way. */
export function windowOf(cursor: string): Window | undefined {
  if (typeof cursor !== 'string' || !cursor.startsWith(prefix)) {
    return undefined;
  }
  const window = decoded(cursor);
  if (window === undefined || cursorOf(window) !== cursor) {
    throw new ConnectorError(
      'input_invalid',
      'runs.list: this cursor is damaged. Pass `pagination.next` as it came, or start again without it.',
      { path: 'after', endpoint: 'runs.list' },
    );
  }
  return window;
}
