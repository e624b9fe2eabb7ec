import { ConnectorError } from '../errors/index.js';
import { type PagePromise, type Pages, paged } from './pages.js';

interface NumberedAnswer<Item> {
  readonly data: Item[];
  readonly pagination: { readonly currentPage: number; readonly totalPages: number; readonly count: number };
}

type Fetch<Item> = (page: number) => Promise<NumberedAnswer<Item>>;

/** One page of a list that counts its pages; iterating it goes on through the pages after it. */
export class NumberedPage<Item> implements Pages<Item> {
  readonly data: Item[];
  readonly pagination: NumberedAnswer<Item>['pagination'];
  readonly #fetch: Fetch<Item>;

  constructor(answer: NumberedAnswer<Item>, fetch: Fetch<Item>) {
    this.data = answer.data;
    this.pagination = answer.pagination;
    this.#fetch = fetch;
  }

  hasNextPage(): boolean {
    return this.pagination.currentPage < this.pagination.totalPages;
  }

  hasPreviousPage(): boolean {
    return this.pagination.currentPage > 1;
  }

  getNextPage(): Promise<NumberedPage<Item>> {
    return this.#turn(this.hasNextPage(), 1);
  }

  getPreviousPage(): Promise<NumberedPage<Item>> {
    return this.#turn(this.hasPreviousPage(), -1);
  }

  async #turn(there: boolean, step: 1 | -1): Promise<NumberedPage<Item>> {
    if (!there) {
      throw new ConnectorError('input_invalid', 'There is no such page: ask hasNextPage() or hasPreviousPage() first.');
    }
    return new NumberedPage(await this.#fetch(this.pagination.currentPage + step), this.#fetch);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, void> {
    for await (const page of this.iterPages()) {
      yield* page.data;
    }
  }

  /** This page and those after it. */
  async *iterPages(): AsyncGenerator<NumberedPage<Item>, void, void> {
    let reached = Number.NEGATIVE_INFINITY;
    for (let page: NumberedPage<Item> = this; ; page = await page.getNextPage()) {
      yield page;
      if (!page.hasNextPage()) {
        return;
      }
      if (page.pagination.currentPage <= reached) {
        throw new ConnectorError('cursor_cycle', 'The server gave the same page twice; stopped instead of looping.');
      }
      reached = page.pagination.currentPage;
    }
  }
}

export function numberedPages<Item>(first: number, fetch: Fetch<Item>): PagePromise<Item, NumberedPage<Item>> {
  return paged(fetch(first).then((answer) => new NumberedPage(answer, fetch)));
}
