// What failed on a real Nango while every stand-in allowed it; each line was red there, and then here.

import { describe, expect, it } from 'vitest';
import { endpoints } from '../../../src/api/index.js';
import { endpointAction, syncRuns, syncSessions } from '../../../src/nango/index.js';
import type { RunStatus } from '../../fake-api/types.js';
import type { FakeNango } from '../fake-nango.js';
import { clockOf, minute, nangoOf, type World, world } from './history.js';

function setUp() {
  const inWorld = world();
  const nango = nangoOf(inWorld);
  return { inWorld, ...inWorld, nango, sync: () => syncRuns(nango, clockOf(inWorld)) };
}

function create({ clock, project }: World, count: number, status: RunStatus = 'COMPLETED') {
  return Array.from({ length: count }, () => {
    clock.now += minute;
    return project.createRun('prod', { status });
  });
}

/** Records equal the server, and the next pass has nothing to do. */
async function settles(nango: FakeNango, ids: () => string[], sync: () => Promise<void>): Promise<void> {
  await sync();
  expect([...nango.records.keys()].sort()).toEqual(ids().sort());
  const before = new Map(nango.changes);
  await sync();
  expect(nango.changes).toEqual(before);
}

describe('on a platform with the limits of Nango', () => {
  it.each([120, 1_020, 2_930])(
    '%i runs are read in one go, with one save of the checkpoint at a time',
    async (count) => {
      const { inWorld, nango, project, sync } = setUp();
      create(inWorld, count);
      await settles(nango, () => project.runsOf('prod').map(({ id }) => id), sync);
    },
  );

  it.each([80, 500, 5_000])('%i open runs fit into a checkpoint', async (count) => {
    const { inWorld, nango, project, sync } = setUp();
    create(inWorld, count, 'EXECUTING');
    await settles(nango, () => project.runsOf('prod').map(({ id }) => id), sync);
  });

  it.each([100, 1_500])('%i open sessions fit into a checkpoint', async (count) => {
    const { clock, inWorld, nango, project } = setUp();
    for (let place = 0; place < count; place += 1) {
      clock.now += minute;
      project.sessions.add('prod', { taskIdentifier: 'chat-agent' });
    }
    const ids = () => project.sessions.of('prod').map(({ id }) => id);
    await settles(nango, ids, () => syncSessions(nango, clockOf(inWorld)));
  });

  it('filters of any length are kept as a hash', async () => {
    const { inWorld, nango, project, sync } = setUp();
    const tags = Array.from({ length: 31 }, (_, place) => `${place}`.padStart(128, 't'));
    nango.metadata = { tags };
    create(inWorld, 2);
    const wanted = project.createRun('prod', { status: 'COMPLETED', tags: tags.slice(0, 1) });
    await settles(nango, () => [wanted.id], sync);
    const { filters } = nango.checkpoint as { filters: string };
    expect(filters).toMatch(/^[0-9a-f]{64}$/);
    // Another choice is another hash, and starts afresh.
    nango.metadata = { tags: tags.slice(1) };
    await sync();
    expect((nango.checkpoint as { filters: string }).filters).not.toBe(filters);
  });

  it('a task id that Nango would rewrite in a path reaches the API unchanged', async () => {
    const { nango, project } = setUp();
    const { id } = await endpointAction(nango, endpoints['tasks.trigger'], { taskId: 'send-connectionConfig' });
    expect(project.run(id)?.taskIdentifier).toBe('send-connectionConfig');
    for (const name of ['connectionConfig', 'XconnectionConfigconnectionConfig']) {
      project.setVariable('prod', { name, value: 'here' });
      project.setVariable('prod', { name: name.replaceAll('connectionConfig', 'connection_config'), value: 'there' });
      expect(await endpointAction(nango, endpoints['envvars.retrieve'], { name })).toMatchObject({
        name,
        value: 'here',
      });
    }
  });

  it('runs that ended before the sync saw them are never deleted', async () => {
    const { inWorld, nango, sync } = setUp();
    nango.metadata = { statuses: ['EXECUTING'] };
    create(inWorld, 20);
    await sync();
    await sync();
    await sync();
    expect(nango.deletions).toEqual([]);
  });

  it('a run that leaves the statuses is deleted once, and keeps what it was as the body', async () => {
    const { inWorld, nango, project, sync } = setUp();
    nango.metadata = { statuses: ['EXECUTING'] };
    const [run] = create(inWorld, 3, 'EXECUTING');
    await sync();
    project.updateRun(run?.id ?? '', { status: 'COMPLETED' });
    await sync();
    await sync();
    inWorld.clock.now += 8 * 24 * 60 * minute;
    await sync();
    expect(nango.deletions).toEqual([{ id: run?.id, wasStored: true }]);
    expect(nango.stored.deleted.get(run?.id ?? '')).toMatchObject({ status: 'COMPLETED' });
  });

  it.each(['script_aborted', 'execution_timeout', 'execution_interrupted'] as const)(
    '%s leaves the sync as what it is, and the next run goes on',
    async (code) => {
      const { inWorld, nango, project, sync } = setUp();
      create(inWorld, 620);
      nango.platform = 'nango';
      let answers = 0;
      nango.betweenPages = () => {
        answers += 1;
        if (answers === 4) {
          nango.stop(code);
        }
      };
      await expect(sync()).rejects.toMatchObject({ code, payload: {} });
      nango.betweenPages = undefined;
      nango.begin();
      await settles(nango, () => project.runsOf('prod').map(({ id }) => id), sync);
    },
  );

  it.each([
    { status: 404, code: 'unknown_connection' },
    { status: 401, code: 'unknown_account' },
    { status: 429, code: 'too_many_request' },
    { status: 500, code: 'server_error' },
  ])("Nango's own $status is not taken for Trigger.dev's", async ({ code, status }) => {
    const { clock, inWorld, nango, project, sync } = setUp();
    const [open] = create(inWorld, 1, 'EXECUTING');
    await sync();
    clock.now += 60 * minute;
    create(inWorld, 1);
    await sync();
    project.updateRun(open?.id ?? '', { status: 'COMPLETED' });
    // Where it would read as "the run is gone", "the key is revoked", "the rate limit is used up".
    nango.refuse = ({ params }) =>
      params?.['filter[status]'] === undefined ? { status, code, message: 'No' } : undefined;
    await expect(sync()).rejects.toMatchObject({
      payload: { code: 'platform_error', message: expect.stringMatching(code) },
    });
    expect(nango.records.size).toBe(2);
    expect(nango.deletions).toEqual([]);
    nango.refuse = undefined;
    await sync();
    expect(nango.records.get(open?.id ?? '')).toMatchObject({ status: 'COMPLETED' });
    nango.refuse = () => ({ status, code, message: 'No' });
    await expect(endpointAction(nango, endpoints['runs.retrieve'], { runId: open?.id ?? '' })).rejects.toMatchObject({
      payload: { code: 'platform_error' },
    });
  });

  it('a checkpoint that comes back after a reset with the records emptied is not believed', async () => {
    const { inWorld, nango, project, sync } = setUp();
    create(inWorld, 620);
    nango.crashAfter = 20;
    await sync().catch(() => undefined);
    nango.crashAfter = undefined;
    const saved = nango.checkpoint;
    expect(nango.records.size).toBeGreaterThan(100);
    // What Nango does where a run is in the middle of a save: 4 of 13 times.
    nango.stored.rest(60);
    nango.checkpoint = saved;
    nango.begin();
    await settles(nango, () => project.runsOf('prod').map(({ id }) => id), sync);
    expect(nango.logs).toContainEqual({
      level: 'warn',
      message: expect.stringMatching(/^The records of Run are gone/),
    });
  });

  it('records that Nango deleted after 60 days of rest are all read again', async () => {
    const { clock, inWorld, nango, project, sync } = setUp();
    create(inWorld, 150);
    await sync();
    clock.now += 60 * 24 * 60 * minute;
    nango.stored.rest(60);
    await settles(nango, () => project.runsOf('prod').map(({ id }) => id), sync);
  });
});
