import { describe, expect, it } from 'vitest';
import { syncRuns, syncSessions } from '../../../src/nango/index.js';
import type { FakeNango } from '../fake-nango.js';
import { clockOf, day, minute, nangoOf, type World, world } from './history.js';

/** A checkpoint as version 2 left it. */
function versionTwo(
  { clock, project }: World,
  fields: Record<string, unknown> = {},
  filters = [null, null, null, null, null],
) {
  const state = {
    origin: 1,
    watermark: clock.now,
    listed: clock.now,
    sweptRecent: clock.now,
    sweptAll: clock.now,
    open: [],
    unchecked: [],
    relistFrom: 0,
    ...fields,
  };
  return {
    version: 2,
    fingerprint: `https://api.trigger.dev ${project.ref} prod `,
    filters: JSON.stringify(filters),
    done: 1,
    ...{ dev: '', staging: '', preview: '', other: '', prod: JSON.stringify(state) },
  };
}

function setUp() {
  const inWorld = world();
  const nango = nangoOf(inWorld);
  return { inWorld, ...inWorld, nango, sync: () => syncRuns(nango, clockOf(inWorld)) };
}

/** Runs that a sync of then stored. */
async function stored({ clock, project }: World, nango: FakeNango, count: number, status: 'EXECUTING' | 'COMPLETED') {
  const runs = Array.from({ length: count }, () => {
    clock.now += minute;
    return project.createRun('prod', { status });
  });
  await syncRuns(nango, { now: () => clock.now, sleep: clock.sleep });
  return runs;
}

const listsSince = (nango: FakeNango, before: number) => nango.lists().length - before;

describe('a checkpoint of version 2', () => {
  it('with 400 open runs goes on: what ended is read again, and nothing else', async () => {
    const { clock, inWorld, nango, project, sync } = setUp();
    const runs = await stored(inWorld, nango, 400, 'EXECUTING');
    nango.checkpoint = versionTwo(inWorld, { open: runs.map(({ createdAt, id }) => [id, Date.parse(createdAt)]) });
    expect(JSON.stringify(nango.checkpoint).length).toBeGreaterThan(16_000);
    clock.now += 60 * minute;
    project.updateRun(runs[7]?.id ?? '', { status: 'FAILED' });
    project.purgeRun(runs[9]?.id ?? '');
    const before = nango.lists().length;
    await sync();
    expect(nango.records.get(runs[7]?.id ?? '')).toMatchObject({ status: 'FAILED' });
    expect(nango.records.size).toBe(399);
    // Four pages of open ones, the last 15 minutes, one around what is missing.
    expect(listsSince(nango, before)).toBeLessThanOrEqual(7);
    expect(nango.checkpoint).toMatchObject({ version: 3 });
  });

  it('that knew only the oldest of more than 500 reads from there once', async () => {
    const { clock, inWorld, nango, project, sync } = setUp();
    await stored(inWorld, nango, 50, 'COMPLETED');
    const runs = await stored(inWorld, nango, 600, 'EXECUTING');
    nango.checkpoint = versionTwo(inWorld, { relistFrom: Date.parse(runs[0]?.createdAt ?? '') });
    clock.now += 60 * minute;
    project.updateRun(runs[7]?.id ?? '', { status: 'FAILED' });
    await sync();
    expect(nango.records.get(runs[7]?.id ?? '')).toMatchObject({ status: 'FAILED' });
    const before = nango.lists().length;
    await sync();
    expect(listsSince(nango, before)).toBe(7);
  });

  it('of a first sync that was cut off goes on where it was', async () => {
    const { clock, inWorld, nango, project, sync } = setUp();
    for (let place = 0; place < 450; place += 1) {
      clock.now += minute;
      project.createRun('prod', { status: place % 150 === 0 ? 'EXECUTING' : 'COMPLETED' });
    }
    const [, , half] = [...project.runsOf('prod')]
      .map(({ createdAt }) => Date.parse(createdAt))
      .filter((_, place) => place % 100 === 0);
    nango.checkpoint = versionTwo(inWorld, {
      ...{ watermark: 0, listed: 0, sweptRecent: 0, sweptAll: 0 },
      pass: {
        ...{ started: clock.now, from: 1, isFull: true, newest: clock.now, oldest: half, openAfter: '' },
        windows: [[1, half, '', 0]],
      },
    });
    await sync();
    expect([...nango.records.keys()].sort()).toEqual(
      project
        .runsOf('prod')
        .map(({ id }) => id)
        .filter((id) => nango.records.has(id))
        .sort(),
    );
    expect(nango.records.size).toBeGreaterThan(200);
    clock.now += 8 * day;
    await sync();
    expect(nango.records.size).toBe(450);
  });

  it('of a pass that was cut off begins that pass again', async () => {
    const { clock, inWorld, nango, project, sync } = setUp();
    const runs = await stored(inWorld, nango, 30, 'EXECUTING');
    const open = runs.map(({ createdAt, id }) => [id, Date.parse(createdAt)]);
    nango.checkpoint = versionTwo(inWorld, {
      open: open.slice(0, 10),
      unchecked: open.slice(10),
      pass: {
        ...{
          started: clock.now,
          from: clock.now - 15 * minute,
          isFull: false,
          newest: clock.now,
          oldest: 0,
          openAfter: null,
        },
        windows: [],
      },
    });
    for (const { id } of runs) {
      project.updateRun(id, { status: 'COMPLETED' });
    }
    clock.now += 60 * minute;
    await sync();
    expect([...nango.records.values()].every(({ status }) => status === 'COMPLETED')).toBe(true);
  });

  it('of other filters starts a fresh window, with the records kept', async () => {
    const { inWorld, nango, sync } = setUp();
    await stored(inWorld, nango, 3, 'COMPLETED');
    nango.checkpoint = versionTwo(inWorld);
    nango.metadata = { tasks: ['another-task'] };
    await sync();
    expect(nango.records.size).toBe(3);
    expect(nango.checkpoint).toMatchObject({ version: 3 });
  });

  it.each([
    { what: 'another project', change: { fingerprint: 'https://api.trigger.dev proj_another prod ' } },
    { what: 'no JSON', change: { prod: '{' } },
    { what: 'another shape', change: { prod: '{"open":3}' } },
    { what: 'a version before', change: { version: 1 } },
  ])('of $what is refused', async ({ change }) => {
    const { inWorld, nango, sync } = setUp();
    await stored(inWorld, nango, 1, 'COMPLETED');
    nango.checkpoint = { ...versionTwo(inWorld), ...change };
    await expect(sync()).rejects.toMatchObject({ payload: { code: 'checkpoint_mismatch' } });
  });

  it('of sessions goes on as well', async () => {
    const inWorld = world();
    const { clock, project } = inWorld;
    const nango = nangoOf(inWorld);
    const sync = () => syncSessions(nango, clockOf(inWorld));
    const sessions = Array.from({ length: 90 }, () => {
      clock.now += minute;
      return project.sessions.add('prod', { taskIdentifier: 'chat-agent' });
    });
    await sync();
    nango.checkpoint = versionTwo(inWorld, { open: sessions.map(({ createdAt, id }) => [id, Date.parse(createdAt)]) });
    const [first] = sessions;
    if (first !== undefined) {
      project.sessions.update(first, { closedAt: new Date(clock.now).toISOString() });
    }
    clock.now += 60 * minute;
    await sync();
    expect(nango.records.get(first?.id ?? '')).toMatchObject({ closedAt: expect.any(String) });
  });
});
