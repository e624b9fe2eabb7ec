import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeCron, nextRunAfter, parseCron } from './cron.js';
import { type FakeApi, type KeyName, startFakeApi } from './index.js';

let api: FakeApi;
const now = Date.parse('2026-11-01T10:05:00Z');

beforeEach(async () => {
  api = await startFakeApi({ runs: 0, now: () => now });
});
afterEach(() => api.close());

interface Schedule {
  id: string;
  nextRun: string | null;
  [field: string]: unknown;
}

async function ask(key: KeyName, method: string, path: string, body?: unknown): Promise<[number, Schedule]> {
  const response = await fetch(`${api.url}/api/v1/schedules${path}`, {
    method,
    headers: { authorization: `Bearer ${api.project.keys[key]}` },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  return [response.status, text.startsWith('{') ? JSON.parse(text) : text];
}

const hourly = { task: 'sched-task', cron: '0 * * * *' };

describe('schedules of the fake API', () => {
  it('are created by an update of an id that nobody knows', async () => {
    const [status, created] = await ask('root:prod', 'PUT', '/sched_nobody', hourly);
    expect([status, created.id === 'sched_nobody', 'deduplicationKey' in created]).toEqual([200, false, false]);
    expect((await ask('root:prod', 'GET', `/${created.id}`))[0]).toBe(200);
  });

  it('are one for one deduplication key, and move to the environment that wrote last', async () => {
    const body = { ...hourly, deduplicationKey: 'k', externalId: 'e' };
    const [, first] = await ask('root:prod', 'POST', '', body);
    const [, second] = await ask('root:stg', 'POST', '', { ...hourly, deduplicationKey: 'k', timezone: 'Asia/Tokyo' });
    expect(second).toMatchObject({ id: first.id, timezone: 'Asia/Tokyo', environments: [{ type: 'STAGING' }] });
    expect('externalId' in second).toBe(false);
    expect((await ask('root:prod', 'GET', '/k'))[0]).toBe(404);
    expect((await ask('root:stg', 'GET', '/k'))[1].id).toBe(first.id);
  });

  it('can be switched off and on', async () => {
    const [, off] = await ask('root:prod', 'POST', '/tenant-acme/deactivate');
    expect([off['active'], off.nextRun, off['nextRunEffectiveAt']]).toEqual([false, null, null]);
    const [, on] = await ask('additional:full', 'POST', '/tenant-acme/activate');
    expect([on['active'], on.nextRun]).toEqual([true, '2026-11-01T10:30:00.000Z']);
  });

  it('answer a wrong method with 200, and who may not call with 401', async () => {
    const wrong = { status: 405, body: 'Method Not Allowed' };
    expect(await ask('root:prod', 'PUT', '/tenant-acme/activate')).toEqual([200, wrong]);
    expect(await ask('pat:alice', 'DELETE', '')).toEqual([200, wrong]);
    expect((await ask('root:prod', 'PATCH', '/tenant-acme', {}))[0]).toBe(500);
    expect(await ask('additional:readRuns', 'GET', '')).toEqual([401, { error: 'Invalid or Missing API Key' }]);
  });

  it('and variables are not for public tokens', async () => {
    const { url, project } = api;
    const triggered = await fetch(`${url}/api/v1/tasks/hello-task/trigger`, {
      method: 'POST',
      headers: { authorization: `Bearer ${project.keys['root:prod']}` },
      body: '{}',
    });
    const authorization = `Bearer ${triggered.headers.get('x-trigger-jwt')}`;
    const get = async (path: string): Promise<unknown> => {
      const response = await fetch(url + path, { headers: { authorization } });
      return [response.status, response.headers.get('x-ratelimit-limit'), await response.json()];
    };
    expect(await get('/api/v1/schedules')).toEqual([401, '60', { error: 'Invalid or Missing API Key' }]);
    expect(await get(`/api/v1/projects/${project.ref}/envvars/prod`)).toEqual([
      401,
      '60',
      { error: 'Invalid API key' },
    ]);
  });

  it('are refused with a reason', async () => {
    const create = (body: object) => ask('root:prod', 'POST', '', { ...hourly, deduplicationKey: 'k', ...body });
    expect((await create({ task: 'no-such-task' }))[1]['error']).toBe(
      'Task with identifier no-such-task not found in project.',
    );
    expect((await create({ cron: '61 * * * *' }))[1]['error']).toBe(
      'Invalid cron expression: Constraint error, got value 61 expected range 0-59',
    );
    expect((await create({ cron: 5 }))[0]).toBe(400);
    expect((await create({ deduplicationKey: undefined }))[0]).toBe(400);
    expect((await ask('root:prod', 'PUT', '/sched_fakenightlyprod000000', hourly))[1]['error']).toBe(
      'Cannot update a declarative schedule',
    );
  });

  it('come in pages, newest first', async () => {
    const [, page] = await ask('root:prod', 'GET', '?page=2&perPage=1');
    expect(page).toMatchObject({
      data: [{ id: 'sched_fakenightlyprod000000' }],
      pagination: { currentPage: 2, totalPages: 2, count: 2 },
    });
  });

  it('list time zones for anyone', async () => {
    const response = await fetch(`${api.url}/api/v1/timezones?excludeUtc=true`);
    const { timezones } = (await response.json()) as { timezones: string[] };
    expect([response.status, response.headers.get('x-ratelimit-limit'), timezones.includes('UTC')]).toEqual([
      200,
      null,
      false,
    ]);
    expect(timezones).toContain('Europe/Berlin');
  });
});

describe('cron expressions', () => {
  it.each([
    ['*/30 * * * *', 'UTC', '2026-11-01T10:30:00.000Z', 'Every 30 minutes'],
    ['0 5 * * *', 'UTC', '2026-11-02T05:00:00.000Z', 'At 05:00 AM'],
    ['0 17 * * *', 'Asia/Tokyo', '2026-11-02T08:00:00.000Z', 'At 05:00 PM'],
    ['15 * * * *', 'UTC', '2026-11-01T10:15:00.000Z', 'At 15 minutes past the hour'],
    ['0 9 * * mon-fri', 'America/New_York', '2026-11-02T14:00:00.000Z', '0 9 * * mon-fri'],
    ['0 0 13 * fri', 'UTC', '2026-11-06T00:00:00.000Z', '0 0 13 * fri'],
    ['0 0 29 feb *', 'UTC', '2028-02-29T00:00:00.000Z', '0 0 29 feb *'],
    ['0 0 31 2 *', 'UTC', null, '0 0 31 2 *'],
  ])('%s in %s', (expression, zone, next, description) => {
    const at = nextRunAfter(parseCron(expression), zone, now);
    expect(at === null ? null : new Date(at).toISOString()).toBe(next);
    expect(describeCron(expression)).toBe(description);
  });
});
