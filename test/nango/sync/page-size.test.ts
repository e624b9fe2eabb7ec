import { describe, expect, it } from 'vitest';
import { ConnectorError } from '../../../src/errors/index.js';
import { PageSize } from '../../../src/nango/sync/page-size.js';

const many = (limit: number, times: number): number[] => Array(times).fill(limit) as number[];

/** Asks for pages of a list whose items have these sizes, where a response has at most 100. */
async function asked(pages: number, bytesOf: (page: number) => number): Promise<number[]> {
  const limits: number[] = [];
  const size = new PageSize('runs.list');
  for (let page = 0; page < pages; page += 1) {
    await size.page(async (limit) => {
      limits.push(limit);
      if (limit * bytesOf(page) > 100) {
        throw new ConnectorError('response_too_large');
      }
      return { data: Array.from({ length: limit }) };
    });
  }
  return limits;
}

describe('the size of pages', () => {
  it.each<[string, number, (page: number) => number, number[]]>([
    ['100 where all fits', 3, () => 1, [100, 100, 100]],
    ['25 for ten pages where one was too large', 12, (page) => (page === 0 ? 4 : 1), [100, ...many(25, 10), 100, 100]],
    ['1 where five are too large', 2, () => 100, [100, 25, 5, 1, 1]],
    ['5 again after ten single items', 12, (page) => (page === 0 ? 100 : 1), [100, 25, 5, ...many(1, 10), 5, 5]],
  ])('is %s', async (_, pages, bytesOf, expected) => {
    expect(await asked(pages, bytesOf)).toEqual(expected);
  });

  it('gives up where a single item is too large', async () => {
    await expect(asked(1, () => 101)).rejects.toMatchObject({ code: 'response_too_large' });
  });

  it.each([101, 60_000, 125_000])('refuses %i items where 100 were asked for', async (length) => {
    const page = new PageSize('runs.list').page(async () => ({ data: Array.from({ length }) }));
    await expect(page).rejects.toMatchObject({
      code: 'invalid_response',
      endpoint: 'runs.list',
      message: expect.stringContaining(`${length} items where at most 100 were asked for`),
    });
  });
});
