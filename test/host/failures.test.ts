// What failed on a real Nango while the local host allowed it, with the compiled functions on a host that enforces the same.
import { afterEach, describe, expect, it } from 'vitest';
import { parseConnection } from '../../src/connection/index.js';
import { Host, openStore, type SyncOutcome } from '../../src/host/index.js';
import { type FakeApi, type FakeApiOptions, startFakeApi } from '../fake-api/index.js';

let close: () => Promise<void> = async () => undefined;

afterEach(() => close());

interface Held {
  readonly api: FakeApi;
  readonly host: Host;
  readonly id: string;
  /** Outcomes of a first sync and of one without a change. */
  twice(name: string): Promise<SyncOutcome[]>;
  records(model: string): { id: string; action: string; status: unknown }[];
}

async function held(options: FakeApiOptions, platform?: 'nango'): Promise<Held> {
  const api = await startFakeApi({ rateLimit: { limit: 100_000, refill: 100_000 }, ...options });
  const host = new Host({ store: await openStore(':memory:'), ...(platform && { platform }) });
  close = async () => {
    await host.close();
    await api.close();
  };
  const values = { apiKey: api.project.keys['root:prod'], baseUrl: api.url, projectRef: api.project.ref };
  const parsed = parseConnection(values, { allowHttp: true, allowPrivateHosts: true });
  if (!parsed.ok) {
    throw new Error(JSON.stringify(parsed.issues));
  }
  const { id } = host.connect(parsed.connection);
  host.setMetadata(id, { rateShare: 1 });
  return {
    api,
    host,
    id,
    twice: async (name) => [await host.runSync(id, name), await host.runSync(id, name)],
    records: (model) =>
      host.store
        .changedRecords(id, model, { limit: 100_000 })
        .map(({ body, lastAction }) => ({ id: String(body['id']), action: lastAction, status: body['status'] })),
  };
}

const nothing = { added: 0, updated: 0, deleted: 0 };

describe.each([undefined, 'nango'] as const)('on a host with platform %s', (platform) => {
  it.each([
    { runs: 200, openRuns: 2 },
    { runs: 3_000, openRuns: 80 },
    { runs: 3_000, openRuns: 600 },
  ])('a history of $runs runs, $openRuns of them open, is read in one go', async (options) => {
    const { api, records, twice } = await held(options, platform);
    const [first, second] = await twice('runs');
    const server = api.project.runsOf('prod').map(({ id, status }) => `${id} ${status}`);
    expect(
      records('Run')
        .map(({ id, status }) => `${id} ${String(status)}`)
        .sort(),
    ).toEqual(server.sort());
    expect(first).toMatchObject({ added: server.length });
    expect(second).toMatchObject(nothing);
  });

  it('100 open sessions are read in one go', async () => {
    const { records, twice } = await held({ runs: 0, sessions: 100, openSessions: 100 }, platform);
    const [first, second] = await twice('sessions');
    expect([first?.added, records('Session').length]).toEqual([100, 100]);
    expect(second).toMatchObject(nothing);
  });

  it('filters of 4,100 characters, and runs that had ended before, leave nothing deleted behind', async () => {
    const { host, id, records } = await held({ runs: 300, openRuns: 3 }, platform);
    const tags = Array.from({ length: 31 }, (_, place) => String(place).padStart(128, 't'));
    host.setMetadata(id, { tags: [...tags, 'priority', 'nightly'], statuses: ['EXECUTING'] });
    for (let pass = 0; pass < 3; pass += 1) {
      await host.runSync(id, 'runs');
    }
    expect(records('Run').filter(({ action }) => action === 'deleted')).toEqual([]);
  });

  it('a task whose id Nango would rewrite is the one that is triggered', async () => {
    const { api, host, id } = await held({ runs: 0 }, platform);
    const run = (await host.runAction(id, 'trigger-task', { taskId: 'send-connectionConfig' })) as { id: string };
    expect(api.project.run(run.id)?.taskIdentifier).toBe('send-connectionConfig');
  });
});

it('an item that no record can be made of is counted in the outcome', async () => {
  const { api, host, id } = await held({ runs: 0 });
  api.project.createRun('prod', { status: 'COMPLETED' });
  api.project.createRun('prod', { status: 'COMPLETED', id: `run_${'x'.repeat(300)}` });
  expect(await host.runSync(id, 'runs')).toMatchObject({ added: 1, leftOut: 1 });
  expect(host.store.lastOutcome(id, 'runs')).toMatchObject({ leftOut: 1 });
});
