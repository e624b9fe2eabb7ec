import { afterAll, describe, expect, it } from 'vitest';
import { closeConnections } from '../../src/client/index.js';
import { pagePromise } from '../../src/client/pages.js';
import { failureOf } from './connections.js';
import { all, clientOf, connectTo, fakeApi, ids, queryOf } from './fake.js';

afterAll(closeConnections);

interface Page {
  data: number[];
  next?: string | null;
  previous?: string | null;
}

/** Pages by cursor; `''` is the first. */
function book(pages: Record<string, Page>) {
  const asked: { after?: string; before?: string }[] = [];
  const open = () =>
    pagePromise<number>(async (cursor) => {
      asked.push(cursor);
      if (asked.length > 50) {
        throw new RangeError('the loop was not stopped');
      }
      const { data, next, previous } = pages[cursor.after ?? cursor.before ?? ''] ?? { data: [] };
      return { data, pagination: { next, previous } };
    });
  return { open, asked };
}

describe('iterating', () => {
  it.each<[string, Record<string, Page>, number[]]>([
    ['one page', { '': { data: [1, 2] } }, [1, 2]],
    ['an empty list', { '': { data: [] } }, []],
    ['no cursor, in three spellings', { '': { data: [1], next: null }, '2': { data: [9] } }, [1]],
    ['an empty cursor', { '': { data: [1], next: '' } }, [1]],
    ['several pages', { '': { data: [1], next: 'b' }, b: { data: [2], next: 'c' }, c: { data: [3] } }, [1, 2, 3]],
    [
      'short and empty pages in between',
      { '': { data: [], next: 'b' }, b: { data: [1], next: 'c' }, c: { data: [], next: 'd' }, d: { data: [2, 3] } },
      [1, 2, 3],
    ],
  ])('goes through %s', async (_, pages, expected) => {
    const { open, asked } = book(pages);
    expect(await all(open())).toEqual(expected);
    expect(await all(await open())).toEqual(expected);
    expect(asked.every(({ before }) => before === undefined)).toBe(true);
  });

  it.each<[string, Record<string, Page>, number]>([
    ['itself', { '': { data: [1], next: 'a' }, a: { data: [2], next: 'a' } }, 2],
    ['an earlier page', { '': { data: [1], next: 'a' }, a: { data: [2], next: 'b' }, b: { data: [3], next: 'a' } }, 3],
    ['itself, empty', { '': { data: [], next: 'a' }, a: { data: [], next: 'a' } }, 2],
  ])('stops at a page that leads to %s', async (_, pages, requests) => {
    const { open, asked } = book(pages);
    await failureOf(all(open()), 'cursor_cycle');
    expect(asked).toHaveLength(requests);
  });

  it('may be done twice, also over what may not be looped', async () => {
    const { open, asked } = book({ '': { data: [1], next: 'b' }, b: { data: [2] } });
    const list = open();
    expect([await all(list), await all(list)]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    // The first page is not asked again.
    expect(asked).toEqual([{}, { after: 'b' }, { after: 'b' }]);
  });

  it('asks for the next page only once the last one is used up', async () => {
    const { open, asked } = book({ '': { data: [1, 2], next: 'b' }, b: { data: [3] } });
    for await (const item of open()) {
      expect(asked).toHaveLength(item < 3 ? 1 : 2);
      if (item === 2) {
        break;
      }
    }
    expect(asked).toHaveLength(1);
  });

  it('passes on a failure of any page', async () => {
    const broken = pagePromise<number>(async ({ after }) => {
      if (after !== undefined) {
        throw new RangeError('page 2');
      }
      return { data: [1], pagination: { next: 'b' } };
    });
    await expect(all(broken)).rejects.toThrow('page 2');
  });
});

describe('page by page', () => {
  it.each<[Page, boolean, boolean]>([
    [{ data: [1] }, false, false],
    [{ data: [1], next: null, previous: null }, false, false],
    [{ data: [], next: 'b' }, true, false],
    [{ data: [], previous: 'b' }, false, true],
    [{ data: [1], next: '', previous: '' }, false, false],
  ])('%j has a next page: %s, a previous one: %s', async (page, next, previous) => {
    const { open, asked } = book({ '': page, b: { data: [7] } });
    const first = await open();
    expect([first.hasNextPage(), first.hasPreviousPage()]).toEqual([next, previous]);
    if (next) {
      expect((await first.getNextPage()).data).toEqual([7]);
      expect(asked.at(-1)).toEqual({ after: 'b' });
    } else {
      await failureOf(first.getNextPage(), 'input_invalid');
    }
    if (previous) {
      expect((await first.getPreviousPage()).data).toEqual([7]);
      expect(asked.at(-1)).toEqual({ before: 'b' });
    } else {
      await failureOf(first.getPreviousPage(), 'input_invalid');
    }
    expect(asked).toHaveLength(1 + Number(next) + Number(previous));
  });
});

describe('pages of runs', () => {
  it('go forward and back over the same runs, with the same filters', async () => {
    const api = await fakeApi();
    const { runs } = clientOf(connectTo(api, 'root:prod'));
    const wanted = ids(api.project.runsOf('prod').filter(({ status }) => status === 'COMPLETED'));
    const first = await runs.list({ limit: 10, status: 'COMPLETED' });
    expect(ids(first.data)).toEqual(wanted.slice(0, 10));
    expect(first.hasPreviousPage()).toBe(false);
    const second = await first.getNextPage();
    expect(ids(second.data)).toEqual(wanted.slice(10, 20));
    expect(queryOf(api)).toMatchObject({ 'page[size]': '10', 'filter[status]': 'COMPLETED' });
    const back = await second.getPreviousPage();
    // The server gives a page before a cursor oldest first.
    expect(ids(back.data).toSorted()).toEqual(wanted.slice(0, 10).toSorted());
    expect(queryOf(api)).toMatchObject({ 'page[size]': '10', 'filter[status]': 'COMPLETED' });
    expect(queryOf(api)).not.toHaveProperty('page[after]');
    expect(ids(await all(second))).toEqual(wanted.slice(10));
  });

  it('start after or before a cursor that was kept', async () => {
    const api = await fakeApi();
    const { runs } = clientOf(connectTo(api, 'root:prod'));
    const wanted = ids(api.project.runsOf('prod'));
    const { pagination } = await runs.list({ limit: 30 });
    const after = pagination.next ?? '';
    expect(ids(await all(runs.list({ limit: 50, after })))).toEqual(wanted.slice(30));
    const middle = await runs.list({ limit: 10, after });
    const before = middle.pagination.previous ?? '';
    const newer = await runs.list({ limit: 20, before });
    expect(ids(newer.data).toSorted()).toEqual(wanted.slice(10, 30).toSorted());
    expect(queryOf(api)['page[before]']).toBe(before);
    // From there, both ways: a page has one cursor only, whatever the list was started with.
    expect(ids((await middle.getPreviousPage()).data).toSorted()).toEqual(wanted.slice(20, 30).toSorted());
    expect(ids(await all(await newer.getNextPage()))).toEqual(wanted.slice(30));
  });

  it('do not skip or repeat when runs arrive meanwhile', async () => {
    const api = await fakeApi();
    const { runs } = clientOf(connectTo(api, 'root:prod'));
    const wanted = ids(api.project.runsOf('prod'));
    const found: string[] = [];
    for await (const { id } of runs.list({ limit: 50 })) {
      if (found.length % 50 === 49) {
        api.project.createRun('prod');
      }
      found.push(id);
    }
    expect(found).toEqual(wanted);
  });

  it('stop between pages when the call is aborted', async () => {
    const api = await fakeApi();
    const { runs } = clientOf(connectTo(api, 'root:prod'));
    const abort = new AbortController();
    const list = runs.list({ limit: 10 }, { signal: abort.signal });
    const first = await list;
    abort.abort();
    await failureOf(first.getNextPage(), 'aborted');
    await failureOf(all(list), 'aborted');
    expect(api.requests).toHaveLength(1);
  });
});
