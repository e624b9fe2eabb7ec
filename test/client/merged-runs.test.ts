import { afterAll, describe, expect, it } from 'vitest';
import { closeConnections, type RunsListParams } from '../../src/client/index.js';
import type { FakeApi, FakeRun } from '../fake-api/index.js';
import { failureOf } from './connections.js';
import { all, clientOf, connectTo, fakeApi, ids, queryOf, seen } from './fake.js';

afterAll(closeConnections);

/** The client of a token that names no environment. */
const listOf = (api: FakeApi, fields: Record<string, string> = {}) =>
  clientOf(connectTo(api, 'pat:alice', { projectRef: api.project.ref, ...fields })).runs.list;

/** Newest first, of environments in the order of `filter[env]`: where times are equal, the first stays first. */
function wanted(api: FakeApi, envs: readonly ('stg' | 'prod' | 'preview')[] = ['stg', 'prod', 'preview']): FakeRun[] {
  const runs = envs.flatMap((env) => api.project.runsOf(env));
  return runs.toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
}

/** Fewer runs, some of them in the preview parent, several at one moment over all environments. */
async function world(): Promise<FakeApi> {
  const api = await fakeApi({ runs: 60 });
  const { project } = api;
  const moments = project.runsOf('prod').slice(5, 9);
  for (const { createdAt } of moments) {
    project.createRun('preview', { createdAt });
    project.createRun('stg', { createdAt });
  }
  return api;
}

async function pagesOf(list: ReturnType<typeof listOf>, params: RunsListParams): Promise<string[][]> {
  const pages: string[][] = [];
  for await (const page of list(params).iterPages()) {
    pages.push(ids(page.data));
  }
  return pages;
}

const nextOf = (page: { pagination: { next?: string | null | undefined } }) => page.pagination.next ?? '';

describe('runs of several environments', () => {
  it.each([1, 2, 7, 25, 100])('come newest first, in pages of %d', async (limit) => {
    const api = await world();
    const pages = await pagesOf(listOf(api), { limit });
    const expected = ids(wanted(api));
    expect(pages.flat()).toEqual(expected);
    expect(pages.map((page) => page.length)).toEqual([
      ...Array(Math.ceil(expected.length / limit) - 1).fill(limit),
      expected.length % limit || limit,
    ]);
    const environments = api.requests.slice(1).map((_, index) => queryOf(api, index + 1)['filter[env]']);
    expect(new Set(environments)).toEqual(new Set(['stg', 'prod', 'preview']));
    expect(seen(api)[0]).toBe(`pat:alice GET /api/v1/projects/${api.project.ref}/environments`);
    // Which page follows is known without asking for one again.
    const asked = api.requests.map(({ path }) => path);
    expect(new Set(asked).size).toBe(asked.length);
  });

  it('are filtered, each request alike', async () => {
    const api = await world();
    const found = await all(listOf(api)({ status: 'COMPLETED', limit: 10 }));
    expect(ids(found)).toEqual(ids(wanted(api).filter(({ status }) => status === 'COMPLETED')));
    for (const index of api.requests.slice(1).keys()) {
      expect(queryOf(api, index + 1)).toMatchObject({ 'filter[status]': 'COMPLETED', 'page[size]': '10' });
    }
  });

  it('are those of one environment where the connection or the call names it', async () => {
    const api = await world();
    expect(ids(await all(listOf(api, { environment: 'staging' })({ limit: 100 })))).toEqual(ids(wanted(api, ['stg'])));
    expect(ids(await all(listOf(api)({ environment: 'preview' })))).toEqual(ids(wanted(api, ['preview'])));
    expect(seen(api).filter((line) => line.endsWith('/environments'))).toEqual([]);
  });

  it('may be of a project without staging, or with nothing that is listed', async () => {
    const api = await world();
    const environments = (...slugs: string[]) => ({
      match: ({ path }: { path: string }) => path.endsWith('/environments'),
      body: slugs.map((slug) => ({ id: `env_${slug}`, slug, type: 'any' })),
    });
    api.fail(environments('dev', 'prod'));
    expect(ids(await all(listOf(api)({ limit: 50 })))).toEqual(ids(wanted(api, ['prod'])));
    api.fail(environments('dev'));
    const page = await listOf(api)();
    expect([page.data, page.hasNextPage(), page.hasPreviousPage()]).toEqual([[], false, false]);
  });
});

describe('the cursor of a merged list', () => {
  it.each([1, 4, 25])('is resumed by a fresh client, after every page of %d', async (limit) => {
    const api = await world();
    const found: string[] = [];
    let after: string | undefined;
    do {
      const page = await listOf(api)({ limit, ...(after !== undefined && { after }) });
      found.push(...ids(page.data));
      after = page.pagination.next ?? undefined;
    } while (after !== undefined);
    expect(found).toEqual(ids(wanted(api)));
    // The environments are in the cursor.
    expect(seen(api).filter((line) => line.endsWith('/environments'))).toHaveLength(1);
  });

  it('neither repeats nor skips when runs arrive or go meanwhile', async () => {
    const api = await world();
    const expected = ids(wanted(api));
    const first = await listOf(api)({ limit: 10 });
    for (let count = 0; count < 40; count += 1) {
      api.project.createRun('stg');
      api.project.createRun('prod');
    }
    const second = await listOf(api)({ limit: 10, after: nextOf(first) });
    expect(ids(second.data)).toEqual(expected.slice(10, 20));
    // The runs that were handed out last are gone: those after them are still found.
    for (const { id } of second.data) {
      api.project.removeRun(id);
    }
    const rest = await all(listOf(api)({ limit: 10, after: nextOf(second) }));
    expect(ids(rest)).toEqual(expected.slice(20));
  });

  it('is good twice, also at once', async () => {
    const api = await world();
    const expected = ids(wanted(api));
    const first = await listOf(api)({ limit: 5 });
    const both = await Promise.all([first.getNextPage(), first.getNextPage()]);
    for (const page of [...both, await first.getNextPage()]) {
      expect(ids(page.data)).toEqual(expected.slice(5, 10));
      expect(ids((await page.getNextPage()).data)).toEqual(expected.slice(10, 15));
    }
  });

  it('is good again after a failure between pages', async () => {
    const api = await world();
    const first = await listOf(api)({ limit: 30 });
    api.fail({ status: 500, times: 3 });
    await failureOf(first.getNextPage(), 'server_error');
    expect(ids((await first.getNextPage()).data)).toEqual(ids(wanted(api)).slice(30, 60));
  });

  const empty = (next?: string) => ({
    match: ({ path }: { path: string }) => path.includes('env%5D=prod'),
    body: { data: [], pagination: next === undefined ? {} : { next } },
  });

  it('passes empty pages that have a next one', async () => {
    const api = await world();
    const before = (await listOf(api)({ environment: 'prod', limit: 1 })).data[0];
    const cursor = nextOf(await listOf(api)({ environment: 'prod', limit: 1 }));
    api.fail(empty('far-away'));
    api.fail(empty(cursor));
    const found = ids(await all(listOf(api)({ limit: 10 })));
    expect(found).toEqual(ids(wanted(api)).filter((id) => id !== before?.id));
  });

  it('stops where the server leads in a circle', async () => {
    const api = await world();
    api.fail({ ...empty('again'), times: 50 });
    await failureOf(all(listOf(api)()), 'cursor_cycle');
    expect(api.requests.length).toBeLessThan(10);
  });

  const cursorOf = (value: unknown) => btoa(encodeURIComponent(JSON.stringify(value)));
  it.each([
    ['one of the server', 'eyJjIjoxLCJyIjoiYSJ9'],
    ['no text of ours', '%%%'],
    ['an object', cursorOf({})],
    ['a list of others', cursorOf([null])],
    ['an environment that is mixed', cursorOf([{ environment: 'dev' }])],
    ['an environment that is none', cursorOf([{ environment: '../x' }])],
    ['a place that is none', cursorOf([{ environment: 'prod', after: 7 }])],
    ['a run that is none', cursorOf([{ environment: 'prod', last: { id: 1 } }])],
  ])('is refused when it is %s', async (_, after) => {
    const api = await world();
    expect(await failureOf(listOf(api)({ after }), 'input_invalid')).toMatchObject({ path: 'after' });
    expect(api.requests).toEqual([]);
  });
});

describe('a merged list is refused before anything is sent', () => {
  it.each<[string, RunsListParams, Record<string, string>, string]>([
    ['backward', { before: 'any' }, {}, 'input_invalid'],
    ['with a page of 101', { limit: 101 }, {}, 'input_invalid'],
    ['with an unknown filter', { colour: 'red' } as RunsListParams, {}, 'input_invalid'],
    ['with a branch', {}, { previewBranch: 'feature/one' }, 'branch_not_allowed'],
    ['without a project', {}, { projectRef: '' }, 'project_ref_required'],
    ['with dev', { environment: 'dev' }, {}, 'environment_ambiguous'],
  ])('%s', async (_, params, fields, code) => {
    const api = await world();
    await failureOf(listOf(api, fields)(params), code as 'input_invalid');
    expect(api.requests).toEqual([]);
  });

  it('and by the server for a token without that project', async () => {
    const api = await world();
    await failureOf(clientOf(connectTo(api, 'pat:bob')).runs.list(api.project.ref), 'project_not_found');
    expect(api.requests).toHaveLength(1);
  });
});
