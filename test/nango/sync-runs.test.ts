import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NangoSync, RunsCheckpoint } from '../../src/nango/index.js';
import { syncRuns } from '../../src/nango/index.js';
import { createFakeProject, type FakeProject } from '../fake-api/index.js';
import { FakeNango } from './fake-nango.js';

const start = Date.parse('2026-11-10T00:00:00Z');
const minute = 60_000;

function smallProject() {
  const clock = { now: start };
  const project = createFakeProject({ runs: 0, now: () => clock.now });
  return { clock, project };
}

/** What the server holds, as the records should be. */
function expected(project: FakeProject): Map<string, string> {
  return new Map(project.runsOf('prod').map(({ id, status }) => [id, status]));
}

const stored = (nango: FakeNango) => new Map([...nango.records].map(([id, record]) => [id, record['status']]));

describe('syncRuns', () => {
  it('stores every run, then only what changed is read again', async () => {
    const { clock, project } = smallProject();
    for (let index = 0; index < 250; index += 1) {
      clock.now += minute;
      project.createRun('prod', { status: 'COMPLETED' });
    }
    const nango = new FakeNango(project);
    await syncRuns(nango);
    expect(stored(nango)).toEqual(expected(project));
    expect(nango.lists()).toHaveLength(3);

    clock.now += minute;
    project.createRun('prod', { status: 'QUEUED' });
    await syncRuns(nango);
    expect(stored(nango)).toEqual(expected(project));
    expect(nango.lists()).toHaveLength(4);
  });

  it('reads an open run again until it has ended, however old it is', async () => {
    const { clock, project } = smallProject();
    const old = project.createRun('prod', { status: 'DELAYED' });
    clock.now += 40 * 24 * 60 * minute;
    project.createRun('prod', { status: 'COMPLETED' });
    const nango = new FakeNango(project);
    await syncRuns(nango);
    project.updateRun(old.id, { status: 'COMPLETED' });
    await syncRuns(nango);
    expect(nango.records.get(old.id)?.['status']).toBe('COMPLETED');
  });

  it('always sends an explicit lower bound, and saves a page before the checkpoint that is past it', async () => {
    const { clock, project } = smallProject();
    for (let index = 0; index < 150; index += 1) {
      clock.now += minute;
      project.createRun('prod', { status: 'COMPLETED' });
    }
    const nango = new FakeNango(project);
    await syncRuns(nango);
    for (const { params } of nango.proxied) {
      expect(params?.['filter[createdAt][from]']).toMatch(/^[1-9]\d*$/);
    }
    expect(nango.journal).toEqual(['save 100', 'checkpoint', 'save 50', 'checkpoint']);
  });

  it.each([
    { change: 'project', config: { projectRef: 'proj_another' } },
    { change: 'version', checkpoint: { version: 99 } },
    { change: 'shape', checkpoint: { watermark: 'yesterday' } },
  ])('refuses a checkpoint of another $change', async ({ checkpoint, config }) => {
    const { project } = smallProject();
    const nango = new FakeNango(project);
    await syncRuns(nango);
    nango.checkpoint = { ...(nango.checkpoint as RunsCheckpoint), ...checkpoint };
    Object.assign(nango.config, config);
    await expect(syncRuns(nango)).rejects.toMatchObject({ payload: { code: 'checkpoint_mismatch' } });
  });

  it('stops when the server repeats a cursor', async () => {
    const nango: NangoSync = {
      ...new FakeNango(smallProject().project).bound(),
      proxy: async () => ({ status: 200, headers: {}, data: { data: [], pagination: { next: 'again' } } }),
    };
    await expect(syncRuns(nango)).rejects.toMatchObject({ payload: { code: 'cursor_cycle' } });
  });

  it('goes on after an empty page that has a next one', async () => {
    const { project } = smallProject();
    const run = project.createRun('prod', { status: 'COMPLETED' });
    const nango = new FakeNango(project);
    const { proxy } = nango;
    let calls = 0;
    nango.proxy = async (config) => {
      calls += 1;
      return calls === 1
        ? { status: 200, headers: {}, data: { data: [], pagination: { next: 'eyJjIjo5OTk5OTk5OTk5OTk5fQ' } } }
        : proxy({ ...config, params: { ...config.params, 'page[after]': '' } });
    };
    await syncRuns(nango);
    expect([...nango.records.keys()]).toEqual([run.id]);
  });

  // History, page boundaries and crash points are drawn; the promise is the same for all of them.
  it('equals the server after a sync without changes, whatever happened and wherever it crashed before', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          do: fc.constant('create' as const),
          open: fc.boolean(),
          count: fc.integer({ min: 1, max: 120 }),
          every: fc.constantFrom(7, minute),
        }),
      },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('finish' as const), pick: fc.nat() }) },
      {
        weight: 3,
        arbitrary: fc.record({
          do: fc.constant('sync' as const),
          crashAfter: fc.option(fc.integer({ min: 0, max: 8 })),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 20_000 }) }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        const { clock, project } = smallProject();
        const nango = new FakeNango(project);
        const create = (open: boolean, every = 7) => {
          clock.now += every;
          project.createRun('prod', { status: open ? 'EXECUTING' : 'COMPLETED' });
        };
        for (const current of steps) {
          if (current.do === 'create') {
            for (let index = 0; index < current.count; index += 1) {
              create(current.open, current.every);
            }
          } else if (current.do === 'wait') {
            clock.now += current.minutes * minute;
          } else if (current.do === 'finish') {
            const open = project.runsOf('prod').filter(({ status }) => status === 'EXECUTING');
            const run = open[current.pick % Math.max(1, open.length)];
            if (run !== undefined) {
              project.updateRun(run.id, { status: 'FAILED' });
            }
          } else {
            nango.crashAfter = current.crashAfter ?? undefined;
            nango.crashed = false;
            // Runs arrive while the pages are read, too.
            nango.betweenPages = () => create(true);
            await syncRuns(nango).catch((error: unknown) => {
              if (!nango.crashed) {
                throw error;
              }
            });
          }
        }
        nango.crashAfter = undefined;
        nango.betweenPages = undefined;
        // A pass that was under way ends first; the one after it sees what changed meanwhile.
        await syncRuns(nango);
        await syncRuns(nango);
        expect(stored(nango)).toEqual(expected(project));
      }),
      { numRuns: 150 },
    );
  });
});
