import { ConnectorError } from '../../errors/index.js';
import { withoutCycle } from './cursors.js';
import type { Item, ListQuery, Sink, Source } from './source.js';
import type { CreatedState, Pass } from './state.js';
import { pagesLeft, split, type Window } from './windows.js';

/** Pages asked for side by side when there is much to read. */
const side = 4;

/**
 * Reads what was created since the last pass, or everything; then, unless that was everything, all that has not ended;
 * then what had not ended last time and did not come back. Each page is stored before the checkpoint moves past it: a
 * crash repeats a page, it never skips one.
 */
export class CreatedSync<Listed extends Item> {
  readonly #source: Source<Listed>;
  readonly #sink: Sink<Listed>;
  readonly #state: CreatedState;

  constructor(source: Source<Listed>, sink: Sink<Listed>, state: CreatedState) {
    this.#source = source;
    this.#sink = sink;
    this.#state = state;
  }

  async run(now: () => number): Promise<void> {
    for (;;) {
      // A pass that was under way has not seen what changed since behind its cursors.
      const isResumed = this.#state.pass !== undefined;
      const pass = this.#state.pass ?? this.#state.startPass(now());
      if (!isResumed && this.#source.canBeDropped) {
        // Whoever goes on after a crash must know that a page may be stored which no checkpoint tells of.
        await this.#sink.checkpoint();
      }
      await this.#listWindows(pass);
      // A full pass has listed the open ones with all others.
      if (this.#source.canListOpen && !pass.isFull) {
        await this.#listOpen(pass);
      }
      await this.#check();
      const isIncomplete = this.#state.items.lost;
      this.#state.endPass(pass, isResumed);
      if (isResumed) {
        // Without a checkpoint: it would not tell that this pass had been cut off.
        continue;
      }
      await this.#sink.checkpoint();
      if (!isIncomplete) {
        return;
      }
    }
  }

  /** Up to four pages at a time; the first failure ends all, after what is under way. */
  async #listWindows(pass: Pass): Promise<void> {
    const running = new Map<Promise<void>, Window>();
    let failure: { error: unknown } | undefined;
    const start = (window: Window) => {
      const reading = this.#readWindow(pass, window, shouldGoOn)
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => running.delete(reading));
      running.set(reading, window);
    };
    // To give away half of a shorter one would leave the longest to be read alone in the end. Of each other a page is under way.
    const isLongest = (window: Window) =>
      [...running.values()].every((other) => other === window || pagesLeft(other) - 1 <= pagesLeft(window));
    /** Between two pages of a window: does it go on? And is there room for others to take parts of it? */
    const shouldGoOn = (window: Window): boolean => {
      while (failure === undefined && running.size < side && isLongest(window)) {
        const older = split(window);
        if (older === undefined) {
          break;
        }
        pass.windows.push(older);
        start(older);
      }
      return failure === undefined;
    };
    const waiting = [...pass.windows];
    while (waiting.length > 0 || running.size > 0) {
      while (failure === undefined && running.size < side && waiting.length > 0) {
        start(waiting.shift() as Window);
      }
      if (running.size === 0) {
        break;
      }
      await Promise.race(running.keys());
    }
    if (failure !== undefined) {
      throw failure.error;
    }
  }

  async #readWindow(pass: Pass, window: Window, shouldGoOn: (window: Window) => boolean): Promise<void> {
    const cursors = withoutCycle(this.#source.endpoint);
    do {
      const { data, next } = await this.#page({ from: window.from, to: window.to, after: window.after, isOpen: false });
      const times = await this.#take(data);
      // Not of the other lists: what they show may be newer than what was listed here.
      pass.newest = Math.max(pass.newest, ...times);
      pass.oldest = Math.min(pass.oldest || pass.started, ...times);
      window.pages += 1;
      if (next === '') {
        pass.windows.splice(pass.windows.indexOf(window), 1);
      } else {
        cursors(next);
        window.after = next;
        window.reached = times.at(-1) ?? window.reached;
        window.top ||= times[0] ?? 0;
      }
      await this.#sink.checkpoint();
      if (next === '') {
        return;
      }
    } while (shouldGoOn(window));
  }

  async #listOpen(pass: Pass): Promise<void> {
    const cursors = withoutCycle(this.#source.endpoint);
    while (pass.openAfter !== null) {
      const query = { from: this.#state.origin, to: 0, after: pass.openAfter, isOpen: true };
      const { data, next } = await this.#page(query);
      await this.#take(data);
      cursors(next);
      pass.openAfter = next === '' ? null : next;
      await this.#sink.checkpoint();
    }
  }

  /**
   * Lists around each item that had not ended and did not come back: it has ended, or is gone.
   * A page that starts at the newest of them holds its neighbours too, so many cost few requests.
   */
  async #check(): Promise<void> {
    const { items } = this.#state;
    const cursors = withoutCycle(this.#source.endpoint);
    let after = '';
    let to = 0;
    while (items.unchecked.size > 0) {
      const missing = [...items.unchecked.values()];
      const from = Math.min(...missing);
      to = after === '' ? Math.max(...missing) : to;
      const { data, next } = await this.#page({ from, to, after, isOpen: false });
      const times = await this.#take(data);
      const reached = next === '' ? Number.NEGATIVE_INFINITY : (times.at(-1) ?? Number.POSITIVE_INFINITY);
      for (const [id, createdAt] of items.unchecked) {
        if (createdAt > reached) {
          await this.#missing(id, createdAt);
        }
      }
      // The next page only where it may hold one of the same time; otherwise straight to the next that is missing.
      const goesOn = reached > to || [...items.unchecked.values()].includes(reached);
      cursors(goesOn ? next : '');
      after = goesOn ? next : '';
      await this.#sink.checkpoint();
    }
  }

  /** An item that its own time does not list. */
  async #missing(id: string, createdAt: number): Promise<void> {
    const { exists } = this.#source;
    if (exists !== undefined && !(await exists(id))) {
      await this.#sink.remove([id]);
      this.#state.items.forget(id);
      return;
    }
    // The list may be behind: asked again next time, by a key that cannot ask for one until all was read without it.
    const isHopeless = exists === undefined && this.#state.pass?.isFull === true;
    if (isHopeless) {
      this.#state.items.forget(id);
    } else {
      this.#state.items.see(id, createdAt, true);
    }
  }

  async #page(query: ListQuery): Promise<{ data: readonly Listed[]; next: string }> {
    const { data, pagination } = await this.#source.list(query);
    return { data, next: pagination.next ?? '' };
  }

  /** Stores a page, then remembers what of it has not ended. Returns the creation times. */
  async #take(data: readonly Listed[]): Promise<number[]> {
    if (data.length === 0) {
      return [];
    }
    const { endpoint } = this.#source;
    const { items, listed } = this.#state;
    const times = data.map((item) => timeOf(item, endpoint));
    const wanted = data.filter((item) => this.#source.isWanted(item));
    if (wanted.length > 0) {
      await this.#sink.save(wanted);
    }
    if (wanted.length < data.length) {
      const isKnown = (item: Listed, index: number) => items.isTracked(item.id) || (times[index] ?? 0) <= listed;
      const left = data.filter(
        (item, index) => !this.#source.isWanted(item) && this.#source.mayHaveBeenWanted(item) && isKnown(item, index),
      );
      if (left.length > 0) {
        await this.#sink.remove(left.map(({ id }) => id));
      }
    }
    data.forEach((item, index) => {
      items.see(item.id, times[index] ?? 0, !this.#source.hasEnded(item));
    });
    return times;
  }
}

function timeOf({ createdAt }: Item, endpoint: string): number {
  const time = Date.parse(createdAt);
  if (!Number.isFinite(time)) {
    throw new ConnectorError('invalid_response', `${endpoint}: an item has no readable createdAt.`, {
      path: 'data.createdAt',
    });
  }
  return time;
}
