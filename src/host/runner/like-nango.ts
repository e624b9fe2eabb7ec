import type { NangoBase } from '../../nango/index.js';
import { daysUntilForgotten, daysUntilPruned, FunctionStopped } from '../../nango/limits.js';
import { ProxyError } from './proxy.js';

type ProxyConfig = Parameters<NangoBase['proxy']>[0];

/** How Nango's own API refuses, before anything goes to the API behind it. */
export interface PlatformRefusal {
  readonly status: number;
  readonly code: string;
  readonly message?: string;
}

/** server/lib/middleware/ratelimit.middleware.ts */
const callsPerMinute = 200;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

// jobs/lib/execution/sync.ts, of the time of a Lambda.
const interruptedAfter = 0.8;
const killedAfter = 0.95;

/** Calls in the minute that began with the first of them, as Nango counts them. */
class CallBudget {
  readonly #clock: { now(): number };
  #since = Number.NEGATIVE_INFINITY;
  #calls = 0;

  constructor(clock: { now(): number }) {
    this.#clock = clock;
  }

  /** Is there one left? */
  take(): boolean {
    const now = this.#clock.now();
    if (now - this.#since >= minuteMs) {
      this.#since = now;
      this.#calls = 0;
    }
    this.#calls += 1;
    return this.#calls <= callsPerMinute;
  }
}

/**
 * What Nango takes from its user, for a host that is to do the same: a rehearsal of bad days. What fails by chance there
 * fails here when a hook says so.
 */
export class LikeNango {
  /** Which reads of a checkpoint fail, counted from 1 over all syncs: the run sees none. */
  failsRead: ((read: number) => boolean) | undefined;
  /** After which saves the response is lost, counted from 1: stored, and refused when it is sent again. */
  losesSave: ((save: number) => boolean) | undefined;
  /** How the call for the connection, which a proxy call makes, fails. */
  refuses: ((id: string, config: ProxyConfig) => PlatformRefusal | undefined) | undefined;
  /** So long a function runs on a Lambda, 900 s at Nango; undefined: no Lambda. */
  lambdaMs: number | undefined;
  /** Calls of the API by customers, and by functions. */
  readonly customers: CallBudget;
  readonly functions: CallBudget;
  /** The clock by which all of this is measured. */
  now: () => number;
  #reads = 0;
  #saves = 0;
  #lastAsync: Promise<unknown> = Promise.resolve();

  constructor(now: () => number = () => Date.now()) {
    this.now = now;
    this.customers = new CallBudget(this);
    this.functions = new CallBudget(this);
  }

  isReadFailing(): boolean {
    this.#reads += 1;
    return this.failsRead?.(this.#reads) ?? false;
  }

  isSaveLost(): boolean {
    this.#saves += 1;
    return this.losesSave?.(this.#saves) ?? false;
  }

  /** The payload of records that did not change since is emptied. */
  prunedBefore(): number {
    return this.now() - daysUntilPruned * dayMs;
  }

  /** Records of a sync that did not run since are deleted for good. */
  forgottenBefore(): number {
    return this.now() - daysUntilForgotten * dayMs;
  }

  /** Async actions run one after the other. */
  oneAtATime<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#lastAsync.then(work);
    this.#lastAsync = result.catch(() => undefined);
    return result;
  }

  /** One run of a function. */
  begin(): PlatformRun {
    return new PlatformRun(this);
  }
}

class PlatformRun {
  readonly #platform: LikeNango;
  readonly #startedAt: number;
  /** The connection is asked for again after a minute. */
  #knownUntil = Number.NEGATIVE_INFINITY;

  constructor(platform: LikeNango) {
    this.#platform = platform;
    this.#startedAt = platform.now();
  }

  isReadFailing(): boolean {
    return this.#platform.isReadFailing();
  }

  isSaveLost(): boolean {
    return this.#platform.isSaveLost();
  }

  prunedBefore(): number {
    return this.#platform.prunedBefore();
  }

  #isOver(share: number): boolean {
    const { lambdaMs, now } = this.#platform;
    return lambdaMs !== undefined && now() - this.#startedAt > lambdaMs * share;
  }

  /** Throws where the time of the function is up. */
  goOn(): void {
    if (this.#isOver(killedAfter)) {
      throw new FunctionStopped('execution_timeout');
    }
  }

  /** After a checkpoint: throws where the next run is to go on from it. */
  interrupt(): void {
    if (this.#isOver(interruptedAfter)) {
      throw new FunctionStopped('execution_interrupted');
    }
  }

  /** What a proxy call asks of Nango first: the connection. Throws as axios, with Nango's answer in `response`. */
  askForConnection(id: string, isThere: boolean, config: ProxyConfig): void {
    const refusal = this.#platform.refuses?.(id, config) ?? this.#ask(isThere);
    if (refusal !== undefined) {
      const { status, ...error } = refusal;
      throw new ProxyError({ status, headers: {}, data: { error } });
    }
  }

  #ask(isThere: boolean): PlatformRefusal | undefined {
    const now = this.#platform.now();
    if (now < this.#knownUntil) {
      return undefined;
    }
    if (!this.#platform.functions.take()) {
      return { status: 429, code: 'too_many_request' };
    }
    if (!isThere) {
      return { status: 404, code: 'unknown_connection', message: 'Connection not found' };
    }
    this.#knownUntil = now + minuteMs;
    return undefined;
  }
}

export type { PlatformRun };
