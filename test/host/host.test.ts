import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, parseConnection } from '../../src/connection/index.js';
import { Host, openStore, type SyncProgress } from '../../src/host/index.js';
import { type FakeApi, startFakeApi } from '../fake-api/index.js';

let api: FakeApi;
let host: Host;

function connection(values: Record<string, string>): Connection {
  const parsed = parseConnection({ baseUrl: api.url, ...values }, { allowHttp: true, allowPrivateHosts: true });
  if (!parsed.ok) {
    throw new Error(JSON.stringify(parsed.issues));
  }
  return parsed.connection;
}

beforeAll(async () => {
  api = await startFakeApi({ runs: 600 });
  host = new Host({ store: await openStore(':memory:') });
});

afterAll(async () => {
  await host.close();
  await api.close();
});

describe('the local host runs the functions that Nango compiled', () => {
  it('syncs runs into the store, and reports the second pass as unchanged', async () => {
    const { id } = host.connect(connection({ apiKey: api.project.keys['root:prod'] }));
    const all = api.project.runsOf('prod').length;
    const pages: number[] = [];
    let last: SyncProgress | undefined;
    const onProgress = (progress: SyncProgress) => {
      pages.push(progress.counts.added);
      last = progress;
    };
    const first = await host.runSync(id, 'runs', { onProgress });
    // Lists, and not the question which project it is.
    const pagesAsked = api.requests.filter(({ path }) => path.startsWith('/api/v1/runs?')).length;
    const rateLimit = { limit: 750, remaining: expect.any(Number) };
    expect(last).toMatchObject({ pages: pagesAsked, done: 1, rateLimit });
    expect(first).toMatchObject({ sync: 'runs', added: all, updated: 0, deleted: 0, unchanged: 0 });
    const steps = pages.map((added, index) => added - (pages[index - 1] ?? 0));
    expect([Math.min(...steps), Math.max(...steps), pages.at(-1)]).toEqual([0, 100, all]);
    const second = await host.runSync(id, 'runs');
    expect([second.added, second.updated]).toEqual([0, 0]);
    expect(host.store.countRecords(id, 'Run')).toBe(all);
  });

  it('shows a triggered run as one added record, and its end as one updated', async () => {
    const { id } = host.connect(connection({ apiKey: api.project.keys['root:prod'] }));
    const run = (await host.runAction(id, 'trigger-task', { taskId: 'hello-task' })) as { id: string };
    expect(await host.runSync(id, 'runs')).toMatchObject({ added: 1, updated: 0 });
    api.project.updateRun(run.id, { status: 'COMPLETED' });
    expect(await host.runSync(id, 'runs')).toMatchObject({ added: 0, updated: 1 });
    expect(host.store.latestRecords(id, 'Run', { limit: 1 })[0]?.body).toMatchObject({
      id: run.id,
      status: 'COMPLETED',
    });
  });

  it('syncs with a personal access token, one environment', async () => {
    const token = connection({
      apiKey: api.project.keys['pat:alice'],
      projectRef: api.project.ref,
      environment: 'staging',
    });
    const { id } = host.connect(token);
    expect(await host.runSync(id, 'runs')).toMatchObject({ added: api.project.runsOf('stg').length });
    expect(api.requests.at(-1)?.path).toContain('filter%5Benv%5D=stg');
  });

  it('lists runs by action, input checked by its own schema', async () => {
    const { id } = host.connect(connection({ apiKey: api.project.keys['root:prod'] }));
    const output = await host.runAction(id, 'list-runs', { limit: 3, status: 'COMPLETED' });
    expect(output).toMatchObject({ data: [{ status: 'COMPLETED' }, { status: 'COMPLETED' }, { status: 'COMPLETED' }] });
  });

  it.each([
    { why: 'input', action: 'list-runs', input: { limit: 101 }, expected: { code: 'input_invalid', path: 'limit' } },
    { why: 'unknown input', action: 'list-runs', input: { nope: 1 }, expected: { code: 'input_invalid' } },
    {
      why: 'task id',
      action: 'trigger-task',
      input: { taskId: '..' },
      expected: { code: 'input_invalid', path: 'taskId' },
    },
    {
      why: 'action',
      action: 'fly',
      input: {},
      expected: { code: 'not_found', message: expect.stringContaining('trigger-task') },
    },
  ])('refuses a wrong $why with a ConnectorError, and sends nothing', async ({ action, expected, input }) => {
    const { id } = host.connect(connection({ apiKey: api.project.keys['root:prod'] }));
    const before = api.requests.length;
    await expect(host.runAction(id, action, input)).rejects.toMatchObject({ name: 'ConnectorError', ...expected });
    expect(api.requests).toHaveLength(before);
  });

  it('keeps what was stored and the checkpoint when the key is revoked mid-way, and goes on from there', async () => {
    const { id } = host.connect(connection({ apiKey: api.project.keys['additional:full'] }));
    let lists = 0;
    const match = ({ path }: { path: string }) => path.startsWith('/api/v1/runs') && ++lists > 6;
    api.fail({
      match,
      status: 401,
      body: '{"error":"Invalid API key"}',
      headers: { 'content-type': 'application/json' },
    });
    await expect(host.runSync(id, 'runs')).rejects.toMatchObject({ code: 'auth_revoked' });
    const kept = host.store.countRecords(id, 'Run');
    expect(kept).toBeGreaterThanOrEqual(200);
    expect(host.store.lastOutcome(id, 'runs')).toMatchObject({ added: kept, error: { code: 'auth_revoked' } });
    const all = api.project.runsOf('prod').length;
    expect(await host.runSync(id, 'runs')).toMatchObject({ added: all - kept });
    expect(host.store.countRecords(id, 'Run')).toBe(all);
  });

  it('stops at an abort, keeps its pages, and says so', async () => {
    const { id } = host.connect(connection({ apiKey: api.project.keys['additional:readRuns'] }));
    const stop = new AbortController();
    const run = host.runSync(id, 'runs', {
      signal: stop.signal,
      onProgress: ({ counts }) => counts.added > 0 && stop.abort(),
    });
    await expect(run).rejects.toMatchObject({ code: 'aborted' });
    expect(host.store.countRecords(id, 'Run')).toBe(100);
  });

  it('runs one pass at a time for a connection', async () => {
    const { id } = host.connect(connection({ apiKey: api.project.keys['root:stg'] }));
    const before = api.requests.length;
    const [one, two] = await Promise.all([host.runSync(id, 'runs'), host.runSync(id, 'runs')]);
    expect(one).toBe(two);
    // Which project it is, all its runs, and four windows further back.
    expect(api.requests.length - before).toBe(6);
  });

  it('does not know a connection whose key it never had', async () => {
    await expect(host.runSync('prod-0000000000', 'runs')).rejects.toMatchObject({ code: 'connection_not_found' });
  });

  it('never writes a key into the store', async () => {
    const dump = JSON.stringify([
      host.store.connections(),
      host.store.connections().map(({ id }) => host.store.checkpoint(id, 'runs')),
    ]);
    expect(host.store.connections().length).toBeGreaterThan(3);
    for (const key of Object.values(api.project.keys)) {
      expect(dump).not.toContain(key.slice(-16));
    }
  });
});
