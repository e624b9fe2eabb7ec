import type { HttpResponse } from '../../endpoints/index.js';
import { rateLimitOf } from '../../endpoints/index.js';
import { ConnectorError } from '../../errors/index.js';

/** The bucket is the customer's own: below this part of it, a sync keeps to its share of the refill. */
const reserve = 0.2;

// 750 tokens and 250 more every 10 seconds, or 1500 and 500: a thirtieth of the limit a second.
// https://trigger.dev/docs/limits
const refillPerSecond = (limit: number) => limit / 30;

/** The share of the refill that a sync takes unless its metadata says otherwise. */
export const usualShare = 0.2;

/** In a row; what the customer's own calls leave nothing of for so long is reported. */
const mostRefusals = 30;

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** Also where a gateway in front of the API says so, on a page of its own. */
const isTooEarly = (error: unknown): error is ConnectorError =>
  error instanceof ConnectorError && (error.code === 'rate_limited' || error.status === 429);

/** Spaces the requests of one sync, those side by side too, by the rate limit that the answers tell. */
export class Pace {
  readonly #share: number;
  readonly #clock: Clock;
  readonly #say: (message: string) => unknown;
  /** Milliseconds between two requests; 0 while there is plenty. */
  #spacing = 0;
  #nextAt = 0;
  #refusals = 0;

  constructor(share: number, clock: Clock, say: (message: string) => unknown) {
    this.#share = share;
    this.#clock = clock;
    this.#say = say;
  }

  /** Waits for the turn of the next request. */
  async turn(): Promise<void> {
    const now = this.#clock.now();
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + this.#spacing;
    if (at > now) {
      await this.#clock.sleep(at - now);
    }
  }

  /** Takes note of what an answer says about the limit. */
  note(headers: HttpResponse['headers']): void {
    this.#refusals = 0;
    const told = rateLimitOf(headers);
    const isLow = told !== undefined && told.remaining <= told.limit * reserve;
    this.#spacing = isLow ? 1000 / (refillPerSecond(told.limit) * this.#share) : 0;
  }

  /** Runs one request in its turn, and again after the reset when it comes too early. */
  async run<Result extends { headers: HttpResponse['headers'] }>(request: () => Promise<Result>): Promise<Result> {
    for (;;) {
      await this.turn();
      try {
        const result = await request();
        this.note(result.headers);
        return result;
      } catch (error) {
        if (!isTooEarly(error) || this.#refusals >= mostRefusals) {
          throw error;
        }
        this.#refusals += 1;
        const wait = Math.min(Math.max(error.retryAfterMs ?? 0, 1_000), 60_000);
        this.#nextAt = Math.max(this.#nextAt, this.#clock.now() + wait);
        await this.#say(`The rate limit is used up; going on in ${Math.ceil(wait / 1000)} s.`);
      }
    }
  }
}
