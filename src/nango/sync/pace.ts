import { ConnectorError } from '../../errors/index.js';
import type { HttpResponse } from '../../gate/index.js';
import { rateLimitOf } from '../../gate/index.js';

/** The bucket is the customer's own: below this part of it, a sync keeps to its share of the refill. */
const reserve = 0.2;

// 750 tokens and 250 more every 10 seconds, or 1500 and 500: a thirtieth of the limit a second.
// https://trigger.dev/docs/limits
const refillPerSecond = (limit: number) => limit / 30;

/** The share of the refill that a sync takes unless its metadata says otherwise. */
export const usualShare = 0.2;

/** In a row; what the customer's own calls leave nothing of for so long is reported. */
const mostRefusals = 30;
const longestRefusedMs = 10 * 60_000;

/** No server makes a sync wait longer for one request. */
const longestWaitMs = 60_000;

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
  #seenAt = 0;
  #refusals = 0;
  #refusedSince = 0;
  #isSlow = false;

  constructor(share: number, clock: Clock, say: (message: string) => unknown) {
    this.#share = share;
    this.#clock = clock;
    this.#say = say;
  }

  /** The time by the clock: where it was set back, the next request waits no longer than before. */
  #now(): number {
    const now = this.#clock.now();
    this.#nextAt -= Math.max(0, this.#seenAt - now);
    this.#seenAt = now;
    return now;
  }

  /** Waits for the turn of the next request. */
  async turn(): Promise<void> {
    const now = this.#now();
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + this.#spacing;
    if (at > now) {
      await this.#clock.sleep(at - now);
    }
  }

  /** Takes note of what an answer says about the limit. Returns what is to be said about it, once. */
  note(headers: HttpResponse['headers']): string | undefined {
    this.#refusals = 0;
    const told = rateLimitOf(headers);
    const isLow = told !== undefined && told.remaining <= told.limit * reserve;
    const spacing = isLow ? 1000 / (refillPerSecond(told.limit) * this.#share) : 0;
    this.#spacing = Math.min(spacing, longestWaitMs);
    if (spacing <= longestWaitMs || this.#isSlow) {
      return undefined;
    }
    this.#isSlow = true;
    return `The rate limit of ${told?.limit} leaves less than one request per minute to a sync; one per minute is sent.`;
  }

  /** What to do about a refusal: when to try again, or the error that ends the sync and says when that is worthwhile. */
  #waitAfter(refusal: ConnectorError): number {
    const now = this.#clock.now();
    this.#refusedSince = this.#refusals === 0 ? now : this.#refusedSince;
    const asked = refusal.retryAfterMs ?? 0;
    if (asked > longestWaitMs) {
      const { code, endpoint, retryAfterMs, status } = refusal;
      const message = `${refusal.message} The limit resets in ${inWords(asked)}, and a sync waits a minute at most: it is tried again later, from its checkpoint.`;
      throw new ConnectorError(code, message, { endpoint, retryAfterMs, status });
    }
    if (this.#refusals >= mostRefusals || now - this.#refusedSince >= longestRefusedMs) {
      throw refusal;
    }
    this.#refusals += 1;
    return Math.max(asked, 1_000);
  }

  /** Runs one request in its turn, and again after the reset when it comes too early. */
  async run<Result extends { headers: HttpResponse['headers'] }>(request: () => Promise<Result>): Promise<Result> {
    for (;;) {
      await this.turn();
      try {
        const result = await request();
        const remark = this.note(result.headers);
        if (remark !== undefined) {
          await this.#say(remark);
        }
        return result;
      } catch (error) {
        if (!isTooEarly(error)) {
          throw error;
        }
        const wait = this.#waitAfter(error);
        const from = this.#now();
        this.#nextAt = Math.max(this.#nextAt, from + wait);
        await this.#say(`The rate limit is used up; going on in ${Math.ceil(wait / 1000)} s.`);
      }
    }
  }
}

const inWords = (ms: number) =>
  ms < 2 * 60 * 60_000 ? `${Math.ceil(ms / 60_000)} minutes` : `${Math.ceil(ms / 3_600_000)} hours`;
