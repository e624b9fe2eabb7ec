import type { RateFamily } from './rate-family.js';

export interface RateLimitOptions {
  /** Bucket size. 750 unless given. */
  limit?: number;
  /** Tokens added every interval. 250 unless given. */
  refill?: number;
  /** 10 seconds unless given. */
  intervalMs?: number;
  /** Answer 429 when the bucket is empty. Off unless asked for: the headers still count down. */
  enforce?: boolean;
}

export interface RateLimitState {
  limit: number;
  remaining: number;
  resetMs: number;
  exceeded: boolean;
}

const MINUTE = 60_000;

/** The token bucket of secret keys, one per environment or, for other credentials, per credential. */
export class RateLimiter {
  readonly #now: () => number;
  readonly #options: Required<RateLimitOptions>;
  readonly #buckets = new Map<string, { tokens: number; resetMs: number }>();

  constructor(now: () => number, options: RateLimitOptions = {}) {
    this.#now = now;
    this.#options = { limit: 750, refill: 250, intervalMs: 10_000, enforce: false, ...options };
  }

  /** Public tokens have no bucket but a window, which begins with the minute. */
  takeOfMinute(owner: string): RateLimitState {
    const limit = 60;
    const resetMs = (Math.floor(this.#now() / MINUTE) + 1) * MINUTE;
    const known = this.#buckets.get(owner);
    const bucket = known?.resetMs === resetMs ? known : { tokens: limit, resetMs };
    this.#buckets.set(owner, bucket);
    const exceeded = this.#options.enforce && bucket.tokens < 1;
    bucket.tokens = Math.max(0, bucket.tokens - 1);
    return { limit, remaining: bucket.tokens, resetMs, exceeded };
  }

  take(owner: string, family: RateFamily = 'api'): RateLimitState {
    const { intervalMs, enforce } = this.#options;
    const scale = family === 'deployment' ? 2 : 1;
    const limit = this.#options.limit * scale;
    const refill = this.#options.refill * scale;
    const bucketName = `${family} ${owner}`;
    const now = this.#now();
    const bucket = this.#buckets.get(bucketName) ?? { tokens: limit, resetMs: now + intervalMs };
    this.#buckets.set(bucketName, bucket);
    if (now >= bucket.resetMs) {
      const intervals = Math.floor((now - bucket.resetMs) / intervalMs) + 1;
      bucket.tokens = Math.min(limit, bucket.tokens + intervals * refill);
      bucket.resetMs += intervals * intervalMs;
    }
    const exceeded = enforce && bucket.tokens < 1;
    bucket.tokens = Math.max(0, bucket.tokens - 1);
    return { limit, remaining: bucket.tokens, resetMs: bucket.resetMs, exceeded };
  }
}
