import { afterAll, describe, expect, it } from 'vitest';
import type { Api } from '../../src/client/api/index.js';
import { closeConnections } from '../../src/client/index.js';
import type { KeyName } from '../fake-api/index.js';
import { failureOf } from './connections.js';
import { all, clientOf, connectTo, fakeApi, ids, queryOf, seen } from './fake.js';

afterAll(closeConnections);

type Schedules = Api['schedules'];

async function world(key: KeyName = 'root:prod', fields: Record<string, string> = {}) {
  const api = await fakeApi({ runs: 30 });
  return { api, ...clientOf(connectTo(api, key, fields)) };
}

const daily = { task: 'nightly-report', cron: '0 9 * * 1-5' };

describe('a schedule', () => {
  it('is created, read, changed, paused, resumed and deleted', async () => {
    const { api, schedules } = await world();
    const made = await schedules.create({
      ...daily,
      deduplicationKey: 'daily',
      timezone: 'Europe/Rome',
      externalId: 'user-42',
    });
    expect(made).toMatchObject({ task: daily.task, active: true, timezone: 'Europe/Rome', externalId: 'user-42' });
    expect(made.generator.expression).toBe(daily.cron);
    expect((await schedules.retrieve('daily')).id).toBe(made.id);
    const changed = await schedules.update(made.id, { ...daily, cron: '0 10 * * *' });
    // What is left out falls back to its default.
    expect(changed).toMatchObject({ id: made.id, timezone: 'UTC' });
    expect(changed.externalId ?? undefined).toBeUndefined();
    expect((await schedules.deactivate(made.id)).active).toBe(false);
    expect((await schedules.activate(made.id)).active).toBe(true);
    expect(await schedules.del(made.id)).toEqual({ id: made.id });
    const path = `/api/v1/schedules/${made.id}`;
    expect(seen(api)).toEqual(
      [
        'POST /api/v1/schedules',
        'GET /api/v1/schedules/daily',
        `GET ${path}`,
        `PUT ${path}`,
        `POST ${path}/deactivate`,
        `POST ${path}/activate`,
        `DELETE ${path}`,
      ].map((line) => `root:prod ${line}`),
    );
  });

  it('is one for one deduplication key', async () => {
    const { api, schedules } = await world();
    const first = await schedules.create({ ...daily, deduplicationKey: 'daily' });
    api.fail({ drop: 'after' });
    const second = await schedules.create({ ...daily, cron: '0 10 * * *', deduplicationKey: 'daily' });
    expect(second.id).toBe(first.id);
    expect(second.generator.expression).toBe('0 10 * * *');
    expect(await all(schedules.list())).toHaveLength(3);
  });

  it('that is unknown is not created by a change', async () => {
    const { api, schedules } = await world();
    const before = api.project.schedules.of('prod').length;
    await failureOf(schedules.update('sched_unknown', daily), 'not_found');
    // Of another environment: unknown as well.
    await failureOf(schedules.update('sched_fakenightlybranch0000', daily), 'not_found');
    expect(api.project.schedules.of('prod')).toHaveLength(before);
    expect(new Set(api.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  it('is found by a deduplication key that needs encoding', async () => {
    const { api, schedules } = await world();
    await schedules.create({ ...daily, deduplicationKey: 'a/b c' });
    expect((await schedules.update('a/b c', { ...daily, cron: '* * * * *' })).generator.expression).toBe('* * * * *');
    expect(seen(api)[1]).toBe('root:prod GET /api/v1/schedules/a%2Fb%20c');
    // By its id from there on: a key could belong to another one meanwhile.
    expect(seen(api)[2]).toMatch(/PUT \/api\/v1\/schedules\/sched_\w+$/);
  });
});

describe('the list of schedules', () => {
  it('goes through all pages, newest first', async () => {
    const { api, schedules } = await world();
    for (let n = 0; n < 23; n += 1) {
      await schedules.create({ ...daily, deduplicationKey: `daily-${n}` });
    }
    api.requests.length = 0;
    const wanted = ids(api.project.schedules.of('prod'));
    expect(ids(await all(schedules.list({ perPage: 10 })))).toEqual(wanted);
    expect(api.requests.map((_, index) => queryOf(api, index))).toEqual(
      ['1', '2', '3'].map((page) => ({ page, perPage: '10' })),
    );
    const second = await schedules.list({ perPage: 10, page: 2 });
    expect(ids(second.data)).toEqual(wanted.slice(10, 20));
    expect(second.pagination).toEqual({ currentPage: 2, totalPages: 3, count: 25 });
    expect(ids((await second.getPreviousPage()).data)).toEqual(wanted.slice(0, 10));
    const last = await second.getNextPage();
    expect([last.hasNextPage(), last.hasPreviousPage()]).toEqual([false, true]);
    await failureOf(last.getNextPage(), 'input_invalid');
    const pages: number[] = [];
    for await (const page of schedules.list({ perPage: 10 }).iterPages()) {
      pages.push(page.data.length);
    }
    expect(pages).toEqual([10, 10, 5]);
  });

  it('may be empty', async () => {
    const { api, schedules } = await world('root:stg');
    expect(await all(schedules.list())).toEqual([]);
    expect(api.requests).toHaveLength(1);
  });
});

describe('time zones', () => {
  it.each(['root:prod', 'additional:readRuns', 'pat:alice'] as const)('are listed with %s', async (key) => {
    const { api, schedules } = await world(key, key === 'pat:alice' ? { environment: 'prod' } : {});
    expect((await schedules.timezones()).timezones).toContain('UTC');
    const { timezones } = await schedules.timezones({ excludeUtc: true });
    expect(timezones).toContain('Europe/Rome');
    expect(timezones).not.toContain('UTC');
    expect([queryOf(api, 0), queryOf(api, 1)]).toEqual([{}, { excludeUtc: 'true' }]);
  });
});

describe('a call for schedules', () => {
  const create = (params: object) => (schedules: Schedules) =>
    schedules.create({ ...daily, deduplicationKey: 'daily', ...params } as never);

  it.each<[string, (schedules: Schedules) => Promise<unknown>, string]>([
    ['six fields', create({ cron: '* * * * * *' }), 'cron'],
    ['a minute of 61', create({ cron: '61 * * * *' }), 'cron'],
    ['no cron', create({ cron: undefined }), 'cron'],
    ['a time zone that is none', create({ timezone: 'Mars/Olympus' }), 'timezone'],
    ['no deduplication key', create({ deduplicationKey: undefined }), 'deduplicationKey'],
    ['no task', create({ task: '' }), 'task'],
    ['an unknown field', create({ colour: 'red' }), ''],
    ['nothing', (schedules) => schedules.create(undefined as never), 'task'],
    ['dots', (schedules) => schedules.retrieve('..'), 'scheduleId'],
    ['no id', (schedules) => schedules.del(''), 'scheduleId'],
    ['a change to nothing', (schedules) => schedules.update('daily', {} as never), 'task'],
    ['a change of its key', (schedules) => schedules.update('daily', { ...daily, deduplicationKey: 'x' } as never), ''],
    ['a page of 101', (schedules) => schedules.list({ perPage: 101 }), 'perPage'],
    ['page zero', (schedules) => schedules.list({ page: 0 }), 'page'],
  ])('is refused before anything is sent: %s', async (_, act, path) => {
    const { api, schedules } = await world();
    expect((await failureOf(act(schedules), 'input_invalid')).path ?? '').toBe(path);
    expect(api.requests).toEqual([]);
  });

  it.each<[string, KeyName, (schedules: Schedules) => Promise<unknown>, string]>([
    ['an unknown schedule', 'root:prod', (schedules) => schedules.retrieve('sched_unknown'), 'not_found'],
    ['pausing one', 'root:prod', (schedules) => schedules.deactivate('unknown'), 'not_found'],
    ['deleting one', 'root:prod', (schedules) => schedules.del('unknown'), 'not_found'],
    ['a task that cannot be scheduled', 'root:prod', create({ task: 'hello-task' }), 'unprocessable'],
    ['a restricted key', 'additional:readRuns', (schedules) => schedules.list(), 'key_lacks_full_access'],
  ])('is refused by the server: %s', async (_, key, act, code) => {
    const { api, schedules } = await world(key);
    await failureOf(act(schedules), code as 'not_found');
    expect(api.requests).toHaveLength(1);
  });

  it('is refused with a personal access token, all but the time zones', async () => {
    const { api, schedules } = await world('pat:alice', { environment: 'prod' });
    for (const act of [
      () => schedules.list(),
      () => schedules.create({ ...daily, deduplicationKey: 'a' }),
      () => schedules.retrieve('a'),
      () => schedules.update('a', daily),
      () => schedules.activate('a'),
      () => schedules.deactivate('a'),
      () => schedules.del('a'),
    ]) {
      await failureOf(act(), 'endpoint_not_allowed');
    }
    expect(api.requests).toEqual([]);
  });
});
