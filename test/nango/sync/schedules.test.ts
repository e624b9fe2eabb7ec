import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { syncSchedules } from '../../../src/nango/index.js';
import { type KeyName, unknownKeys } from '../../fake-api/index.js';
import { listedSchedule } from '../../fake-api/schedule-json.js';
import { FakeNango } from '../fake-nango.js';
import { clockOf, histories, nangoOf, world } from './history.js';

function setUp(count = 0, key: KeyName = 'root:prod') {
  const inWorld = world();
  const { project } = inWorld;
  project.schedules.clear();
  const nango = nangoOf(inWorld, key);
  const create = (many = 1) => {
    for (let index = 0; index < many; index += 1) {
      // Paused: when hundreds run next takes the fake API seconds to work out.
      project.schedules.add({
        projectRef: project.ref,
        env: 'prod',
        task: 'sched-task',
        cron: '0 5 * * *',
        active: false,
      });
    }
  };
  create(count);
  /** Newest first, as they are listed. */
  const listed = () => project.schedules.of('prod');
  return {
    ...inWorld,
    nango,
    create,
    listed,
    /** What exists at the server but is no record. */
    missing: (ids: Iterable<string>) => {
      const existing = new Set(listed().map(({ id }) => id));
      return [...ids].filter((id) => existing.has(id) && !nango.records.has(id));
    },
    remove: (index: number) => project.schedules.remove(listed()[index]?.id ?? ''),
    server: () => new Map(listed().map((schedule) => [schedule.id, listedSchedule(project, schedule)])),
    sync: () => syncSchedules(nango, clockOf(inWorld)),
  };
}

const moves = (nango: FakeNango) => [...nango.changes.values()].reduce((sum, count) => sum + count, 0);

describe('syncSchedules', () => {
  it('stores them all, of many pages, after every one was read', async () => {
    const { nango, server, sync } = setUp(250);
    await sync();
    expect(nango.records).toEqual(server());
    expect(new Set(nango.lists('schedules').map(({ params }) => params?.['page']))).toEqual(new Set(['1', '2', '3']));
    expect(nango.journal).toEqual([...Array(3).fill('checkpoint'), 'track', 'save 250', 'tracked 0', 'checkpoint']);
  });

  it('ends where the server numbers pages for ever that hold the same', async () => {
    const { nango, sync } = setUp(1);
    let pages = 0;
    let first: unknown[] | undefined;
    nango.rewrite = (answer) => {
      const { data } = answer.data as { data?: unknown[] };
      if (!Array.isArray(data)) {
        return answer;
      }
      pages += 1;
      first ??= data;
      return { ...answer, data: { data: first, pagination: { currentPage: pages, totalPages: 1e9, count: 1e9 } } };
    };
    await expect(sync()).rejects.toMatchObject({ payload: { code: 'sync_stalled' } });
    expect([pages, nango.records.size]).toEqual([1_001, 0]);
  });

  it('deletes what is gone, even the last one', async () => {
    const { nango, remove, server, sync } = setUp(3);
    await sync();
    remove(1);
    await sync();
    expect(nango.records).toEqual(server());
    expect(nango.records.size).toBe(2);
    remove(0);
    remove(0);
    await sync();
    expect(nango.records.size).toBe(0);
  });

  it('moves a record once for a change, and none without', async () => {
    const { listed, nango, server, sync } = setUp(120);
    await sync();
    const before = moves(nango);
    await sync();
    expect(moves(nango)).toBe(before);
    Object.assign(listed()[110] ?? {}, { cron: '0 6 * * *', active: true });
    await sync();
    await sync();
    expect(moves(nango)).toBe(before + 1);
    expect(nango.records).toEqual(server());
  });

  it('reads those of its own environment alone', async () => {
    const { nango, project, server, sync } = setUp(2);
    project.schedules.add({ projectRef: project.ref, env: 'stg', task: 'sched-task', cron: '0 5 * * *' });
    await sync();
    expect(nango.records).toEqual(server());
  });

  it('equals the server after a crash anywhere', async () => {
    const { create, listed, missing, nango, remove, server, sync } = setUp(120);
    await sync();
    let crashed = true;
    for (let crashAfter = 0; crashed; crashAfter += 1) {
      create(2);
      remove(60);
      Object.assign(listed()[5] ?? {}, { cron: `${crashAfter} 7 * * *` });
      const known = [...nango.records.keys()];
      crashed = await nango.dies(crashAfter, sync);
      expect(missing(known)).toEqual([]);
      await sync();
      expect(nango.records).toEqual(server());
    }
    // Two pages twice, and before and after each of three calls.
    expect(nango.journal.filter((entry) => entry === 'track').length).toBeGreaterThan(10);
  });
});

describe('who may not list schedules', () => {
  it.each([
    {
      who: 'a personal access token',
      key: (): string => world().project.keys['pat:alice'],
      code: 'endpoint_not_allowed',
    },
    { who: 'a public key', key: () => unknownKeys['unknown:public'], code: 'key_kind_refused' },
  ])('$who is refused before any request', async ({ code, key }) => {
    const inWorld = world();
    const nango = new FakeNango(inWorld.project, key());
    nango.config['projectRef'] = inWorld.project.ref;
    await expect(syncSchedules(nango, clockOf(inWorld))).rejects.toMatchObject({ payload: { code } });
    expect(nango.proxied).toEqual([]);
  });

  it('a restricted key is told so by the server, and nothing is deleted', async () => {
    const { nango, sync } = setUp(3, 'additional:readRuns');
    nango.records.set('sched_kept', { id: 'sched_kept' });
    await expect(sync()).rejects.toMatchObject({ payload: { code: 'key_lacks_full_access' } });
    // Whose key it is, and the list.
    expect(nango.proxied).toHaveLength(2);
    expect([...nango.records.keys()]).toEqual(['sched_kept']);
  });
});

describe('a snapshot that fails', () => {
  it.each([
    { how: 'with a 500 on page 3 of 5', page: '3', status: 500, key: 'root:prod', code: 'server_error' },
    { how: 'with a 401 on page 3 of 5', page: '3', status: 401, key: 'root:prod', code: 'auth_revoked' },
    { how: 'with a 401 for an additional key', page: '3', status: 401, key: 'additional:full', code: 'auth_revoked' },
    { how: 'with a 401 at once', page: '1', status: 401, key: 'root:prod', code: 'unauthorized' },
    {
      how: 'with a 401 of a proxy',
      page: '3',
      status: 401,
      key: 'root:prod',
      data: '<html>',
      code: 'invalid_response',
    },
    { how: 'with a page of another shape', page: '5', status: 200, key: 'root:prod', code: 'invalid_response' },
  ] as const)('$how deletes nothing', async ({ code, key, page, status, ...given }) => {
    const data = 'data' in given ? given.data : status === 200 ? {} : { error: 'Invalid or Missing API Key' };
    const { nango, remove, server, sync } = setUp(450, key);
    await sync();
    const before = new Map(nango.records);
    remove(3);
    remove(300);
    nango.rewrite = (answer, { params }) => (params?.['page'] === page ? { status, headers: {}, data } : answer);
    await expect(sync()).rejects.toMatchObject({ payload: { code } });
    expect(nango.records).toEqual(before);
    nango.rewrite = undefined;
    await sync();
    expect(nango.records).toEqual(server());
  });

  const counting = (more: number) => (given: object, asked: number) => {
    const { data, pagination } = given as { data: object[]; pagination: { count: number; totalPages: number } };
    return { data, pagination: { ...pagination, count: pagination.count + more * asked } };
  };
  it.each([
    { how: 'counts one more than it holds', lie: counting(1), pages: 1 },
    { how: 'counts one less than it holds', lie: counting(-1), pages: 1 },
    {
      how: 'holds one twice',
      lie: (_: object, asked: number, first: object) => ({
        data: [first, first],
        pagination: { currentPage: asked, totalPages: 1, count: 2 },
      }),
      pages: 1,
    },
    {
      how: 'gives the same page for each number',
      lie: (given: object) => ({ ...given, pagination: { currentPage: 1, totalPages: 2, count: 6 } }),
      pages: 2,
    },
    {
      how: 'has another page behind each page',
      lie: (_: object, asked: number, first: object) => ({
        data: [{ ...first, id: `sched_${asked}` }],
        pagination: { currentPage: asked, totalPages: asked + 1, count: 3 },
      }),
      pages: 4,
    },
    {
      how: 'has millions of pages, and nothing on them',
      lie: () => ({ data: [], pagination: { currentPage: 1, totalPages: 10_000_000, count: 3 } }),
      pages: 1,
    },
  ])('because the list $how is given up after five tries', async ({ lie, pages }) => {
    const { nango, remove, sync } = setUp(4);
    await sync();
    remove(0);
    const before = new Map(nango.records);
    const asked = nango.proxied.length;
    const [first = {}] = nango.records.values();
    nango.rewrite = (answer, { params }) => ({
      ...answer,
      data: lie(answer.data as object, Number(params?.['page']), first),
    });
    await expect(sync()).rejects.toMatchObject({
      payload: { code: 'invalid_response', message: expect.stringContaining('Nothing was deleted') },
    });
    expect(nango.proxied.length - asked).toBe(5 * pages);
    expect(nango.records).toEqual(before);
  });
});

describe('a list that changes while its pages are read', () => {
  const changes = {
    'one is created': ({ create }) => create(),
    'one that was read is deleted': ({ remove }) => remove(10),
    'one that was not is deleted': ({ remove }) => remove(220),
    'one of each is deleted': ({ remove }) => {
      remove(220);
      remove(10);
    },
    'one is created, and one deleted that was read': ({ create, remove }) => {
      create();
      remove(10);
    },
    'one is created, and one deleted that was not read': ({ create, remove }) => {
      create();
      remove(220);
    },
    'one that was read is deleted, and an older one comes from another environment': ({ project, remove }) => {
      remove(10);
      for (const schedule of project.schedules.of('stg').slice(0, 1)) {
        schedule.env = 'prod';
      }
    },
  } satisfies Record<string, (given: ReturnType<typeof setUp>) => void>;

  it.each(Object.entries(changes).flatMap(([what, change]) => [1, 2].map((page) => ({ what, change, page }))))(
    'keeps what exists where $what after page $page',
    async ({ change, page }) => {
      const given = setUp();
      const { create, missing, nango, project, server, sync } = given;
      project.schedules.add({ projectRef: project.ref, env: 'stg', task: 'sched-task', cron: '0 5 * * *' });
      create(250);
      await sync();
      const before = [...nango.records.keys()];
      let answered = 0;
      nango.betweenPages = () => {
        answered += 1;
        if (answered === page) {
          change(given);
        }
      };
      await sync();
      expect(missing(before)).toEqual([]);
      await sync();
      expect(nango.records).toEqual(server());
    },
  );

  it('at every page is given up after five tries', async () => {
    const { create, nango, remove, server, sync } = setUp(250);
    await sync();
    const before = new Map(nango.records);
    nango.betweenPages = () => {
      create(3);
      remove(150);
    };
    await expect(sync()).rejects.toMatchObject({ payload: { code: 'invalid_response' } });
    expect(nango.records).toEqual(before);
    nango.betweenPages = undefined;
    await sync();
    expect(nango.records).toEqual(server());
  });
});

type Step =
  | { do: 'create'; count: number }
  | { do: 'remove' | 'update'; pick: number }
  | { do: 'sync'; crashAfter: number | null; busy: 'create' | 'remove' | 'both' | null; at: number };

const pick = fc.nat();
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('create' as const), count: fc.constantFrom(1, 2, 40, 99, 100, 101) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('remove' as const, 'update' as const), pick }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('sync' as const),
      crashAfter: fc.option(fc.integer({ min: 0, max: 12 })),
      busy: fc.option(fc.constantFrom('create' as const, 'remove' as const, 'both' as const)),
      at: fc.integer({ min: 1, max: 6 }),
    }),
  },
);

async function play(steps: readonly Step[]): Promise<void> {
  const { create, listed, missing, nango, remove, server, sync } = setUp();
  const versions = new Map<string, number>();
  const seen = () => {
    for (const { id } of listed()) {
      versions.set(id, versions.get(id) ?? 1);
    }
  };
  for (const [index, current] of steps.entries()) {
    if (current.do === 'create') {
      create(current.count);
    } else if (current.do !== 'sync') {
      const schedule = listed()[current.pick % Math.max(1, listed().length)];
      if (schedule !== undefined && current.do === 'remove') {
        remove(listed().indexOf(schedule));
      } else if (schedule !== undefined) {
        schedule.externalId = `change-${index}`;
        versions.set(schedule.id, (versions.get(schedule.id) ?? 1) + 1);
      }
    } else {
      const known = [...nango.records.keys()];
      let answered = 0;
      nango.betweenPages = () => {
        answered += 1;
        if (answered === current.at && current.busy !== null) {
          if (current.busy !== 'create' && listed().length > 0) {
            remove(current.at % listed().length);
          }
          if (current.busy !== 'remove') {
            create();
          }
          seen();
        }
      };
      seen();
      await nango.dies(current.crashAfter, sync);
      nango.betweenPages = undefined;
      expect(missing(known)).toEqual([]);
    }
    seen();
  }
  await sync();
  expect(nango.records).toEqual(server());
  // A record moves at most once for each change, and once when it is gone.
  for (const [id, count] of nango.changes) {
    expect(count).toBeLessThanOrEqual((versions.get(id) ?? 0) + (nango.records.has(id) ? 0 : 1));
  }
  const before = moves(nango);
  await sync();
  expect(moves(nango)).toBe(before);
}

it(
  'whatever happened, and wherever a sync crashed, the records equal the server',
  async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 12 }), play), { numRuns: Math.ceil(histories / 4) });
  },
  30_000 + histories * 200,
);
