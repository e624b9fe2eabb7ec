import { cycleDetector } from '../api/index.js';
import { ConnectorError } from '../errors/index.js';

export interface CursorAnswer<Item> {
  readonly data: Item[];
  readonly pagination: { readonly next?: string | null | undefined; readonly previous?: string | null | undefined };
}

/** Where a page is: after one cursor or before another. */
export interface Cursor {
  readonly after?: string;
  readonly before?: string;
}

type Fetch<Item> = (cursor: Cursor) => Promise<CursorAnswer<Item>>;

/** One page of a list; iterating it goes on through the pages after it. */
export class CursorPage<Item> implements AsyncIterable<Item> {
  readonly data: Item[];
  readonly pagination: CursorAnswer<Item>['pagination'];
  readonly #fetch: Fetch<Item>;

  constructor(answer: CursorAnswer<Item>, fetch: Fetch<Item>) {
    this.data = answer.data;
    this.pagination = answer.pagination;
    this.#fetch = fetch;
  }

  /** A page may be short or empty and still have a next one. */
  hasNextPage(): boolean {
    return Boolean(this.pagination.next);
  }

  hasPreviousPage(): boolean {
    return Boolean(this.pagination.previous);
  }

  async getNextPage(): Promise<CursorPage<Item>> {
    const { next } = this.pagination;
    if (!next) {
      throw new ConnectorError('input_invalid', 'There is no next page: ask hasNextPage() first.');
    }
    return new CursorPage(await this.#fetch({ after: next }), this.#fetch);
  }

  async getPreviousPage(): Promise<CursorPage<Item>> {
    const { previous } = this.pagination;
    if (!previous) {
      throw new ConnectorError('input_invalid', 'There is no previous page: ask hasPreviousPage() first.');
    }
    return new CursorPage(await this.#fetch({ before: previous }), this.#fetch);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, void> {
    for await (const page of this.iterPages()) {
      yield* page.data;
    }
  }

  /** This page and those after it. */
  async *iterPages(): AsyncGenerator<CursorPage<Item>, void, void> {
    const goesRound = cycleDetector();
    for (let page: CursorPage<Item> = this; ; page = await page.getNextPage()) {
      yield page;
      const { next } = page.pagination;
      if (!next) {
        return;
      }
      if (goesRound(next)) {
        throw new ConnectorError(
          'cursor_cycle',
          'The server gave the same page cursor twice; stopped instead of looping.',
        );
      }
    }
  }
}

/** Await it for the first page, iterate it for every item, or iterate `iterPages()` for every page. */
export type PagePromise<Item, Page extends Pages<Item> = CursorPage<Item>> = Promise<Page> &
  AsyncIterable<Item> & { iterPages(): AsyncGenerator<Page, void, void> };

/** What a page of any kind of list can do. */
export interface Pages<Item> extends AsyncIterable<Item> {
  iterPages(): AsyncGenerator<Pages<Item>, void, void>;
}

/** The first page, on its way, with the iterators of a page. */
export function paged<Item, Page extends Pages<Item>>(first: Promise<Page>): PagePromise<Item, Page> {
  return Object.assign(first, {
    async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, void> {
      yield* await first;
    },
    async *iterPages(): AsyncGenerator<Page, void, void> {
      yield* (await first).iterPages() as AsyncGenerator<Page, void, void>;
    },
  });
}

/** The list from where `start` says, or from its beginning. */
export function pagePromise<Item>(fetch: Fetch<Item>, start: Cursor = {}): PagePromise<Item> {
  return paged(fetch(start).then((answer) => new CursorPage(answer, fetch)));
}
