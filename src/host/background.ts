import { setTimeout as wait } from 'node:timers/promises';

/** Work that nobody waits for, until the host stops. */
export class Background {
  readonly #underWay = new Set<Promise<void>>();
  readonly #cut = new AbortController();

  /** Ends what was not done in time: it would keep the process from ending. */
  get signal(): AbortSignal {
    return this.#cut.signal;
  }

  add(work: Promise<void>): void {
    const kept = work.finally(() => this.#underWay.delete(kept));
    this.#underWay.add(kept);
  }

  /** Waits for what is under way, but no longer than that, and cuts off the rest. */
  async settle(mostMs: number): Promise<void> {
    const done = new AbortController();
    const late = wait(mostMs, undefined, { signal: done.signal }).catch(() => undefined);
    await Promise.race([Promise.allSettled(this.#underWay), late]);
    done.abort();
    this.#cut.abort();
  }
}
