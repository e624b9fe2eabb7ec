import { ConnectorError } from '../../errors/index.js';
import { withoutCycle } from './cursors.js';
import { untilStandstill } from './standstill.js';
import { narrow, pagesLeft, split, type Window } from './windows.js';

/** Pages asked for side by side when there is much to read. */
const side = 4;

interface Page<Listed> {
  readonly data: readonly Listed[];
  readonly next: string;
}

export interface Reading<Listed> {
  readonly endpoint: string;
  /** Milliseconds since 1970. */
  now(): number;
  page(query: { from: number; to: number; after: string }): Promise<Page<Listed>>;
  /** Stores a page and moves the window on. Is there more to read of it? */
  store(window: Window, data: readonly Listed[], next: string): Promise<boolean>;
  /** After each page, with the windows that are left. */
  stored?(): Promise<void>;
  /** The server refused a window; it is read in pieces from now on. */
  refused?(): void;
  /** So many pages have to be left for one window to be read side by side; each part costs half a page more. 2 when left out. */
  readonly worth?: number;
}

/** A server that guards the cost of its lists says 422 to a window that holds too much. */
const isTooMuch = (error: unknown) =>
  error instanceof ConnectorError && error.code === 'unprocessable' && error.status === 422;

/** Without what another window has taken over since the page was asked for: stored by both, the older answer could be the last. */
function ownPart<Listed extends { readonly createdAt: string }>(
  { data, next }: Page<Listed>,
  { from }: Window,
  asked: number,
): Page<Listed> {
  const own = from > asked ? data.filter(({ createdAt }) => !(Date.parse(createdAt) < from)) : data;
  return own.length === data.length ? { data, next } : { data: own, next: '' };
}

/**
 * Reads windows, up to four pages side by side: those that wait first, then halves of the longest. What is read is taken
 * out of `windows`. The first failure ends all, after what is under way.
 */
export async function readWindows<Listed extends { readonly createdAt: string }>(
  windows: Window[],
  reading: Reading<Listed>,
): Promise<void> {
  const running = new Map<Window, Promise<void>>();
  const note = untilStandstill(reading.endpoint, reading.now);
  let failure: { error: unknown } | undefined;

  /** Those that were halved since their last page: what is left of them is known again with the next. */
  const halved = new Set<Window>();

  /** A page, and the lower end that it was asked for with. */
  const pageOf = async (window: Window): Promise<{ page: Page<Listed>; asked: number }> => {
    for (;;) {
      const { after, low, to } = window;
      try {
        return { page: await reading.page({ from: low, to, after }), asked: low };
      } catch (error) {
        if (!isTooMuch(error)) {
          throw error;
        }
        if (window.low === low) {
          // Halved meanwhile, it is shorter than what was refused.
          if (!narrow(window, reading.now())) {
            throw error;
          }
          reading.refused?.();
        }
      }
    }
  };

  const readWindow = async (window: Window): Promise<void> => {
    let cursors = withoutCycle(reading.endpoint);
    let noted: Promise<void> | undefined;
    let lowest = window.reached || Number.POSITIVE_INFINITY;
    for (let goesOn = true; goesOn && failure === undefined; ) {
      const { asked, page } = await pageOf(window);
      // The next page is asked for while this is noted, but not stored before.
      await noted;
      const { data, next } = ownPart(page, window, asked);
      if (next === '') {
        cursors = withoutCycle(reading.endpoint);
      } else {
        cursors(next);
      }
      goesOn = (await reading.store(window, data, next)) && !(window.reached > 0 && window.reached < window.from);
      halved.delete(window);
      // Further back than any page before, or at the end: the same page again is neither.
      const reached = window.reached || lowest;
      note(!goesOn || reached < lowest);
      lowest = Math.min(lowest, reached);
      if (!goesOn) {
        windows.splice(windows.indexOf(window), 1);
        // Nothing of it is left to share.
        window.reached = window.from;
      }
      noted = reading.stored?.();
      // Whoever waits for it is told; a page that fails meanwhile must not leave it unheard.
      noted?.catch(() => undefined);
      fill();
    }
    await noted;
  };

  const start = (window: Window): void => {
    const work = readWindow(window)
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => running.delete(window));
    running.set(window, work);
  };

  /** The older half of the window with most pages left, if that is worth it. */
  const half = (): Window | undefined => {
    const whole = [...running.keys()].filter((window) => !halved.has(window));
    const [longest] = whole.sort((a, b) => pagesLeft(b) - pagesLeft(a));
    const older = longest && split(longest, reading.worth);
    if (longest !== undefined && older !== undefined) {
      halved.add(longest);
      windows.push(older);
    }
    return older;
  };

  /** Starts as many as there is room for. */
  const fill = (): void => {
    while (failure === undefined && running.size < side) {
      const next = windows.find((window) => !running.has(window)) ?? half();
      if (next === undefined) {
        return;
      }
      start(next);
    }
  };

  for (fill(); running.size > 0; fill()) {
    await Promise.race(running.values());
  }
  if (failure !== undefined) {
    throw failure.error;
  }
}
