import { readWindows } from './read-windows.js';
import type { Item, ListQuery, Sink, Source } from './source.js';
import type { CreatedState, Pass } from './state.js';
import { type See, storePage } from './store-page.js';
import { changedStretches } from './stretches.js';
import { advance, furtherBack, windowInPieces, windowsAround } from './windows.js';

/** Items that are asked for one by one, side by side. */
const askedAtOnce = 8;

/** Open items that are worth requests for half pages in each pass; fewer are read page by page. */
const worthSideBySide = 5_000;

/**
 * Lists what has not ended, unless the pass reads everything; then what was created since the last pass, or everything;
 * then looks for what had not ended last time and was in neither. Each page is stored before the checkpoint moves past
 * it: a crash repeats a page, it never skips one.
 */
export class CreatedSync<Listed extends Item> {
  readonly #source: Source<Listed>;
  readonly #sink: Sink<Listed>;
  readonly #state: CreatedState;
  readonly #now: () => number;
  /** What the list of open items showed; undefined where another process read it. */
  #listed: Map<string, number> | undefined;

  constructor(source: Source<Listed>, sink: Sink<Listed>, state: CreatedState, now: () => number) {
    this.#source = source;
    this.#sink = sink;
    this.#state = state;
    this.#now = now;
  }

  async run(): Promise<void> {
    for (;;) {
      // A pass that was under way has not seen what changed since behind its cursors.
      const isResumed = this.#state.pass !== undefined;
      const pass = this.#state.pass ?? this.#state.startPass(this.#now(), this.#source.canListOpen);
      this.#listed = undefined;
      if (!isResumed && this.#source.canBeDropped) {
        // Whoever goes on after a crash must know that a page may be stored which no checkpoint tells of.
        await this.#sink.checkpoint();
      }
      if (!pass.isListed && this.#source.canListOpen) {
        await this.#listOpen(pass);
      }
      await this.#listWindows(pass);
      await this.#check(pass);
      this.#state.endPass(pass, isResumed);
      if (!isResumed) {
        await this.#sink.checkpoint();
        return;
      }
      // Without a checkpoint: it would not tell that this pass had been cut off.
    }
  }

  /** Starts again after a crash, so nothing is noted before its end. */
  async #listOpen(pass: Pass): Promise<void> {
    const state = this.#state;
    const { open } = state;
    const listed = new Map<string, number>();
    const recent = state.lateFrom(pass.started);
    const windows = windowsAround(open.spans(), recent, state.openSpan, this.#now());
    const [newest] = windows;
    let isRefused = false;
    await readWindows(windows, {
      endpoint: this.#source.endpoint,
      now: this.#now,
      worth: open.size > worthSideBySide ? 50 : Number.POSITIVE_INFINITY,
      page: (query) => this.#page({ ...query, isOpen: true }),
      store: async (window, data, next) => {
        const times = await this.#take(data, (id, time, isOpen) => {
          if (isOpen) {
            listed.set(id, time);
          } else {
            listed.delete(id);
          }
        });
        return advance(window, times, next);
      },
      refused: () => {
        isRefused = true;
      },
    });
    state.noteOpenSpan(isRefused ? (newest?.span ?? 0) : state.openSpan * 2);
    if (open.ids === undefined) {
      for (const { from, to } of changedStretches(open.stretches, listed)) {
        if (from < pass.from) {
          pass.windows.push(windowInPieces(from, Math.min(to, pass.from - 1), state.openSpan, this.#now()));
        }
      }
    }
    state.listedOpen(listed);
    pass.isListed = true;
    this.#listed = listed;
  }

  async #listWindows(pass: Pass): Promise<void> {
    const { origin } = this.#state;
    await readWindows(pass.windows, {
      endpoint: this.#source.endpoint,
      now: this.#now,
      page: (query) => this.#page({ ...query, isOpen: false }),
      store: async (window, data, next) => {
        const times = await this.#take(data, this.#see);
        // Not of the other lists: what they show may be newer than what was listed here.
        for (const time of times) {
          pass.newest = Math.max(pass.newest, time);
          pass.oldest = Math.min(pass.oldest || pass.started, time);
        }
        const goesOn = advance(window, times, next);
        const [begin, top] = pass.begin;
        if (!goesOn && window.from === begin && pass.oldest > 0 && pass.oldest <= top) {
          const older = furtherBack(window, origin, pass.started);
          if (older !== undefined) {
            pass.begin = [older.from, older.to];
            pass.windows.push(older);
          }
        }
        return goesOn;
      },
      stored: () => this.#sink.checkpoint(),
    });
  }

  /** Of an item of another list than that of the open ones. */
  readonly #see: See = (id, time, isOpen) => {
    const { open, pass, unchecked } = this.#state;
    const isFromWindows = pass?.isFull === true || !this.#source.canListOpen;
    if (!isOpen) {
      unchecked.delete(id);
      if (open.ids !== undefined || this.#listed?.delete(id)) {
        open.delete(id, time);
      }
    } else if (unchecked.delete(id) || open.ids !== undefined || isFromWindows) {
      open.add(id, time);
    } else if (this.#listed?.has(id) !== true) {
      // Where another process read the list it may be counted twice: its stretch is read once more.
      this.#listed?.set(id, time);
      open.add(id, time);
    }
  };

  /**
   * Lists around each item that had not ended and did not come back: it has ended, or is gone.
   * A page that starts at the newest of them holds its neighbours too, so many cost few requests.
   */
  async #check(pass: Pass): Promise<void> {
    const { unchecked } = this.#state;
    let span = 0;
    while (unchecked.size > 0) {
      let [oldest, newest] = [Number.POSITIVE_INFINITY, 0];
      for (const time of unchecked.values()) {
        oldest = Math.min(oldest, time);
        newest = Math.max(newest, time);
      }
      const window = windowInPieces(oldest, newest, span, this.#now());
      await readWindows([window], {
        endpoint: this.#source.endpoint,
        now: this.#now,
        // From the newest on, for as long as it is near: never the other end beside that.
        worth: Number.POSITIVE_INFINITY,
        page: (query) => this.#page({ ...query, isOpen: false }),
        store: async (_, data, next) => {
          const times = await this.#take(data, this.#see);
          const reached = next === '' ? window.low - 1 : (times.at(-1) ?? Number.POSITIVE_INFINITY);
          await this.#missing(
            pass,
            [...unchecked].filter(([, time]) => time > reached),
          );
          // The next page only where it may hold one of the same time; otherwise straight to the next that is missing.
          const isNear = reached > newest || [...unchecked.values()].includes(reached);
          return advance(window, times, next) && isNear;
        },
        stored: () => this.#sink.checkpoint(),
        refused: () => {
          span = window.span;
        },
      });
    }
  }

  /** Items that their own time does not list. */
  async #missing(pass: Pass, items: readonly (readonly [id: string, time: number])[]): Promise<void> {
    const { open, unchecked } = this.#state;
    const { exists } = this.#source;
    const answers: (boolean | undefined)[] = [];
    while (answers.length < items.length) {
      const next = items.slice(answers.length, answers.length + askedAtOnce);
      // All of them end before one that fails ends the sync.
      for (const answer of await Promise.allSettled(next.map(async ([id]) => exists?.(id)))) {
        if (answer.status === 'rejected') {
          throw answer.reason;
        }
        answers.push(answer.value);
      }
    }
    const gone = items.filter((_, place) => answers[place] === false);
    if (gone.length > 0) {
      await this.#sink.remove(gone.map(([id]) => ({ id })));
    }
    items.forEach(([id, time], place) => {
      unchecked.delete(id);
      // The list may be behind: asked again next time, by a key that cannot ask for one until all was read without it.
      const isHopeless = answers[place] === undefined && pass.isFull;
      if (answers[place] !== false && !isHopeless) {
        open.add(id, time);
      }
    });
  }

  #take(data: readonly Listed[], see: See): Promise<number[]> {
    return storePage(this.#source, this.#sink, this.#state, data, see);
  }

  async #page(query: ListQuery): Promise<{ data: readonly Listed[]; next: string }> {
    const { data, pagination } = await this.#source.list(query);
    return { data, next: pagination.next ?? '' };
  }
}
