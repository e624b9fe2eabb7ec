import { afterAll, describe, expect, it } from 'vitest';
import { closeConnections, type RunsListParams } from '../../src/client/index.js';
import { RUNS_END } from '../fake-api/index.js';
import { failureOf } from './connections.js';
import { all, clientOf, connectTo, fakeApi, ids, queryOf, seen } from './fake.js';

afterAll(closeConnections);

const day = 86_400_000;

describe('runs.list', () => {
  it('gives every run, newest first, not those of seven days', async () => {
    const api = await fakeApi();
    const old = api.project.createRun('prod', { createdAt: '2021-03-04T05:06:07.000Z', status: 'COMPLETED' });
    const { runs } = clientOf(connectTo(api, 'root:prod'));
    const found = await all(runs.list({ limit: 100 }));
    expect(ids(found)).toEqual(ids(api.project.runsOf('prod')));
    expect(found.at(-1)?.id).toBe(old.id);
    expect(found.filter(({ createdAt }) => Date.parse(createdAt) < RUNS_END - 8 * day).length).toBeGreaterThan(50);
    expect(api.requests).toHaveLength(Math.ceil(found.length / 100));
  });

  it('takes a key’s own environment: dev, staging and a preview branch', async () => {
    const api = await fakeApi();
    for (const [key, env, fields] of [
      ['root:dev', 'dev', {}],
      ['root:stg', 'stg', {}],
      ['root:preview', 'preview:feature/one', { previewBranch: 'feature/one' }],
      ['additional:readRuns', 'prod', {}],
    ] as const) {
      const { runs } = clientOf(connectTo(api, key, fields));
      expect(ids(await all(runs.list({ limit: 100 })))).toEqual(ids(api.project.runsOf(env)));
    }
    expect(new Set(seen(api).map((line) => line.split(' ')[2]))).toEqual(new Set(['/api/v1/runs']));
  });

  const moment = Date.UTC(2026, 9, 20);
  it.each<[string, RunsListParams, Record<string, string>]>([
    ['a Date', { from: new Date(moment), to: new Date(moment + day) }, between(moment, moment + day)],
    ['milliseconds', { from: moment, to: moment + day }, between(moment, moment + day)],
    ['ISO 8601', { from: '2026-10-20T00:00:00Z', to: '2026-10-21T02:00:00+02:00' }, between(moment, moment + day)],
    ['only an end', { to: new Date(moment) }, between(1, moment)],
    ['zero', { from: 0 }, { 'filter[createdAt][from]': '1' }],
    ['nothing', {}, { 'filter[createdAt][from]': '1' }],
    ['undefined', { from: undefined, to: undefined }, { 'filter[createdAt][from]': '1' }],
    ['a period', { period: '7d' }, { 'filter[createdAt][period]': '7d' }],
  ])('takes %s for its times', async (_, params, query) => {
    const api = await fakeApi();
    const { data } = await clientOf(connectTo(api, 'root:prod')).runs.list(params);
    expect(queryOf(api)).toEqual(query);
    const from = Number(query['filter[createdAt][from]'] ?? api.project.now() - 7 * day);
    const to = Number(query['filter[createdAt][to]'] ?? Number.POSITIVE_INFINITY);
    const inside = api.project.runsOf('prod').filter(({ createdAt }) => {
      return Date.parse(createdAt) >= from && Date.parse(createdAt) <= to;
    });
    expect(ids(data)).toEqual(ids(inside.slice(0, 25)));
  });

  it.each<[string, RunsListParams, string]>([
    ['a Date that is none', { from: new Date('soon') }, 'from'],
    ['NaN', { to: Number.NaN }, 'to'],
    ['seconds', { from: 1_760_000_000 }, 'from'],
    ['a date without a zone', { from: '2026-10-20T00:00:00' }, 'from'],
    ['an end before the start', { from: new Date(2e12), to: new Date(1.9e12) }, 'to'],
    ['a period beside a start', { from: new Date(moment), period: '1d' }, 'period'],
    ['a page of 101', { limit: 101 }, 'limit'],
    ['a comma in a tag', { tag: 'a,b' }, 'tag'],
    ['an unknown filter', { colour: 'red' } as RunsListParams, ''],
  ])('refuses %s, without a request', async (_, params, path) => {
    const api = await fakeApi();
    const error = await failureOf(clientOf(connectTo(api, 'root:prod')).runs.list(params), 'input_invalid');
    expect(error).toMatchObject({ path, endpoint: 'runs.list' });
    expect(api.requests).toEqual([]);
  });

  it('filters as the server does', async () => {
    const api = await fakeApi();
    const { runs } = clientOf(connectTo(api, 'root:prod'));
    const found = await all(runs.list({ limit: 7, status: ['FAILED', 'CRASHED'], taskIdentifier: 'send-email' }));
    const wanted = api.project
      .runsOf('prod')
      .filter((run) => ['FAILED', 'CRASHED'].includes(run.status) && run.taskIdentifier === 'send-email');
    expect(ids(found)).toEqual(ids(wanted));
    expect(wanted.length).toBeGreaterThan(0);
  });

  describe('with a personal access token', () => {
    const where = { environment: 'staging' };

    it.each<[string, Record<string, string>, (ref: string) => [string, RunsListParams?] | [RunsListParams?], string]>([
      ['the ref first', where, (ref) => [ref, { limit: 10 }], 'ref'],
      ['the ref first, no params', where, (ref) => [ref], 'ref'],
      ['the ref in the params', where, (ref) => [{ projectRef: ref, limit: 10 }], 'ref'],
      ['the ref first wins', where, (ref) => [ref, { projectRef: 'tr_proj_1234567890', limit: 10 }], 'ref'],
      ['the environment with the call', {}, (ref) => [ref, { environment: 'stg' }], 'ref'],
      ['the call’s environment wins', { environment: 'prod' }, (ref) => [ref, { environment: 'staging' }], 'ref'],
    ])('%s', async (_, fields, args) => {
      const api = await fakeApi();
      const { runs } = clientOf(connectTo(api, 'pat:alice', fields));
      const found = await all(runs.list(...(args(api.project.ref) as [string, RunsListParams?])));
      expect(ids(found)).toEqual(ids(api.project.runsOf('stg')));
      expect(new Set(seen(api))).toEqual(new Set([`pat:alice GET /api/v1/projects/${api.project.ref}/runs`]));
      expect(queryOf(api)['filter[env]']).toBe('stg');
    });

    it('the connection’s ref is used where none is given, and a given one wins over it', async () => {
      const api = await fakeApi();
      const { runs } = clientOf(connectTo(api, 'pat:alice', { projectRef: 'proj_mine', ...where }));
      await failureOf(runs.list(), 'project_not_found');
      await runs.list(api.project.ref);
      expect(seen(api).map((line) => line.split('/')[4])).toEqual(['proj_mine', api.project.ref]);
    });

    it('needs the ref, as one safe segment', async () => {
      const api = await fakeApi();
      const { runs } = clientOf(connectTo(api, 'pat:alice', where));
      await failureOf(runs.list(), 'project_ref_required');
      for (const ref of ['', '..', 'a/b', 'proj_ü']) {
        await failureOf(runs.list(ref), 'input_invalid');
      }
      expect(api.requests).toEqual([]);
    });
  });

  it('takes request options last', async () => {
    const api = await fakeApi();
    const { runs } = clientOf(connectTo(api, 'root:prod'));
    const options = { signal: AbortSignal.abort() };
    await failureOf(runs.list({ limit: 1 }, options), 'aborted');
    await failureOf(runs.list(undefined, options), 'aborted');
    await failureOf(runs.list('proj_a', { limit: 1 }, options), 'aborted');
    await failureOf(runs.list('proj_a', undefined, options), 'aborted');
    expect(api.requests).toEqual([]);
  });
});

function between(from: number, to: number): Record<string, string> {
  return { 'filter[createdAt][from]': String(from), 'filter[createdAt][to]': String(to) };
}
