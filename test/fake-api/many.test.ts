import { beforeAll, describe, expect, it } from 'vitest';
import { createFakeProject, type FakeProject, RUNS_END, startFakeApi } from './index.js';
import { parseListQuery } from './list-query.js';
import { pageOf } from './page.js';
import { sessionPage } from './session-list.js';
import { isTerminal } from './types.js';

const openStatuses = 'QUEUED,EXECUTING,WAITING,DELAYED,DEQUEUED,PENDING_VERSION';

/** Every id of a list, and the median time of a page. */
function walk(page: (after: string | undefined) => { ids: string[]; next: string | undefined }) {
  const ids: string[] = [];
  const times: number[] = [];
  let after: string | undefined;
  do {
    const begin = performance.now();
    const { ids: found, next } = page(after);
    times.push(performance.now() - begin);
    ids.push(...found);
    after = next;
  } while (after !== undefined);
  return { ids, medianMs: times.sort((a, b) => a - b)[times.length >> 1] ?? 0 };
}

function listRuns(project: FakeProject, status: string) {
  return walk((after) => {
    const query = new URLSearchParams({
      'filter[createdAt][from]': '1',
      'page[size]': '100',
      ...(status === '' ? {} : { 'filter[status]': status }),
      ...(after === undefined ? {} : { 'page[after]': after }),
    });
    const parsed = parseListQuery(query, RUNS_END);
    if (!parsed.ok) {
      throw new Error('The query is wrong.');
    }
    const { rows, next } = pageOf(project.store, 'prod', parsed.value);
    return { ids: rows.map(({ run }) => run.id), next };
  });
}

function listSessions(project: FakeProject) {
  return walk((after) => {
    const query = new URLSearchParams({
      'page[size]': '100',
      'filter[createdAt][from]': '1',
      ...(after === undefined ? {} : { 'page[after]': after }),
    });
    const parsed = sessionPage(project, 'prod', query);
    if (!parsed.ok) {
      throw new Error('The query is wrong.');
    }
    return { ids: parsed.value.data.map(({ id }) => id), next: parsed.value.pagination.next };
  });
}

describe('a project with many open runs and sessions', () => {
  let project: FakeProject;
  let createdMs: number;
  beforeAll(() => {
    const begin = performance.now();
    project = createFakeProject({ runs: 100_000, openRuns: 50_000, sessions: 6_000, openSessions: 900 });
    createdMs = performance.now() - begin;
  });

  it('has as many of each as were asked for, from the whole history', () => {
    const open = project.runsOf('prod').filter(({ status }) => !isTerminal(status));
    expect(project.runsOf('prod').length).toBe(99_930);
    expect(open.length).toBe(50_000);
    expect(Date.parse(open[0]?.createdAt ?? '') - Date.parse(open.at(-1)?.createdAt ?? '')).toBeGreaterThan(
      29 * 86_400_000,
    );
    const states = project.sessions.of('prod').map((session) => project.sessions.statusOf(session));
    expect(states.length).toBe(6_000);
    expect(states.filter((state) => state === 'ACTIVE').length).toBe(900);
    expect(new Set(states)).toEqual(new Set(['ACTIVE', 'CLOSED', 'EXPIRED']));
  });

  it('is made in seconds, and lists a page in milliseconds', () => {
    const all = listRuns(project, '');
    const open = listRuns(project, openStatuses);
    const sessions = listSessions(project);
    expect(all.ids).toEqual(project.runsOf('prod').map(({ id }) => id));
    expect(open.ids).toEqual(
      project
        .runsOf('prod')
        .filter(({ status }) => !isTerminal(status))
        .map(({ id }) => id),
    );
    expect(sessions.ids).toEqual(
      project.sessions
        .of('prod')
        .map(({ id }) => id)
        .reverse(),
    );
    // Far above what they take alone, far below what a scan and a sort a page would.
    expect(createdMs).toBeLessThan(8_000);
    expect(Math.max(all.medianMs, open.medianMs, sessions.medianMs)).toBeLessThan(5);
  });

  it('takes runs that are filled in from the past, and keeps the open ones apart as they change', () => {
    const filled = createFakeProject({ runs: 0 });
    for (let index = 0; index < 20_000; index += 1) {
      filled.createRun('prod', { createdAt: new Date(RUNS_END - index * 1_000).toISOString() });
    }
    const ids = listRuns(filled, openStatuses).ids;
    expect(ids.length).toBe(20_000);
    expect(ids).toEqual(filled.runsOf('prod').map(({ id }) => id));
    const [first = '', second = '', third = ''] = ids;
    filled.updateRun(first, { status: 'COMPLETED' });
    filled.removeRun(second);
    filled.updateRun(third, { status: 'FAILED' });
    filled.updateRun(third, { status: 'QUEUED' });
    expect(listRuns(filled, openStatuses).ids.slice(0, 2)).toEqual([third, ids[3]]);
    expect(listRuns(filled, 'COMPLETED').ids).toEqual([first]);
  });
});

describe('the sessions of an environment', () => {
  it('are found by what they are called now, where they are now', () => {
    const { sessions } = createFakeProject({ runs: 0, sessions: 3, now: () => RUNS_END });
    const [first, second, third] = sessions.of('prod');
    if (first === undefined || second === undefined || third === undefined) {
      throw new Error('There are three.');
    }
    sessions.update(second, { externalId: 'renamed' });
    expect(sessions.find('prod', 'renamed')).toBe(second);
    expect(sessions.find('prod', 'chat-1')).toBeUndefined();
    sessions.update(first, { createdAt: new Date(RUNS_END).toISOString() });
    expect(sessions.of('prod')).toEqual([second, third, first]);
    sessions.update(third, { env: 'stg' });
    expect(sessions.of('prod')).toEqual([second, first]);
    expect(sessions.of('stg')).toEqual([third]);
    expect(sessions.find('prod', third.id)).toBeUndefined();
    expect(sessions.find('stg', third.id)).toBe(third);
    const twin = sessions.add('prod', { taskIdentifier: 'chat-agent', externalId: 'renamed' });
    expect(sessions.find('prod', 'renamed')).toBe(second);
    sessions.update(second, { env: 'stg' });
    expect(sessions.find('prod', 'renamed')).toBe(twin);
  });
});

describe('what is asked for', () => {
  it('is the same in every process, and passed on by the server', async () => {
    const options = { runs: 300, openRuns: 100, sessions: 20, openSessions: 5 };
    const api = await startFakeApi(options);
    const again = createFakeProject(options);
    expect(api.project.runsOf('prod')).toEqual(again.runsOf('prod'));
    expect(api.project.sessions.of('prod')).toEqual(again.sessions.of('prod'));
    await api.close();
  });

  it.each([
    [{ runs: 10, openRuns: 11 }, 'openRuns'],
    [{ sessions: 1, openSessions: 2 }, 'openSessions'],
  ])('%j is refused: there are not as many', (options, name) => {
    expect(() => createFakeProject(options)).toThrow(new RegExp(`^${name}: `));
  });
});
