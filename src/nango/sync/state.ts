import * as z from 'zod';
import { later, number, string } from '../../api/index.js';
import { OpenItems, type Room } from './open-items.js';
import { historyOf, remaining, restored, saved, type Window, windowOf } from './windows.js';

const minute = 60_000;
const day = 24 * 60 * minute;

/** The list is an index that lags behind by minutes; so far back from the newest item is always read again. */
const overlapMs = 15 * minute;

/** And so far back where a whole history was empty: no item has told the time of the server. */
const emptyOverlapMs = day;

/** Items can change after their end (tags, metadata, cost) and no filter finds those, so old ones are read again slowly. */
const recentSweep = { every: day, window: 2 * day };
const fullSweep = { every: 7 * day };

/** What appears late is found among the open ones for so long; later, only when everything is read. */
const lateMs = 2 * day;

/** A window of open items that is refused no longer grows up to this, and is whole beyond. */
const longestOpenSpan = 64 * day;

const milliseconds = later(() => number().nonnegative());

export const SavedState = later(() =>
  z.object({
    origin: milliseconds(),
    watermark: milliseconds(),
    listed: milliseconds(),
    sweptRecent: milliseconds(),
    sweptAll: milliseconds(),
    /** Of windows in which the server lists open items; 0 for any length. */
    openSpan: milliseconds(),
    open: string(),
    unchecked: string(),
    pass: z
      .object({
        started: milliseconds(),
        from: milliseconds(),
        isFull: z.boolean(),
        isListed: z.boolean(),
        newest: milliseconds(),
        oldest: milliseconds(),
        windows: z.array(
          z.union([
            z.tuple([milliseconds()]),
            z.tuple([milliseconds(), milliseconds()]),
            z.tuple([milliseconds(), milliseconds(), milliseconds(), milliseconds()]),
            z.tuple([milliseconds(), milliseconds(), milliseconds(), milliseconds(), milliseconds(), string()]),
          ]),
        ),
        begin: z.tuple([milliseconds(), milliseconds()]),
      })
      .optional(),
  }),
);

export type SavedState = z.output<ReturnType<typeof SavedState>>;

/** One pass over what was created since a bound, and over what had not ended. */
export interface Pass {
  /** When it began. */
  readonly started: number;
  readonly from: number;
  /** Does it read everything from the origin on? Then it meets the open items among all others. */
  readonly isFull: boolean;
  /** Was the list of open items read? Never asked of a full one. */
  isListed: boolean;
  /** Creation times of the newest and the oldest item seen; 0 before the first. */
  newest: number;
  oldest: number;
  /** What is left to list. */
  windows: Window[];
  /** Both ends of the oldest window of a full pass: there may be more behind it, unless it is empty. Otherwise zeros. */
  begin: [from: number, to: number];
}

/** What a sync knows of one environment between its runs. Times are milliseconds since 1970. */
export class CreatedState {
  /** Nothing older is read. */
  readonly origin: number;
  pass: Pass | undefined;
  /** What had not ended when it was last seen. */
  open: OpenItems;
  /** What had not ended once, and was not among the open ones since: ids and creation times. */
  readonly unchecked: Map<string, number>;
  /** Of windows in which open items are listed, after the server refused longer ones; 0 for any length. */
  openSpan = 0;
  readonly #room: Room;
  /** Everything created up to here was listed by a pass that ended; 0 before the first. */
  #watermark = 0;
  #listed = 0;
  /** Did an earlier pass end before its time? What it stored last is not known. */
  #isCutOff = false;
  #sweptRecent = 0;
  #sweptAll = 0;

  constructor(origin: number, room: Room, stored?: SavedState) {
    this.#room = room;
    // One that was computed by a clock ahead would leave out a part of what is asked for.
    this.origin = Math.min(origin, stored?.origin ?? origin);
    this.open = stored === undefined ? new OpenItems(room) : OpenItems.parse(stored.open, room);
    this.unchecked = new Map(stored && idsOf(stored.unchecked));
    if (stored !== undefined) {
      this.#watermark = stored.watermark;
      this.#sweptRecent = stored.sweptRecent;
      this.#sweptAll = stored.sweptAll;
      this.#listed = stored.listed;
      this.openSpan = stored.openSpan;
      const { pass } = stored;
      this.#isCutOff = pass !== undefined;
      this.pass = pass && { ...pass, windows: pass.windows.map(restored) };
    }
  }

  /** Can an item be stored that this pass has not stored itself? */
  get mayBeStored(): boolean {
    return this.#isCutOff || this.#listed > 0;
  }

  /** What is open and not known can have been created from here on: it appears late, behind the last pass. */
  lateFrom(started: number): number {
    return Math.max(this.origin, Math.min(this.#watermark, started) - lateMs);
  }

  /** Windows of this length are to be asked for open items next time; those of a first window are no longer cut. */
  noteOpenSpan(span: number): void {
    this.openSpan = span >= longestOpenSpan ? 0 : span;
  }

  /** `canListOpen`: does the source list what is open by itself? */
  startPass(now: number, canListOpen: boolean): Pass {
    // A time ahead of the clock was noted by a clock that was ahead.
    const isDue = (swept: number, every: number) => swept > now || now - swept >= every;
    const isFull = this.#watermark === 0 || isDue(this.#sweptAll, fullSweep.every);
    const isRecent = isDue(this.#sweptRecent, recentSweep.every);
    const bounds = [
      Math.min(this.#watermark, now) - overlapMs,
      ...(isRecent ? [now - recentSweep.window] : []),
      // Where the open ones cannot be listed and their ids are not known, all since the oldest of them is read.
      ...(canListOpen || this.open.ids !== undefined ? [] : this.open.stretches.slice(0, 1).map(({ from }) => from)),
    ];
    const from = isFull ? this.origin : Math.max(this.origin, Math.min(...bounds));
    const windows = isFull ? historyOf(from, now) : [windowOf(from, 0, 2)];
    const oldest = windows.at(-1);
    if (isFull) {
      this.openSpan = 0;
    }
    if (isFull || !canListOpen) {
      this.expectAll();
    }
    this.pass = {
      started: now,
      from,
      isFull,
      isListed: isFull || !canListOpen,
      newest: 0,
      oldest: 0,
      windows,
      begin: isFull && oldest !== undefined ? [oldest.from, oldest.to] : [0, 0],
    };
    return this.pass;
  }

  /** From here on, an item counts as open only once it is seen again. */
  expectAll(): void {
    for (const [id, time] of this.open.ids ?? []) {
      this.unchecked.set(id, time);
    }
    this.open = new OpenItems(this.#room);
  }

  /** What a list of all open items showed, which takes the place of what was known. */
  listedOpen(items: ReadonlyMap<string, number>): void {
    this.expectAll();
    for (const id of items.keys()) {
      this.unchecked.delete(id);
    }
    this.open = new OpenItems(this.#room, items);
  }

  endPass({ from, isFull, newest, started }: Pass, isResumed: boolean): void {
    // A server's clock may be ahead, or behind where nothing shows its time; what is created until then must not be passed over.
    const seen = newest === 0 && isFull ? started - emptyOverlapMs : Math.min(newest, started);
    this.#watermark = Math.max(Math.min(this.#watermark, started), seen);
    this.#listed = Math.max(this.#listed, newest);
    // What was stored behind the windows of a pass that was cut off is seen by the next one.
    this.#isCutOff &&= isResumed;
    if (isFull || from <= started - recentSweep.window) {
      this.#sweptRecent = started;
    }
    if (isFull) {
      this.#sweptAll = started;
    }
    this.pass = undefined;
  }

  /** From 0 to 1. What lies before the first item counts as unread until it is found empty. */
  done(): number {
    if (this.pass === undefined) {
      return 1;
    }
    const { oldest, started, windows } = this.pass;
    const left = windows.reduce((sum, window) => sum + remaining(window, started), 0);
    const whole = started - Math.min(oldest || started, ...windows.map(({ from }) => from));
    return left === 0 || whole <= 0 ? 1 : Math.max(0, 1 - left / whole);
  }

  toJSON(): z.input<ReturnType<typeof SavedState>> {
    const { pass } = this;
    return {
      origin: this.origin,
      watermark: this.#watermark,
      listed: this.#listed,
      sweptRecent: this.#sweptRecent,
      sweptAll: this.#sweptAll,
      openSpan: this.openSpan,
      open: String(this.open),
      unchecked: String(new OpenItems(everything, this.unchecked)),
      ...(pass && { pass: { ...pass, windows: pass.windows.map(saved) } }),
    };
  }
}

/** The unchecked ones are counted among the ids that a checkpoint has room for before they come here. */
const everything: Room = { ids: Number.POSITIVE_INFINITY, stretches: 1 };

const idsOf = (text: string) => OpenItems.parse(text, everything).ids ?? [];
