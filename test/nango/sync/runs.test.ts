import { describe, expect, it } from 'vitest';
import { type NangoSync, syncRuns } from '../../../src/nango/index.js';
import { listedRun } from '../../fake-api/hostile.js';
import type { EnvName, FakeProject, KeyName } from '../../fake-api/index.js';
import { FakeNango } from '../fake-nango.js';
import { clockOf, day, minute, type World, world } from './history.js';

function setUp(key: KeyName = 'root:prod') {
  const inWorld = world();
  const nango = new FakeNango(inWorld.project, inWorld.project.keys[key]);
  nango.config['projectRef'] = inWorld.project.ref;
  return { inWorld, ...inWorld, nango, sync: (by: NangoSync = nango) => syncRuns(by, clockOf(inWorld)) };
}

function create({ clock, project }: World, count: number, status: 'COMPLETED' | 'EXECUTING', every = minute) {
  return Array.from({ length: count }, () => {
    clock.now += every;
    return project.createRun('prod', { status });
  });
}

const serverSide = (project: FakeProject, env: EnvName = 'prod') =>
  new Map(project.runsOf(env).map(({ id, status }) => [id, status]));
const stored = (nango: FakeNango) => new Map([...nango.records].map(([id, record]) => [id, record['status']]));

describe('syncRuns', () => {
  it('stores every run, then reads only what is new or open', async () => {
    const { inWorld, nango, project, sync } = setUp();
    create(inWorld, 250, 'COMPLETED');
    await sync();
    expect(stored(nango)).toEqual(serverSide(project));
    // Three pages, four windows further back that are empty, and looks for an earlier beginning beside the second page.
    expect(nango.lists()).toHaveLength(9);

    create(inWorld, 1, 'EXECUTING');
    await sync();
    expect(stored(nango)).toEqual(serverSide(project));
    // What is new, and the open ones: those were among all others before.
    expect(nango.lists()).toHaveLength(11);
  });

  it('sees the end of an old run with one request around it', async () => {
    const { clock, inWorld, nango, project, sync } = setUp();
    const [old] = create(inWorld, 1, 'EXECUTING');
    create(inWorld, 300, 'COMPLETED');
    await sync();
    clock.now += 2 * day;
    create(inWorld, 300, 'COMPLETED');
    await sync();
    project.updateRun(old?.id ?? '', { status: 'COMPLETED' });
    const before = nango.lists().length;
    await sync();
    expect(nango.records.get(old?.id ?? '')?.['status']).toBe('COMPLETED');
    expect(nango.lists().length - before).toBe(3);
  });

  it('always sends an explicit lower bound, and saves a page before the checkpoint that is past it', async () => {
    const { inWorld, nango, sync } = setUp();
    create(inWorld, 150, 'COMPLETED');
    await sync();
    for (const { params } of nango.lists()) {
      expect(params?.['filter[createdAt][from]']).toMatch(/^[1-9]\d*$/);
    }
    // Twice at first, against a checkpoint that could not be read; then each page before a checkpoint.
    expect(nango.journal.slice(0, 4)).toEqual(['checkpoint', 'checkpoint', 'save 100', 'checkpoint']);
    expect(nango.journal.filter((entry) => entry !== 'checkpoint')).toEqual(['save 100', 'save 50']);
    expect(nango.journal.at(-1)).toBe('checkpoint');
  });

  it('reads the window from the oldest open run again where more are open than a checkpoint holds', async () => {
    const { clock, inWorld, nango, project, sync } = setUp();
    const [old] = create(inWorld, 1, 'EXECUTING');
    clock.now += 30 * minute;
    create(inWorld, 1, 'COMPLETED');
    await sync();
    clock.now += day / 2;
    project.updateRun(old?.id ?? '', { status: 'FAILED' });
    const open = create(inWorld, 1_500, 'EXECUTING', 7);
    await sync();
    expect(stored(nango)).toEqual(serverSide(project));

    clock.now += 180 * minute;
    for (const { id } of open) {
      project.updateRun(id, { status: 'COMPLETED' });
    }
    await sync();
    expect(stored(nango)).toEqual(serverSide(project));
  });

  it('finds an ended run among more of the same millisecond than fit on a page', async () => {
    const { clock, inWorld, nango, project, sync } = setUp();
    const open = create(inWorld, 230, 'EXECUTING', 0);
    await sync();
    clock.now += day;
    create(inWorld, 1, 'COMPLETED');
    await sync();
    for (const { id } of open) {
      project.updateRun(id, { status: 'COMPLETED' });
    }
    await sync();
    expect(stored(nango)).toEqual(serverSide(project));
  });

  it.each([
    { key: 'root:prod', kept: false },
    { key: 'pat:alice', kept: true },
  ] as const)('an open run that is purged: with $key its record is kept: $kept', async ({ key, kept }) => {
    const { clock, inWorld, nango, project, sync } = setUp(key);
    const [run] = create(inWorld, 1, 'EXECUTING');
    create(inWorld, 5, 'COMPLETED');
    await sync();
    project.purgeRun(run?.id ?? '');
    await sync();
    expect(nango.records.has(run?.id ?? '')).toBe(kept);
    // Looked for no more once everything was read without it.
    clock.now += 7 * day;
    await sync();
    const before = nango.proxied.length;
    await sync();
    expect(nango.proxied.length - before).toBe(2);
  });

  it('finds a run that appears ten minutes after its time', async () => {
    const { clock, inWorld, nango, project, sync } = setUp();
    create(inWorld, 1, 'COMPLETED');
    await sync();
    const createdAt = new Date(clock.now - 10 * minute).toISOString();
    const { id } = project.createRun('prod', { status: 'COMPLETED', createdAt });
    await sync();
    expect(nango.records.has(id)).toBe(true);
  });

  it('goes on looking for an open run that the list leaves out for a while', async () => {
    const { clock, inWorld, nango, project, sync } = setUp();
    const [run] = create(inWorld, 1, 'EXECUTING');
    await sync();
    clock.now += day;
    create(inWorld, 1, 'COMPLETED');
    await sync();
    const hiding: NangoSync = {
      ...nango.bound(),
      proxy: async (config) =>
        config.endpoint.endsWith('/runs')
          ? { status: 200, headers: {}, data: { data: [], pagination: {} } }
          : nango.proxy(config),
    };
    await sync(hiding);
    expect(nango.records.has(run?.id ?? '')).toBe(true);
    project.updateRun(run?.id ?? '', { status: 'CANCELED' });
    await sync();
    expect(nango.records.get(run?.id ?? '')?.['status']).toBe('CANCELED');
  });

  it('reads late changes again within two days daily, and all of them weekly', async () => {
    const { clock, inWorld, nango, project, sync } = setUp();
    const [old] = create(inWorld, 1, 'COMPLETED');
    clock.now += 3 * day;
    const [recent] = create(inWorld, 1, 'COMPLETED');
    clock.now += 20 * minute;
    create(inWorld, 1, 'COMPLETED');
    await sync();
    for (const run of [old, recent]) {
      project.updateRun(run?.id ?? '', { tags: ['late'] });
    }
    const tagged = () => [old, recent].map((run) => String(nango.records.get(run?.id ?? '')?.['tags']));
    await sync();
    expect(tagged()).toEqual(['', '']);
    clock.now += day;
    await sync();
    expect(tagged()).toEqual(['', 'late']);
    clock.now += 6 * day;
    await sync();
    expect(tagged()).toEqual(['late', 'late']);
  });
});

it('forgets a run that it stored unnoticed before it died, once that is no longer wanted', async () => {
  const { inWorld, nango, project, sync } = setUp();
  nango.metadata = { statuses: ['EXECUTING'] };
  create(inWorld, 3, 'EXECUTING');
  await sync();
  inWorld.clock.now += minute;
  // Created after the window was read, and stored from the list of open runs; then no checkpoint is saved any more.
  let unnoticed = '';
  const dying: NangoSync = {
    ...nango.bound(),
    proxy: async (config) => {
      if (config.params?.['filter[status]'] !== undefined) {
        unnoticed = create(inWorld, 1, 'EXECUTING')[0]?.id ?? '';
      }
      return nango.proxy(config);
    },
    saveCheckpoint: async (checkpoint) => {
      if (unnoticed !== '') {
        throw new Error('died');
      }
      await nango.saveCheckpoint(checkpoint);
    },
  };
  await expect(sync(dying)).rejects.toMatchObject({ payload: { code: 'platform_error' } });
  expect(nango.records.has(unnoticed)).toBe(true);
  project.updateRun(unnoticed, { status: 'COMPLETED' });
  await sync();
  expect(nango.records.size).toBe(3);
});

describe('a large history', () => {
  it('is read four pages at a time, each run once, and goes on where it stopped', async () => {
    const { inWorld, nango, project, sync } = setUp();
    create(inWorld, 3_000, 'COMPLETED');
    let inFlight = 0;
    let most = 0;
    const counting: NangoSync = {
      ...nango.bound(),
      proxy: async (config) => {
        inFlight += config.endpoint.endsWith('/runs') ? 1 : 0;
        most = Math.max(most, inFlight);
        const answer = await nango.proxy(config).finally(() => {
          inFlight -= config.endpoint.endsWith('/runs') ? 1 : 0;
        });
        return answer;
      },
    };
    nango.crashAfter = 65;
    await expect(sync(counting)).rejects.toMatchObject({ payload: { code: 'platform_error' } });
    expect(most).toBe(4);
    const kept = nango.records.size;
    expect(kept).toBeGreaterThan(1_000);
    nango.crashAfter = undefined;
    const before = nango.lists().length;
    await sync(counting);
    expect(stored(nango)).toEqual(serverSide(project));
    // What was left, half-filled pages at the seams, and the pass behind it; not all again.
    expect(nango.lists().length - before).toBeLessThan((3_000 - kept) / 100 + 15);
  });

  it('says how far it is, and never more than all', async () => {
    const { inWorld, nango, sync } = setUp();
    create(inWorld, 2_000, 'COMPLETED');
    const done: number[] = [];
    const { saveCheckpoint } = nango;
    await sync({
      ...nango.bound(),
      saveCheckpoint: async (checkpoint) => {
        done.push(checkpoint['done'] as number);
        await saveCheckpoint(checkpoint);
      },
    });
    expect(done.at(-1)).toBe(1);
    expect(done.every((part) => part >= 0 && part <= 1)).toBe(true);
    expect(done.filter((part) => part > 0.2 && part < 0.9).length).toBeGreaterThan(2);
  });
});

describe('a checkpoint', () => {
  it.each([
    { change: 'project', config: { projectRef: 'proj_another' }, reason: 'another project' },
    { change: 'version', checkpoint: { version: 1 }, reason: 'another version' },
    { change: 'shape', checkpoint: { state1: 3 }, reason: 'cannot be read' },
    { change: 'text', checkpoint: { state1: '{"prod":{"watermark":' }, reason: 'cannot be read' },
    { change: 'content', checkpoint: { state1: '{"prod":{"watermark":"yesterday"}}' }, reason: 'cannot be read' },
    { change: 'list', checkpoint: { state1: '{"prod":[]}' }, reason: 'cannot be read' },
  ])('of another $change is refused, with the way to reset', async ({ change: _, checkpoint, config, reason }) => {
    const { nango, sync } = setUp();
    await sync();
    nango.checkpoint = { ...(nango.checkpoint as object), ...checkpoint };
    Object.assign(nango.config, config);
    const before = nango.proxied.length;
    await expect(sync()).rejects.toMatchObject({
      payload: { code: 'checkpoint_mismatch', message: expect.stringMatching(`${reason}.*Reset the sync`) },
    });
    expect(nango.proxied).toHaveLength(before);
  });

  it('starts a fresh window when the filters change, and goes on when only the pace does', async () => {
    const { inWorld, nango, sync } = setUp();
    create(inWorld, 150, 'COMPLETED');
    await sync();
    const lists = async (metadata: object) => {
      nango.metadata = metadata;
      const before = nango.lists().length;
      await sync();
      return nango.lists().length - before;
    };
    expect(await lists({ rateShare: 1, includeValues: true })).toBe(2);
    expect(await lists({ tags: ['a'] })).toBeGreaterThan(5);
  });
});

describe('what the metadata chooses', () => {
  it('asks for the tasks, and keeps statuses and tags here, where they can change', async () => {
    const { nango, sync } = setUp();
    nango.metadata = { tasks: ['a', 'b'], tags: ['x'], statuses: ['FAILED'], another: 'key of the customer' };
    await sync();
    const [first] = nango.lists();
    expect(first?.params).toMatchObject({ 'filter[taskIdentifier]': 'a,b' });
    expect(first?.params).not.toHaveProperty('filter[tag]');
    expect(first?.params).not.toHaveProperty('filter[status]');
  });

  it('reads back no further than asked', async () => {
    const { clock, inWorld, nango, sync } = setUp();
    create(inWorld, 1, 'COMPLETED');
    clock.now += 40 * day;
    const [recent] = create(inWorld, 1, 'COMPLETED');
    nango.metadata = { lookBackDays: 30 };
    await sync();
    expect([...nango.records.keys()]).toEqual([recent?.id]);
  });

  it('lists several environments for a personal access token, one after another', async () => {
    const { nango, project, sync } = setUp('pat:alice');
    const runs = (['prod', 'stg', 'preview'] as const).map((env) => project.createRun(env, { status: 'EXECUTING' }).id);
    nango.metadata = { environments: ['prod', 'staging', 'preview'] };
    await sync();
    expect([...nango.records.keys()].sort()).toEqual(runs.sort());
    const asked = nango.lists().map(({ params }) => params?.['filter[env]']);
    expect(asked).toEqual(['prod', 'stg', 'preview'].flatMap((env) => Array(5).fill(env)));
    project.updateRun(runs[1] ?? '', { status: 'COMPLETED' });
    await sync();
    expect(nango.records.get(runs[1] ?? '')?.['status']).toBe('COMPLETED');
  });

  it.each([
    {
      why: 'dev with a personal access token',
      key: 'pat:alice',
      metadata: { environments: ['dev'] },
      code: 'environment_ambiguous',
    },
    {
      why: 'another environment than the key’s',
      key: 'root:prod',
      metadata: { environments: ['staging'] },
      code: 'environment_mismatch',
    },
    { why: 'an unknown status', key: 'root:prod', metadata: { statuses: ['DONE'] }, code: 'input_invalid' },
    { why: 'a comma in a task', key: 'root:prod', metadata: { tasks: ['a,b'] }, code: 'input_invalid' },
    { why: 'more than all of the rate limit', key: 'root:prod', metadata: { rateShare: 5 }, code: 'input_invalid' },
    { why: 'no object', key: 'root:prod', metadata: 'all', code: 'input_invalid' },
  ] as const)('refuses $why before any request', async ({ code, key, metadata }) => {
    const { nango, sync } = setUp(key);
    nango.metadata = metadata;
    await expect(sync()).rejects.toMatchObject({ payload: { code } });
    expect(nango.proxied).toEqual([]);
  });
});

describe('a server that misbehaves', () => {
  const answering = (nango: FakeNango, data: (call: number) => unknown): NangoSync => {
    let calls = 0;
    return {
      ...nango.bound(),
      proxy: async () => {
        calls += 1;
        return { status: 200, headers: {}, data: data(calls) };
      },
    };
  };

  it.each([
    { how: 'the same cursor again', next: () => 'again' },
    { how: 'two cursors in turn', next: (call: number) => `c${call % 2}` },
  ])('is left when it gives $how', async ({ next }) => {
    const { nango, sync } = setUp();
    const by = answering(nango, (call) => ({ data: [], pagination: { next: next(call) } }));
    await expect(sync(by)).rejects.toMatchObject({ payload: { code: 'cursor_cycle' } });
  });

  interface Lists {
    by: NangoSync;
    asked: number;
  }

  /** Only the lists are the server's own. */
  const listing = (nango: FakeNango, data: (call: number) => unknown[]): Lists => {
    const bound = nango.bound();
    const lists: Lists = {
      asked: 0,
      by: {
        ...bound,
        proxy: async (config) => {
          if (!config.endpoint.endsWith('/runs')) {
            return bound.proxy(config);
          }
          lists.asked += 1;
          return {
            status: 200,
            headers: {},
            data: { data: data(lists.asked), pagination: { next: `c${lists.asked}` } },
          };
        },
      },
    };
    return lists;
  };

  it.each([
    { how: 'empty pages', stored: 0, data: () => [] },
    { how: 'the same page', stored: 1, data: () => [listedRun(0)] },
    {
      how: 'two pages in turn',
      stored: 2,
      data: (call: number) => [listedRun(call % 2, `2026-11-0${1 + (call % 2)}T00:00:00.000Z`)],
    },
  ])('is left when it gives $how for ever, under new cursors, and what it gave is kept', async ({ data, stored }) => {
    const { nango, sync } = setUp();
    const lists = listing(nango, data);
    await expect(sync(lists.by)).rejects.toMatchObject({
      payload: { code: 'sync_stalled', message: expect.stringContaining('without anything new') },
    });
    expect(lists.asked).toBeGreaterThanOrEqual(1_000);
    expect(lists.asked).toBeLessThanOrEqual(1_020);
    expect(nango.records.size).toBe(stored);
  });

  it('is left when it gives nothing new for ten minutes, slowly', async () => {
    const { inWorld, nango, sync } = setUp();
    const lists = listing(nango, () => {
      inWorld.clock.now += 50_000;
      return [];
    });
    await expect(sync(lists.by)).rejects.toMatchObject({ payload: { code: 'sync_stalled' } });
    expect(lists.asked).toBeLessThan(20);
  });

  it('goes on after empty pages that have a next one', async () => {
    const { inWorld, nango, project, sync } = setUp();
    const [old] = create(inWorld, 1, 'COMPLETED');
    for (const { id } of create(inWorld, 350, 'COMPLETED')) {
      project.purgeRun(id);
    }
    await sync();
    expect([...nango.records.keys()]).toEqual([old?.id]);
  });

  it.each([
    { when: 'in the middle', calls: 7, code: 'auth_revoked', kept: true },
    { when: 'at once', calls: 0, code: 'unauthorized', kept: false },
  ])('that refuses the key $when stops the sync, which keeps what it has', async ({ calls, code, kept }) => {
    const { inWorld, nango, project, sync } = setUp();
    create(inWorld, 2_000, 'COMPLETED');
    let asked = 0;
    const { proxy } = nango;
    const revoked: NangoSync = {
      ...nango.bound(),
      proxy: async (config) => {
        asked += 1;
        if (asked > calls) {
          const response = { status: 401, headers: {}, data: { error: 'Invalid API key' } };
          throw Object.assign(new Error('401'), { response });
        }
        return proxy(config);
      },
    };
    await expect(sync(revoked)).rejects.toMatchObject({ payload: { code } });
    // What was under way side by side, and no more.
    expect(asked).toBeLessThanOrEqual(calls + 5);
    expect(nango.records.size > 0).toBe(kept);
    await sync();
    expect(stored(nango)).toEqual(serverSide(project));
  });
});
