import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeApi, RUNS_END, startFakeApi } from './index.js';

interface List {
  data: { id: string; createdAt: string; status: string }[];
  pagination: { next?: string; previous?: string };
}

const everything = '/api/v1/runs?filter[createdAt][from]=1&page[size]=100';
let api: FakeApi;
let now: number;

beforeEach(async () => {
  now = RUNS_END;
  api = await startFakeApi({ now: () => now });
});
afterEach(() => api.close());

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = {
    authorization: `Bearer ${api.project.keys['root:prod']}`,
    ...(init.headers as Record<string, string>),
  };
  return fetch(api.url + path, { ...init, headers });
}

async function list(path: string): Promise<List> {
  return (await (await ask(path)).json()) as List;
}

async function walk(onPage: (page: number) => void = () => undefined): Promise<string[]> {
  const ids: string[] = [];
  let next: string | undefined;
  let pages = 0;
  do {
    const page = await list(everything + (next === undefined ? '' : `&page[after]=${next}`));
    ids.push(...page.data.map(({ id }) => id));
    next = page.pagination.next;
    pages += 1;
    onPage(pages);
  } while (next !== undefined);
  return ids;
}

const trigger = (headers: Record<string, string> = {}, options: object = {}): Promise<Response> =>
  ask('/api/v1/tasks/hello-task/trigger', { method: 'POST', headers, body: JSON.stringify({ payload: 1, options }) });

describe('paging', () => {
  it('lists every run once, newest first', async () => {
    const ids = await walk();
    expect(ids).toEqual(api.project.runsOf('prod').map(({ id }) => id));
    expect(ids.length).toBe(2930);
  });

  it('neither repeats nor skips a run while new ones arrive and old ones go', async () => {
    const before = api.project.runsOf('prod').map(({ id }) => id);
    const gone = before[500] ?? '';
    const ids = await walk((page) => {
      now += 1_000;
      api.project.createRun('prod');
      if (page === 2) {
        api.project.removeRun(gone);
      }
    });
    expect(ids).toEqual(before.filter((id) => id !== gone));
  });

  it('walks back to the start', async () => {
    const first = await list(`${everything}`);
    const second = await list(`${everything}&page[after]=${first.pagination.next}`);
    const back = await list(`${everything}&page[before]=${second.pagination.previous}`);
    expect(back.data.map(({ id }) => id)).toEqual(first.data.map(({ id }) => id).reverse());
    expect(back.pagination).toEqual({ next: first.pagination.next });
  });

  it('keeps tied runs apart', async () => {
    const times = api.project.runsOf('prod').map(({ createdAt }) => createdAt);
    expect(new Set(times).size).toBeLessThan(times.length);
  });
});

describe('generated runs', () => {
  it('are open only in the last two days', () => {
    const open = api.project.runsOf('prod').filter(({ finishedAt }) => finishedAt === undefined);
    expect(open.length).toBeGreaterThan(20);
    expect(open.length).toBeLessThan(50);
    expect(Math.min(...open.map(({ createdAt }) => Date.parse(createdAt)))).toBeGreaterThanOrEqual(
      RUNS_END - 2 * 86_400_000,
    );
  });

  it('never end before they start, nor after the end of time', () => {
    for (const { createdAt, startedAt = createdAt, finishedAt = startedAt, updatedAt } of api.project.runsOf('prod')) {
      const times = [createdAt, startedAt, finishedAt];
      expect([...times].sort()).toEqual(times);
      expect(Math.max(...[...times, updatedAt].map(Date.parse))).toBeLessThanOrEqual(RUNS_END);
    }
  });
});

describe('triggering', () => {
  it('creates a run that the list shows at once', async () => {
    now += 5_000;
    const { id } = (await (await trigger()).json()) as { id: string };
    expect((await list('/api/v1/runs?page[size]=1')).data[0]).toMatchObject({
      id,
      status: 'QUEUED',
      createdAt: new Date(now).toISOString(),
    });
  });

  it('creates one run for one idempotency key, until it expires', async () => {
    const send = async (): Promise<{ id: string; isCached: boolean }> =>
      (await (await trigger({}, { idempotencyKey: 'k', idempotencyKeyTTL: '1h' })).json()) as {
        id: string;
        isCached: boolean;
      };
    const first = await send();
    expect(await send()).toEqual({ id: first.id, isCached: true });
    now += 3_600_000;
    const later = await send();
    expect(later.isCached).toBe(false);
    expect(later.id).not.toBe(first.id);
  });

  it('answers a re-sent request as before', async () => {
    const headers = { 'x-trigger-request-idempotency-key': 'r' };
    const first = await (await trigger(headers)).json();
    expect(await (await trigger(headers)).json()).toEqual(first);
    expect(api.project.runsOf('prod').length).toBe(2931);
  });

  it('finds a body of unknown length too large', async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{}'));
        controller.close();
      },
    });
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    expect((await ask('/api/v1/tasks/hello-task/trigger', init)).status).toBe(413);
  });
});

describe('changes from outside', () => {
  it('shows an updated run', async () => {
    const id = api.project.runsOf('prod').find(({ status }) => status === 'EXECUTING')?.id ?? '';
    await ask(`/api/v3/runs/${id}`);
    now += 60_000;
    api.project.updateRun(id, { status: 'COMPLETED', output: { done: true } });
    const at = new Date(now).toISOString();
    expect(await (await ask(`/api/v3/runs/${id}`)).json()).toMatchObject({
      status: 'COMPLETED',
      updatedAt: at,
      finishedAt: at,
      output: { done: true },
    });
    expect((await list(everything)).data.find((row) => row.id === id)?.status).toBe('COMPLETED');
  });
});

describe('the request log', () => {
  it('names the credential and never shows it', async () => {
    await ask('/api/v1/runs?page[size]=1', { headers: { 'X-Trigger-Branch': 'b' } });
    await fetch(`${api.url}/api/v1/runs`, { headers: { authorization: 'Bearer somebody' } });
    await trigger();
    expect(api.requests.map(({ method, path, headers }) => [method, path, headers['authorization']])).toEqual([
      ['GET', '/api/v1/runs?page[size]=1', 'root:prod'],
      ['GET', '/api/v1/runs', 'unknown'],
      ['POST', '/api/v1/tasks/hello-task/trigger', 'root:prod'],
    ]);
    expect(api.requests[0]?.headers['x-trigger-branch']).toBe('b');
    expect(api.requests[2]?.body).toBe('{"payload":1,"options":{}}');
    expect(JSON.stringify(api.requests)).not.toContain(api.project.keys['root:prod']);
  });
});

describe('the rate limit', () => {
  it('counts down, one bucket an environment, and answers 429 when asked to', async () => {
    const strict = await startFakeApi({ runs: 0, now: () => now, rateLimit: { limit: 2, refill: 1, enforce: true } });
    const get = (key: keyof typeof strict.project.keys): Promise<Response> =>
      fetch(`${strict.url}/api/v1/runs`, { headers: { authorization: `Bearer ${strict.project.keys[key]}` } });
    expect((await get('root:prod')).headers.get('x-ratelimit-remaining')).toBe('1');
    expect((await get('additional:full')).headers.get('x-ratelimit-remaining')).toBe('0');
    const limited = await get('root:prod');
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, null]);
    expect(limited.headers.get('x-ratelimit-reset')).toBe(String(now + 10_000));
    expect((await get('root:stg')).status).toBe(200);
    now += 10_000;
    expect((await get('root:prod')).status).toBe(200);
    await strict.close();
  });
});
