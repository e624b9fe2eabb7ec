import { describe, expect, it } from 'vitest';
import { syncRuns } from '../../../src/nango/index.js';
import type { ListGuard } from '../../fake-api/list-guard.js';
import { clockOf, day, minute, nangoOf, start, type World, world } from './history.js';

function setUp(listGuard: ListGuard) {
  const inWorld = world();
  const nango = nangoOf(inWorld);
  inWorld.project.listGuard = listGuard;
  return { inWorld, ...inWorld, nango, sync: () => syncRuns(nango, clockOf(inWorld)) };
}

function history({ clock, project }: World, count: number, every: number, isOpen: (place: number) => boolean): void {
  for (let place = 0; place < count; place += 1) {
    clock.now += every;
    project.createRun('prod', { status: isOpen(place) ? 'EXECUTING' : 'COMPLETED' });
  }
}

const serverSide = ({ project }: World) => project.runsOf('prod').map(({ id, status }) => `${id} ${status}`);

describe('a server that refuses lists of too much', () => {
  it.each([
    { what: 'windows of over a week', guard: { mostMs: 7 * day } },
    { what: 'windows of over a day', guard: { mostMs: day } },
    { what: 'windows of over 300 runs', guard: { mostRuns: 300 } },
    { what: 'windows of over 20 runs', guard: { mostRuns: 20 } },
  ])('$what: all is read in pieces, and a pass without a change costs few requests', async ({ guard }) => {
    const { clock, inWorld, nango, sync } = setUp(guard);
    history(inWorld, 600, 10 * minute, (place) => place % 100 === 0);
    await sync();
    const stored = () => [...nango.records].map(([id, record]) => `${id} ${String(record['status'])}`);
    expect(stored().sort()).toEqual(serverSide(inWorld).sort());
    clock.now += 30 * minute;
    history(inWorld, 1, minute, () => false);
    await sync();
    const before = nango.answers.length;
    await sync();
    expect(stored().sort()).toEqual(serverSide(inWorld).sort());
    const asked = nango.answers.slice(before);
    // A longer piece is tried now and then.
    expect(asked.filter(({ status }) => status === 422).length).toBeLessThanOrEqual(5);
    expect(asked.length).toBeLessThanOrEqual(40);
  });

  it('never asks from the beginning of time', async () => {
    const { inWorld, nango, sync } = setUp({});
    history(inWorld, 300, minute, (place) => place === 0);
    await sync();
    for (let week = 0; week < 3; week += 1) {
      inWorld.clock.now += 7 * day;
      history(inWorld, 1, minute, () => true);
      await sync();
    }
    for (const { params = {} } of nango.lists()) {
      const from = Number(params['filter[createdAt][from]']);
      const to = Number(params['filter[createdAt][to]'] ?? inWorld.clock.now);
      expect(from).toBeGreaterThan(Date.UTC(2020, 0));
      expect(to - from).toBeLessThan(1_100 * day);
    }
  });

  it('lists open runs within the time that can hold some', async () => {
    const { clock, inWorld, nango, sync } = setUp({});
    const open = () => nango.lists().filter(({ params }) => params?.['filter[status]'] !== undefined);
    const from = () => Number(open().at(-1)?.params?.['filter[createdAt][from]']);
    history(inWorld, 3, minute, () => false);
    await sync();
    const newest = clock.now;
    clock.now += 60 * minute;
    await sync();
    // What appears late is found among them for two days before the newest that was known.
    expect(from()).toBe(newest - 2 * day);
    clock.now += 3 * day;
    const { createdAt } = inWorld.project.createRun('prod', { status: 'QUEUED' });
    await sync();
    clock.now += 3 * day;
    await sync();
    expect(from()).toBe(Date.parse(createdAt) - 2 * day);
  });

  it('asks for open runs of a year ago and of today, and for nothing between', async () => {
    const { clock, inWorld, nango, sync } = setUp({ mostMs: 4 * day });
    history(inWorld, 1, minute, () => true);
    clock.now += 365 * day;
    history(inWorld, 5, minute, () => true);
    await sync();
    clock.now += 60 * minute;
    await sync();
    const before = nango.lists().length;
    await sync();
    expect(nango.records.size).toBe(6);
    const asked = nango.lists().slice(before);
    expect(asked.map(({ params }) => params?.['filter[status]'] !== undefined)).toEqual([true, true, false]);
  });

  it('reads on where a history goes back to before 2022, until a window is empty', async () => {
    const { clock, inWorld, nango, sync } = setUp({});
    for (const year of [2015, 2019, 2021]) {
      clock.now = Date.UTC(year, 8);
      history(inWorld, 2, minute, () => false);
    }
    clock.now = start;
    history(inWorld, 2, minute, () => false);
    await sync();
    expect(nango.records.size).toBe(8);
    const oldest = Math.min(...nango.lists().map(({ params }) => Number(params?.['filter[createdAt][from]'])));
    expect(oldest).toBeGreaterThan(1e11);
  });

  it('stands where a minute is still too much, with nothing lost of the rest', async () => {
    const { inWorld, nango, project, sync } = setUp({ mostRuns: 50 });
    history(inWorld, 30, minute, () => false);
    history(inWorld, 60, 0, () => false);
    history(inWorld, 30, minute, () => false);
    await expect(sync()).rejects.toMatchObject({ payload: { code: 'unprocessable', status: 422 } });
    project.listGuard = {};
    await sync();
    expect(nango.records.size).toBe(120);
  });

  it('goes on where a guard begins in the middle of a list', async () => {
    const { inWorld, nango, project, sync } = setUp({});
    history(inWorld, 900, minute, (place) => place % 200 === 0);
    let pages = 0;
    nango.betweenPages = () => {
      pages += 1;
      project.listGuard = pages >= 3 ? { mostRuns: 150 } : {};
    };
    await sync();
    expect(nango.records.size).toBe(900);
  });
});

describe('metadata that bounds what is read', () => {
  it.each([
    { metadata: { from: '2026-11-10T01:00:00Z' }, kept: (minutes: number) => minutes >= 60 },
    { metadata: { to: '2026-11-10T01:00:00Z' }, kept: (minutes: number) => minutes <= 60 },
    {
      metadata: { from: '2026-11-10T00:30:00Z', to: '2026-11-10T01:00:00Z' },
      kept: (minutes: number) => minutes >= 30 && minutes <= 60,
    },
    { metadata: { from: '2026-11-10', lookBackDays: 30 }, kept: () => true },
  ])('keeps to $metadata', async ({ kept, metadata }) => {
    const { clock, inWorld, nango, sync } = setUp({});
    history(inWorld, 250, minute, (place) => place % 50 === 0);
    nango.metadata = metadata;
    await sync();
    const ids = () =>
      inWorld.project
        .runsOf('prod')
        .filter(({ createdAt }) => kept((Date.parse(createdAt) - start) / minute))
        .map(({ id }) => id)
        .sort();
    expect([...nango.records.keys()].sort()).toEqual(ids());
    clock.now += 3 * 60 * minute;
    history(inWorld, 1, minute, () => true);
    await sync();
    expect([...nango.records.keys()].sort()).toEqual(ids());
  });
});
