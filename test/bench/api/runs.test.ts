import { getResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { isFinal, RunPage } from '../../../src/api/index.js';
import { createFakeProject, createHandlers, FAKE_ORIGIN } from '../../fake-api/index.js';
import { pageOf } from './runs.js';

const total = 730;

/** Every run that a query gives, page after page. */
function walk(query: Record<string, string>) {
  const found: RunPage['data'] = [];
  let after: string | null | undefined;
  do {
    const asked = new URLSearchParams({ 'page[size]': '100', ...query, ...(after && { 'page[after]': after }) });
    const { data, pagination } = RunPage().parse(JSON.parse(pageOf(asked, total)));
    found.push(...data);
    after = pagination.next;
  } while (after);
  return found;
}

const all = walk({});
const timeOf = (place: number) => String(Date.parse(all[place]?.createdAt ?? ''));

describe('the list of runs of the benchmarks', () => {
  it('gives each run once, newest first', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(total);
    expect(all.map(({ createdAt }) => createdAt)).toEqual(
      all
        .map(({ createdAt }) => createdAt)
        .sort()
        .reverse(),
    );
  });

  it.each([
    { from: 700, to: 20 },
    { from: 100, to: 100 },
    { from: 729, to: 0 },
  ])('keeps to a window of creation, both ends included: $from to $to', ({ from, to }) => {
    const window = { 'filter[createdAt][from]': timeOf(from), 'filter[createdAt][to]': timeOf(to) };
    expect(walk(window)).toEqual(all.slice(to, from + 1));
  });

  it('lists the open ones', () => {
    expect(walk({ 'filter[status]': 'QUEUED,EXECUTING' })).toEqual(all.filter((run) => !isFinal(run)));
    expect(() => walk({ 'filter[status]': 'COMPLETED' })).toThrow('Only open runs');
  });

  it('has the fields of a run as the fake API gives it', async () => {
    const project = createFakeProject({ runs: 300 });
    const headers = { authorization: `Bearer ${project.keys['root:prod']}`, 'x-trigger-api-version': '2025-07-16' };
    const url = `${FAKE_ORIGIN}/api/v1/runs?page[size]=100&filter[createdAt][from]=1`;
    const response = await getResponse(createHandlers(project), new Request(url, { headers }));
    const { data } = RunPage().parse(await response?.json());
    const known = new Set(data.flatMap((run) => Object.keys(run)));
    expect(Object.keys(all[1] ?? {}).filter((field) => !known.has(field))).toEqual([]);
    expect(JSON.stringify(all[1]).length).toBeGreaterThan(600);
  });
});
