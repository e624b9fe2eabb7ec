/** Counts what one caller does in a window of time. */
export class RateLimit {
  readonly #most: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  readonly #seen = new Map<string, { count: number; until: number }>();

  /** By a clock that nobody sets: a caller must not wait for hours because the time of day went back. */
  constructor(most: number, windowMs: number, now: () => number = () => performance.now()) {
    this.#most = most;
    this.#windowMs = windowMs;
    this.#now = now;
  }

  /** Milliseconds until this caller may go on; 0 for at once. */
  wait(caller: string): number {
    const seen = this.#seen.get(caller);
    const now = this.#now();
    return seen !== undefined && seen.until > now && seen.count >= this.#most ? seen.until - now : 0;
  }

  count(caller: string): void {
    const now = this.#now();
    const seen = this.#seen.get(caller);
    if (seen !== undefined && seen.until > now) {
      seen.count += 1;
      return;
    }
    this.#sweep(now);
    this.#seen.set(caller, { count: 1, until: now + this.#windowMs });
  }

  /** Callers that are gone must not fill the memory. */
  #sweep(now: number): void {
    if (this.#seen.size < 10_000) {
      return;
    }
    for (const [caller, { until }] of this.#seen) {
      if (until <= now) {
        this.#seen.delete(caller);
      }
    }
    if (this.#seen.size >= 10_000) {
      this.#seen.clear();
    }
  }
}
