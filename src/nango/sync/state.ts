import * as z from 'zod';
import { later, number, string } from '../../models/index.js';
import { OpenItems } from './open-items.js';
import { remaining, restored, type SavedWindow, saved, type Window, windowOf } from './windows.js';

const minute = 60_000;
const day = 24 * 60 * minute;

/** The list is an index that lags behind by minutes; so far back from the newest item is always read again. */
const overlapMs = 15 * minute;

/** Items can change after their end (tags, metadata, cost) and no filter finds those, so old ones are read again slowly. */
const recentSweep = { every: day, window: 2 * day };
const fullSweep = { every: 7 * day };

const milliseconds = later(() => number().nonnegative());
const items = later(() => z.array(z.tuple([string(), milliseconds()])));

export const SavedState = later(() =>
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
        openAfter: string().nullable(),
      })
      .optional(),
  }),
);

/** One pass over what was created since a bound, and then, unless it is full, over what had not ended. */
export interface Pass {
  /** When it began. */
  readonly started: number;
  readonly from: number;
  /** Does it read everything from the origin on? */
  readonly isFull: boolean;
  /** Creation times of the newest and the oldest item seen; 0 before the first. */
  newest: number;
  oldest: number;
  /** What is left to list. */
  windows: Window[];
  /** Cursor in the list of open items: '' at its start, null behind its end. A full pass leaves it at the start. */
  openAfter: string | null;
}

/** What a sync knows of one environment between its runs. Times are milliseconds since 1970. */
export class CreatedState {
  /** Nothing older is read. */
  readonly origin: number;
  items: OpenItems;
  pass: Pass | undefined;
  /** Everything created up to here was listed by a pass that ended; 0 before the first. */
  #watermark = 0;
  #listed = 0;
  /** Did an earlier pass end before its time? What it stored last is not known. */
  #isCutOff = false;
  #sweptRecent = 0;
  #sweptAll = 0;

  constructor(origin: number, stored?: z.output<ReturnType<typeof SavedState>>) {
    this.origin = stored?.origin ?? origin;
    this.items = new OpenItems(stored?.open ?? [], stored?.unchecked ?? [], stored?.relistFrom ?? 0);
    if (stored !== undefined) {
      this.#watermark = stored.watermark;
      this.#sweptRecent = stored.sweptRecent;
      this.#sweptAll = stored.sweptAll;
      const { pass } = stored;
      this.#listed = stored.listed;
      this.#isCutOff = pass !== undefined;
      this.pass = pass && { ...pass, windows: pass.windows.map((window) => restored(window as SavedWindow)) };
    }
  }

  /** Creation time of the newest item that can be stored. The watermark can be behind it, as a clock can. */
  get listed(): number {
    return this.#isCutOff ? Number.POSITIVE_INFINITY : this.#listed;
  }

  startPass(now: number): Pass {
    const isFull = this.#watermark === 0 || now - this.#sweptAll >= fullSweep.every;
    const isRecent = now - this.#sweptRecent >= recentSweep.every;
    const bounds = [
      this.#watermark - overlapMs,
      ...(this.items.relistFrom > 0 ? [this.items.relistFrom] : []),
      ...(isRecent ? [now - recentSweep.window] : []),
    ];
    const from = isFull ? this.origin : Math.max(this.origin, Math.min(...bounds));
    this.items.startPass();
    this.pass = {
      started: now,
      from,
      isFull,
      newest: 0,
      oldest: 0,
      // A whole history is worth some empty answers, a burst of the last minutes is not.
      windows: [windowOf(from, 0, isFull ? 1 : 2)],
      openAfter: '',
    };
    return this.pass;
  }

  endPass({ from, isFull, newest, started }: Pass, isResumed: boolean): void {
    // A server's clock may be ahead; what is created until it is reached must not be passed over.
    this.#watermark = Math.max(this.#watermark, Math.min(newest, started));
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
    const { items: tracked, pass } = this;
    return {
      origin: this.origin,
      watermark: this.#watermark,
      listed: this.#listed,
      sweptRecent: this.#sweptRecent,
      sweptAll: this.#sweptAll,
      open: [...tracked.open],
      unchecked: [...tracked.unchecked],
      relistFrom: tracked.relistFrom,
      ...(pass && { pass: Object.assign({}, pass, { windows: pass.windows.map(saved) }) }),
    };
  }
}
