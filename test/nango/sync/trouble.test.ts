// Faults that a review of the sync algorithms showed, each with what it does not cost any more.
import { expect, it } from 'vitest';
import { ConnectorError } from '../../../src/errors/index.js';
import { syncRuns } from '../../../src/nango/index.js';
import { readWindows } from '../../../src/nango/sync/read-windows.js';
import { advance, narrow, windowOf } from '../../../src/nango/sync/windows.js';
import type { FakeRun, RunStatus } from '../../fake-api/types.js';
import { clockOf, day, minute, nangoOf, type World, world } from './history.js';

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const stop = () => Object.assign(new Error(''), { code: 'script_aborted' });
type Config = Parameters<ReturnType<typeof nangoOf>['proxy']>[0];
const isList = ({ endpoint }: Config) => endpoint.endsWith('/runs');
const isOpenList = ({ params }: Config) => params?.['filter[status]'] !== undefined;
const hasTo = ({ params }: Config) => params?.['filter[createdAt][to]'] !== undefined;
const isFirstPage = ({ params }: Config) => params?.['page[after]'] === undefined;
function create({ clock, project }: World, count: number, every: number, status: RunStatus): FakeRun[] {
  return Array.from({ length: count }, () => {
    clock.now += every;
    return project.createRun('prod', { status });
  });
}
function setUp() {
  const w = world();
  const nango = nangoOf(w);
  return { w, ...w, nango, sync: () => syncRuns(nango, clockOf(w)) };
}

it('a pass that was cut off goes on days later, where the server lists at most a day', async () => {
  const { clock, nango, project, sync, w } = setUp();
  project.listGuard = { mostMs: day };
  nango.metadata = { lookBackDays: 10, statuses: ['EXECUTING', 'COMPLETED'] };
  create(w, 20, minute, 'COMPLETED');
  await sync();
  clock.now += 10 * minute;
  nango.begin();
  await nango.dies(3, sync);
  clock.now += 3 * day;
  nango.begin();
  await sync();
});

it('a clock an hour behind, where the server lists at most 40 runs', async () => {
  const { nango, project, w } = setUp();
  create(w, 100, minute / 2, 'COMPLETED');
  project.listGuard = { mostRuns: 40 };
  await syncRuns(nango, clockOf(w, -60 * minute));
  expect(nango.records.size).toBe(100);
});

it('with stretches, a new run that leaves the statuses between the list of open ones and the window is deleted', async () => {
  const { clock, nango, project, sync, w } = setUp();
  nango.metadata = { statuses: ['EXECUTING'] };
  create(w, 700, 1000, 'EXECUTING');
  await sync();
  clock.now += 60 * minute;
  const [run] = create(w, 1, 0, 'EXECUTING');
  clock.now += 60 * minute;
  create(w, 1, 0, 'EXECUTING');
  const { proxy } = nango;
  nango.proxy = async (config) => {
    if (isList(config) && !isOpenList(config)) project.updateRun(run?.id ?? '', { status: 'COMPLETED' });
    return proxy(config);
  };
  await sync();
  nango.proxy = proxy;
  clock.now += 5 * minute;
  await sync();
  expect(nango.records.has(run?.id ?? '')).toBe(false);
});

it('one burst under a guard does not make each later pass cost a thousand lists', async () => {
  const { clock, nango, project, sync, w } = setUp();
  create(w, 50, 30 * minute, 'COMPLETED');
  await sync();
  project.listGuard = { mostRuns: 1_000 };
  clock.now += 5 * minute;
  create(w, 3_000, 200, 'COMPLETED');
  await sync();
  clock.now += 60 * minute;
  create(w, 1, 0, 'COMPLETED');
  await sync();
  const before = nango.lists().length;
  await sync();
  expect(nango.lists().length - before).toBeLessThan(40);
}, 60_000);

it('a page that waits for a save is not stored over a newer answer', async () => {
  const { clock, nango, project, sync, w } = setUp();
  const old = create(w, 300, minute, 'COMPLETED');
  clock.now += minute;
  create(w, 100, 0, 'COMPLETED');
  await sync();
  clock.now += 8 * day;
  nango.begin();
  const { proxy, saveCheckpoint } = nango;
  nango.saveCheckpoint = async (checkpoint) => wait(100).then(() => saveCheckpoint(checkpoint));
  let isRead = false;
  nango.proxy = async (config) => {
    const isNewest = isList(config) && !hasTo(config);
    if (isNewest && isFirstPage(config)) await wait(150);
    const answer = await proxy(config);
    if (isNewest && !isFirstPage(config) && !isRead) {
      isRead = true;
      for (const { id } of old.slice(200)) project.updateRun(id, { tags: ['new'] });
    }
    return answer;
  };
  await sync();
  expect(Math.max(...nango.changes.values())).toBeLessThanOrEqual(2);
});

it('a window that has ended is not split', async () => {
  const { clock, nango, sync, w } = setUp();
  create(w, 10, minute, 'COMPLETED');
  await sync();
  clock.now += 60 * minute;
  create(w, 150, 100, 'COMPLETED');
  await sync();
  const before = nango.lists().length;
  await sync();
  expect(nango.lists().length - before).toBe(3);
});

it('a refusal of what was asked for before a split is no reason to fail', async () => {
  const now = 1_794_000_000_000;
  const hour = 60 * minute;
  const others = [1, 2, 3].map((k) => windowOf(now - (k + 1) * 1000 * hour, now - k * 1000 * hour - 1));
  let asked = 0;
  await readWindows([windowOf(now - 1000 * hour + 1, now), ...others], {
    endpoint: 'x',
    now: () => now,
    page: async ({ after, from, to }) => {
      asked += 1;
      if (to < now - 1000 * hour) return wait(10).then(() => ({ data: [] as { createdAt: string }[], next: '' }));
      if (after === 'c') await wait(20);
      if (asked > 4 && to - from > hour) throw new ConnectorError('unprocessable', '', { status: 422 });
      const data = [now, now - 10].map((time) => ({ createdAt: new Date(time).toISOString() }));
      return after === '' && to === now ? { data, next: 'c' } : { data: [], next: '' };
    },
    store: async (window, data, next) =>
      advance(
        window,
        data.map(({ createdAt }) => Date.parse(createdAt)),
        next,
      ),
  });
});

it('narrow after a page without items keeps the upper end', () => {
  const window = { ...windowOf(0, 1_000_000_000), after: 'cursor' };
  narrow(window, 9_000_000_000);
  expect(window.to).toBe(1_000_000_000);
});

it('with stretches, a late run that a resumed pass saw open is looked at again', async () => {
  const { clock, nango, project, sync, w } = setUp();
  create(w, 700, 1000, 'EXECUTING');
  clock.now += 60 * minute;
  create(w, 300, minute / 2, 'COMPLETED');
  await sync();
  clock.now += 25 * 60 * minute;
  create(w, 1, 0, 'COMPLETED');
  clock.now += 150 * minute;
  create(w, 120, minute, 'COMPLETED');
  const { proxy } = nango;
  let pages = 0;
  nango.proxy = async (config) => {
    pages += isList(config) && !isOpenList(config) ? 1 : 0;
    if (pages > 1) {
      await wait(20);
      throw stop();
    }
    return proxy(config);
  };
  await expect(sync()).rejects.toMatchObject({ code: 'script_aborted' });
  nango.proxy = proxy;
  nango.begin();
  clock.now += 5 * minute;
  const late = project.createRun('prod', {
    status: 'EXECUTING',
    createdAt: new Date(clock.now - 160 * minute).toISOString(),
  });
  nango.betweenPages = () => {
    const { data } = (nango.answers.at(-1)?.data ?? {}) as { data?: { id: string }[] };
    if (data?.some(({ id }) => id === late.id)) project.updateRun(late.id, { status: 'COMPLETED' });
  };
  await sync();
  nango.betweenPages = undefined;
  clock.now += 60 * minute;
  await sync();
  expect(nango.records.get(late.id)).toMatchObject({ status: 'COMPLETED' });
});

it('no request of a run is under way after its end', async () => {
  const { clock, nango, project, sync, w } = setUp();
  const runs = create(w, 20, minute, 'EXECUTING');
  clock.now += 60 * minute;
  create(w, 1, 0, 'COMPLETED');
  await sync();
  for (const { id } of runs) project.purgeRun(id);
  const { proxy } = nango;
  let flying = 0;
  let single = 0;
  nango.proxy = async (config) => {
    flying += 1;
    try {
      single += isList(config) ? 0 : 1;
      if (!isList(config) && single === 1) {
        throw stop();
      }
      await wait(isList(config) ? 0 : 20);
      return await proxy(config);
    } finally {
      flying -= 1;
    }
  };
  await expect(sync()).rejects.toBeDefined();
  expect(flying).toBe(0);
});
