import { ConnectorError } from '../../errors/index.js';

/** Items of a page, and of smaller ones: each has up to 256 KiB of metadata, and the local host takes 2 MiB at once. */
const sizes = [100, 25, 5, 1] as const;

/** So many pages of a smaller size are read before the next larger one is tried again. */
const untilLarger = 10;

const isTooLarge = (error: unknown) => error instanceof ConnectorError && error.code === 'response_too_large';

/** Throws `invalid_response` where a page holds more than it was asked for: it could hold anything. */
export function checkLength(endpoint: string, data: readonly unknown[], limit: number): void {
  if (data.length > limit) {
    throw new ConnectorError(
      'invalid_response',
      `${endpoint}: the server sent ${data.length} items where at most ${limit} were asked for. Check the base URL.`,
      { endpoint },
    );
  }
}

/** How many items the pages of a list are asked for with: 100, and for a while fewer where a page was too large. */
export class PageSize {
  readonly #endpoint: string;
  #level = 0;
  /** Pages until the next larger size. */
  #left = 0;

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  /** `response_too_large` where not even one item fits. */
  async page<Page extends { readonly data: readonly unknown[] }>(ask: (limit: number) => Promise<Page>): Promise<Page> {
    for (let level = this.#level; ; level += 1) {
      const limit = sizes[level] ?? 1;
      try {
        const page = await ask(limit);
        checkLength(this.#endpoint, page.data, limit);
        this.#read();
        return page;
      } catch (error) {
        if (!isTooLarge(error) || level === sizes.length - 1) {
          throw error;
        }
        this.#level = Math.max(this.#level, level + 1);
        this.#left = untilLarger;
      }
    }
  }

  #read(): void {
    if (this.#level > 0) {
      this.#left -= 1;
      if (this.#left === 0) {
        this.#level -= 1;
        this.#left = untilLarger;
      }
    }
  }
}
