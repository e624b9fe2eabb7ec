import { setTimeout as wait } from 'node:timers/promises';

/** Work that nobody waits for, until the host stops. */
export class Background {
  readonly #underWay = new Set<Promise<void>>();

  add(work: Promise<void>): void {
    const kept = work.finally(() => this.#underWay.delete(kept));
    this.#underWay.add(kept);
  }

  /** Waits for what is under way, but no longer than that. */
  async settle(mostMs: number): Promise<void> {
    const done = new AbortController();
    const late = wait(mostMs, undefined, { signal: done.signal }).catch(() => undefined);
    await Promise.race([Promise.allSettled(this.#underWay), late]);
    done.abort();
  }
}
