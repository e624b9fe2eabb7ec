import { describe, expect, it } from 'vitest';
import { numberedPages } from '../../src/client/numbered-pages.js';
import { failureOf } from './connections.js';
import { all } from './fake.js';

/** Pages of one item; the server says which one each is. */
function book(...says: readonly number[]) {
  const asked: number[] = [];
  const open = () =>
    numberedPages<number>(1, async (page) => {
      asked.push(page);
      if (asked.length > 50) {
        throw new RangeError('the loop was not stopped');
      }
      const currentPage = says[Math.min(page, says.length) - 1] ?? page;
      return { data: [page], pagination: { currentPage, totalPages: 3, count: 3 } };
    });
  return { open, asked };
}

describe('pages with numbers', () => {
  it('are gone through to the last', async () => {
    expect(await all(book(1, 2, 3).open())).toEqual([1, 2, 3]);
  });

  it.each([
    { what: 'the same page again', says: [1, 1], requests: 2 },
    { what: 'an earlier page', says: [2, 2, 1], requests: 2 },
  ])('stop at $what', async ({ requests, says }) => {
    const { asked, open } = book(...says);
    await failureOf(all(open()), 'cursor_cycle');
    expect(asked).toHaveLength(requests);
  });
});
