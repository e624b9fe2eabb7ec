import { redact } from '../errors/index.js';
import type { HttpResponse } from '../gate/index.js';
import { type RateLimit, rateLimitOf } from '../gate/index.js';
import type { SaveCounts } from './store/store.js';

/** How far a sync is. */
export interface SyncProgress {
  readonly counts: Readonly<SaveCounts>;
  /** Pages of a list so far. */
  readonly pages: number;
  /** From 0 to 1, where the sync can tell. */
  readonly done: number | undefined;
  /** The rate limit as the last answer told it. */
  readonly rateLimit: RateLimit | undefined;
  /** The last thing that the function had to say, while it is true: that it waits. */
  readonly message: string | undefined;
}

/** A list by itself, or in an envelope. */
const isPage = (body: unknown) =>
  Array.isArray(body) || (typeof body === 'object' && body !== null && 'data' in body && Array.isArray(body.data));

/** Gathers what a display needs from what the `nango` object of a sync sees. */
export class ProgressOf {
  readonly total: SaveCounts = { added: 0, updated: 0, deleted: 0, unchanged: 0 };
  readonly #tell: ((progress: SyncProgress) => void) | undefined;
  #pages = 0;
  #done: number | undefined;
  #rateLimit: RateLimit | undefined;
  #message: string | undefined;
  /** Items that the function could make no record of; undefined where it does not say. */
  leftOut: number | undefined;

  constructor(tell: ((progress: SyncProgress) => void) | undefined) {
    this.#tell = tell;
  }

  #say(): void {
    this.#tell?.({
      counts: this.total,
      pages: this.#pages,
      done: this.#done,
      rateLimit: this.#rateLimit,
      message: this.#message,
    });
  }

  readonly answer = ({ body, headers }: HttpResponse): void => {
    this.#rateLimit = rateLimitOf(headers);
    this.#pages += isPage(body) ? 1 : 0;
    this.#message = undefined;
    this.#say();
  };

  readonly counts = (page: SaveCounts): void => {
    this.total.added += page.added;
    this.total.updated += page.updated;
    this.total.deleted += page.deleted;
    this.total.unchanged += page.unchanged;
    this.#say();
  };

  readonly checkpoint = (checkpoint: unknown): void => {
    const { done, leftOut } = (checkpoint ?? {}) as { done?: unknown; leftOut?: unknown };
    this.#done = typeof done === 'number' ? done : undefined;
    this.leftOut = typeof leftOut === 'number' ? leftOut : undefined;
    this.#say();
  };

  readonly message = (message: string): void => {
    this.#message = redact(message);
    this.#say();
  };
}
