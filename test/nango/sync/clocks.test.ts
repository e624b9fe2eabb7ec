import { describe, expect, it } from 'vitest';
import { syncRuns } from '../../../src/nango/index.js';
import { clockOf, day, minute, nangoOf, world } from './history.js';

function setUp() {
  const inWorld = world();
  const nango = nangoOf(inWorld);
  const { clock, project } = inWorld;
  const create = () => {
    clock.now += minute;
    return project.createRun('prod', { status: 'COMPLETED' });
  };
  return { ...inWorld, nango, create, sync: (skew = 0) => syncRuns(nango, clockOf(inWorld, skew)) };
}

describe('one sync while the clock was ahead', () => {
  it.each([{ days: 30 }, { days: 400 }])('by $days days turns no later reading off', async ({ days }) => {
    const { clock, create, nango, project, sync } = setUp();
    const old = create();
    await sync();
    clock.now += 3 * day;
    const recent = create();
    await sync(days * day);
    for (const run of [old, recent]) {
      project.updateRun(run.id, { tags: ['late'] });
    }
    clock.now += 60 * minute;
    const later = create();
    await sync();
    // What is new, and what changed late: the times that were noted are ahead, so all is read again.
    expect(nango.records.has(later.id)).toBe(true);
    expect([old, recent].map(({ id }) => nango.records.get(id)?.['tags'])).toEqual([['late'], ['late']]);
  });

  it('with a period of days leaves nothing out afterwards', async () => {
    const { clock, create, nango, sync } = setUp();
    nango.metadata = { lookBackDays: 10 };
    const before = create();
    clock.now += day;
    await sync(100 * day);
    expect(nango.records.size).toBe(0);
    await sync();
    expect([...nango.records.keys()]).toEqual([before.id]);
  });

  it('takes the server’s clock for granted where it is ahead', async () => {
    const { create, nango, sync } = setUp();
    create();
    await sync(-60 * minute);
    const next = create();
    await sync(-60 * minute);
    expect(nango.records.has(next.id)).toBe(true);
  });
});

it('an empty project costs two lists in each pass, and the first run in it is found', async () => {
  const { create, nango, sync } = setUp();
  await sync();
  const before = nango.lists().length;
  await sync();
  expect(nango.lists().length - before).toBe(2);
  const { id } = create();
  await sync();
  expect([...nango.records.keys()]).toEqual([id]);
});
