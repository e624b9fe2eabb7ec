import { ConnectorError } from '../errors/index.js';

interface UnderWay<Outcome> {
  readonly run: Promise<Outcome>;
  readonly stop: AbortController;
}

/** Runs that are under way: one for each key, each with what stops it. */
export class Runs<Outcome> {
  readonly #underWay = new Map<string, UnderWay<Outcome>>();
  #isClosed = false;

  get(key: string): Promise<Outcome> | undefined {
    return this.#underWay.get(key)?.run;
  }

  /** Starts one, which also ends with `signal`. */
  begin(
    key: string,
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<Outcome>,
  ): Promise<Outcome> {
    // It would end in a store that is closed under it.
    if (this.#isClosed) {
      return Promise.reject(new ConnectorError('aborted'));
    }
    const stop = new AbortController();
    const forward = () => stop.abort();
    if (signal?.aborted) {
      forward();
    }
    // Taken back at the end: a process stops once, and runs syncs for years.
    signal?.addEventListener('abort', forward, { once: true });
    const run = work(stop.signal).finally(() => {
      signal?.removeEventListener('abort', forward);
      this.#underWay.delete(key);
    });
    this.#underWay.set(key, { run, stop });
    return run;
  }

  /** Ends those whose key is meant, and waits until their outcome is noted. */
  async stop(isMeant: (key: string) => boolean): Promise<void> {
    const runs = [...this.#underWay].filter(([key]) => isMeant(key));
    for (const [, { stop }] of runs) {
      stop.abort();
    }
    await Promise.allSettled(runs.map(([, { run }]) => run));
  }

  /** Ends all, and lets none begin any more. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.stop(() => true);
  }
}
