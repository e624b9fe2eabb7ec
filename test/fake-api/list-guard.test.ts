import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeApi, type ListGuard, RUNS_END, startFakeApi } from './index.js';

const HOUR = 3_600_000;
let api: FakeApi;

/** One run an hour, the newest at RUNS_END, 100 of them; two are open. */
beforeEach(async () => {
  api = await startFakeApi({ runs: 0, now: () => RUNS_END });
  for (let hours = 0; hours < 100; hours += 1) {
    const createdAt = new Date(RUNS_END - hours * HOUR).toISOString();
    api.project.createRun('prod', { createdAt, status: hours < 98 ? 'COMPLETED' : 'QUEUED' });
  }
});
afterEach(() => api.close());

async function list(query: Record<string, string | number>, pat = false) {
  const { keys, ref } = api.project;
  const texts = Object.entries(query).map(([name, value]) => [name, String(value)]);
  const path = pat ? `/api/v1/projects/${ref}/runs?filter[env]=prod&` : '/api/v1/runs?';
  const response = await fetch(`${api.url}${path}${new URLSearchParams(texts)}`, {
    headers: { authorization: `Bearer ${keys[pat ? 'pat:alice' : 'root:prod']}` },
  });
  return {
    status: response.status,
    body: (await response.json()) as { error?: string; pagination?: { next?: string } },
  };
}

const from = (hours: number) => ({ 'filter[createdAt][from]': RUNS_END - hours * HOUR });
const to = (hours: number) => ({ 'filter[createdAt][to]': RUNS_END - hours * HOUR });

describe('the guard of lists of runs', () => {
  it.each<[string, ListGuard, Record<string, string | number>, number]>([
    ['no guard', {}, from(99), 200],
    ['as many runs as it allows, bounds included', { mostRuns: 50 }, from(49), 200],
    ['one more', { mostRuns: 49 }, from(49), 422],
    ['fewer runs beyond an upper bound', { mostRuns: 10 }, { ...from(60), ...to(51) }, 200],
    ['without a window, the last seven days', { mostRuns: 99 }, {}, 422],
    ['a window of no runs', { mostRuns: 1 }, { ...from(1000), ...to(500) }, 200],
    ['a filter makes it no cheaper', { mostRuns: 49 }, { ...from(99), 'filter[status]': 'QUEUED' }, 422],
    ['nor a small page', { mostRuns: 49 }, { ...from(99), 'page[size]': 1 }, 422],
    ['as long as it allows', { mostMs: 10 * HOUR }, from(10), 200],
    ['longer', { mostMs: 10 * HOUR }, from(11), 422],
    ['longer, although no run is in it', { mostMs: 10 * HOUR }, { ...from(1000), ...to(500) }, 422],
    ['a period', { mostMs: 10 * HOUR }, { 'filter[createdAt][period]': '11h' }, 422],
  ])('%s', async (_, guard, query, status) => {
    api.project.listGuard = guard;
    for (const pat of [false, true]) {
      const answer = await list(query, pat);
      expect([answer.status, typeof answer.body.error]).toEqual([status, status === 422 ? 'string' : 'undefined']);
    }
  });

  it('may begin between two pages, and a cursor makes it no cheaper', async () => {
    const { body } = await list({ ...from(99), 'page[size]': 10 });
    const next = { ...from(99), 'page[size]': 10, 'page[after]': body.pagination?.next ?? '' };
    expect((await list(next)).status).toBe(200);
    api.project.listGuard.mostRuns = 49;
    expect((await list(next)).status).toBe(422);
    expect((await list({ ...next, ...from(40) })).status).toBe(200);
  });

  it('is asked for with the server', async () => {
    const guarded = await startFakeApi({ runs: 300, now: () => RUNS_END, listGuard: { mostRuns: 10 } });
    const response = await fetch(`${guarded.url}/api/v1/runs`, {
      headers: { authorization: `Bearer ${guarded.project.keys['root:prod']}` },
    });
    expect(response.status).toBe(422);
    await guarded.close();
  });
});
