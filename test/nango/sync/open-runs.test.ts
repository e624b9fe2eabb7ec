import { describe, expect, it } from 'vitest';
import { syncRuns } from '../../../src/nango/index.js';
import type { FakeRun } from '../../fake-api/types.js';
import { clockOf, day, minute, nangoOf, type World, world } from './history.js';

function setUp(key: 'root:prod' | 'pat:alice' = 'root:prod') {
  const inWorld = world();
  const nango = nangoOf(inWorld, key);
  return {
    inWorld,
    ...inWorld,
    nango,
    sync: () => syncRuns(nango, clockOf(inWorld)),
    /** What a pass asks: the list of open runs, other lists, single runs. */
    async asked() {
      const before = nango.proxied.length;
      await syncRuns(nango, clockOf(inWorld));
      const asked = nango.proxied.slice(before);
      const lists = asked.filter(({ endpoint }) => endpoint.endsWith('/runs'));
      const open = lists.filter(({ params }) => params?.['filter[status]'] !== undefined).length;
      return { open, windows: lists.length - open, single: asked.length - lists.length };
    },
  };
}

function open({ clock, project }: World, count: number, every: number): FakeRun[] {
  return Array.from({ length: count }, () => {
    clock.now += every;
    return project.createRun('prod', { status: 'EXECUTING' });
  });
}

const serverSide = ({ project }: World) => new Map(project.runsOf('prod').map(({ id, status }) => [id, status]));

describe('a pass without a change', () => {
  it.each([
    { count: 0, pages: 1 },
    { count: 76, pages: 1 },
    { count: 80, pages: 1 },
    { count: 500, pages: 5 },
    { count: 501, pages: 6 },
    { count: 5_000, pages: 50 },
  ])('with $count open runs costs $pages pages of those, and the last 15 minutes', async ({ count, pages }) => {
    const { asked, clock, inWorld, nango, sync } = setUp();
    open(inWorld, count, 20_000);
    await sync();
    clock.now += 60 * minute;
    inWorld.project.createRun('prod', { status: 'COMPLETED' });
    await sync();
    expect(await asked()).toEqual({ open: pages, windows: 1, single: 0 });
    expect(nango.records.size).toBe(count + 1);
    for (const value of Object.values(nango.checkpoint as object)) {
      expect(String(value).length).toBeLessThanOrEqual(4_000);
    }
  });

  it('with 50,000 open runs costs 500 pages of those, up to 2 % more for reading them side by side, and one page', async () => {
    const { asked, clock, inWorld, sync } = setUp();
    open(inWorld, 50_000, 1_000);
    clock.now += 60 * minute;
    inWorld.project.createRun('prod', { status: 'COMPLETED' });
    await sync();
    const { open: pages, single, windows } = await asked();
    expect([windows, single]).toEqual([1, 0]);
    expect(pages).toBeGreaterThanOrEqual(500);
    expect(pages).toBeLessThanOrEqual(510);
  }, 120_000);

  it.each([3, 700])('with %i open runs of which one is open for a year costs no more', async (count) => {
    const { asked, clock, inWorld, sync } = setUp();
    open(inWorld, 1, 0);
    for (let week = 0; week < 52; week += 1) {
      clock.now += 7 * day;
      inWorld.project.createRun('prod', { status: 'COMPLETED' });
    }
    open(inWorld, count - 1, minute);
    clock.now += 60 * minute;
    inWorld.project.createRun('prod', { status: 'COMPLETED' });
    await sync();
    expect(await asked()).toEqual({ open: Math.ceil(count / 100), windows: 1, single: 0 });
  });
});

describe('a run that left the list of open ones', () => {
  it.each([3, 400, 700, 5_000])('is read again among %i, in the smallest window that held it', async (count) => {
    const { asked, clock, inWorld, nango, project, sync } = setUp();
    const runs = open(inWorld, count, 20_000);
    clock.now += 60 * minute;
    project.createRun('prod', { status: 'COMPLETED' });
    await sync();
    const ended = runs[Math.floor(count / 2)] as FakeRun;
    project.updateRun(ended.id, { status: 'COMPLETED' });
    const { open: pages, single, windows } = await asked();
    expect(nango.records.get(ended.id)).toMatchObject({ status: 'COMPLETED' });
    // One window around it, of one page.
    expect({ pages, single, windows }).toEqual({ pages: Math.ceil((count - 1) / 100), single: 0, windows: 2 });
    expect(new Map([...nango.records].map(([id, record]) => [id, record['status']]))).toEqual(serverSide(inWorld));
    expect(await asked()).toEqual({ open: Math.ceil((count - 1) / 100), windows: 1, single: 0 });
  });

  it('is read again among many of a year: the stretch of that one alone', async () => {
    const { asked, clock, inWorld, nango, project, sync } = setUp();
    const [old] = open(inWorld, 1, 0);
    for (let place = 0; place < 365; place += 1) {
      clock.now += day;
      for (let run = 0; run < 5; run += 1) {
        project.createRun('prod', { status: 'COMPLETED' });
      }
    }
    open(inWorld, 900, minute);
    clock.now += 60 * minute;
    project.createRun('prod', { status: 'COMPLETED' });
    await sync();
    project.updateRun(old?.id ?? '', { status: 'FAILED' });
    expect(await asked()).toEqual({ open: 9, windows: 2, single: 0 });
    expect(nango.records.get(old?.id ?? '')).toMatchObject({ status: 'FAILED' });
  });

  it.each([
    { key: 'root:prod', count: 30, isKept: false, why: 'its id is known' },
    { key: 'pat:alice', count: 30, isKept: true, why: 'a token may not ask for one run' },
    { key: 'root:prod', count: 900, isKept: true, why: 'ids of so many are not kept' },
  ] as const)('and was purged, of $count with $key: kept is $isKept, as $why', async ({ count, isKept, key }) => {
    const { asked, clock, inWorld, nango, project, sync } = setUp(key);
    const runs = open(inWorld, count, minute);
    clock.now += 60 * minute;
    project.createRun('prod', { status: 'COMPLETED' });
    await sync();
    const purged = runs[2] as FakeRun;
    project.purgeRun(purged.id);
    await sync();
    expect(nango.records.has(purged.id)).toBe(isKept);
    expect(nango.deletions).toEqual(isKept ? [] : [{ id: purged.id, wasStored: true }]);
    clock.now += 7 * day;
    await sync();
    // Looked for no more.
    expect(await asked()).toMatchObject({ windows: 1, single: 0 });
  });

  it('and was purged with 33 others: asked for side by side, each once', async () => {
    const { asked, clock, inWorld, nango, project, sync } = setUp();
    const runs = open(inWorld, 34, minute);
    clock.now += 60 * minute;
    project.createRun('prod', { status: 'COMPLETED' });
    await sync();
    for (const { id } of runs) {
      project.purgeRun(id);
    }
    let flying = 0;
    let most = 0;
    const { proxy } = nango;
    nango.proxy = async (config) => {
      flying += 1;
      most = Math.max(most, flying);
      return proxy(config).finally(() => {
        flying -= 1;
      });
    };
    expect(await asked()).toMatchObject({ single: 34 });
    expect(most).toBe(8);
    expect(nango.records.size).toBe(1);
  });
});
