import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { post, type Served, servedHost } from './served.js';

let served = {} as Served;
const id = 'shapes';

beforeAll(async () => {
  served = await servedHost({ runs: 5 });
  served.api.fail({ match: ({ path }) => path.includes('/envvars'), status: 403, body: '{"error":"no"}', times: 999 });
  const { config, credentials } = served;
  const body = { connection_id: id, provider_config_key: 'trigger-dev', credentials, connection_config: config };
  expect((await post(served, '/connections', body)).status).toBe(201);
  for (const sync of ['env-vars', 'runs']) {
    await vi.waitFor(() => expect(served.store.lastOutcome(id, sync)).toBeDefined(), 10_000);
  }
});

afterAll(() => served.close());

async function read(path: string): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${served.apiKey}` };
  return (await (await fetch(`${served.server.url}${path}`, { headers })).json()) as Record<string, unknown>;
}

const listed = [
  'connection_id',
  'created',
  'end_user',
  'errors',
  'id',
  'metadata',
  'provider',
  'provider_config_key',
  'tags',
];
const full = [
  'connection_config',
  'connection_id',
  'created_at',
  'credentials',
  'end_user',
  'errors',
  'id',
  'last_fetched_at',
  'metadata',
  'provider',
  'provider_config_key',
  'tags',
  'updated_at',
  'webhook_url_override',
];

describe('GET /connections', () => {
  it('lists what Nango lists of a connection, no more and no less', async () => {
    const { connections } = (await read('/connections')) as { connections: Record<string, unknown>[] };
    expect(connections.map((connection) => Object.keys(connection).sort())).toEqual([listed]);
  });

  it('names the syncs that fail now, each with its log', async () => {
    const execution = served.store.lastOutcome(id, 'env-vars')?.execution;
    const { connections } = (await read('/connections')) as { connections: Record<string, unknown>[] };
    expect(connections[0]?.['errors']).toEqual([{ type: 'sync', log_id: execution }]);
  });
});

describe('GET /connections/{id}', () => {
  it('has the fields of Nango, and the time at which its key was read', async () => {
    const before = new Date().toISOString();
    const connection = await read(`/connections/${id}?provider_config_key=trigger-dev`);
    expect(Object.keys(connection).sort()).toEqual(full);
    expect(String(connection['last_fetched_at']) >= before).toBe(true);
  });
});

describe('GET /sync/status', () => {
  const statusOf = async (sync: string) => {
    const query = `syncs=${sync}&provider_config_key=trigger-dev&connection_id=${id}`;
    const { syncs } = (await read(`/sync/status?${query}`)) as { syncs: Record<string, unknown>[] };
    return syncs[0] ?? {};
  };

  it('leaves out what a sync that never ran has not', async () => {
    expect(await statusOf('schedules')).toEqual({
      id: expect.any(String),
      connection_id: id,
      type: 'INITIAL',
      name: 'schedules',
      variant: 'base',
      status: 'PAUSED',
      frequency: 'every hour',
      nextScheduledSyncAt: null,
      recordCount: { Schedule: 0 },
      checkpoint: null,
    });
  });

  it('calls a failed run STOPPED, and its sync an ERROR', async () => {
    expect(await statusOf('env-vars')).toMatchObject({
      status: 'ERROR',
      latestExecutionStatus: 'STOPPED',
      type: 'INITIAL',
    });
  });

  it('is INITIAL after any number of runs', async () => {
    const before = served.store.lastOutcome(id, 'runs')?.finishedAt;
    await served.scheduler.trigger(id, 'runs');
    await vi.waitFor(() => expect(served.store.lastOutcome(id, 'runs')?.finishedAt).not.toBe(before), 10_000);
    expect(await statusOf('runs')).toMatchObject({
      status: 'SUCCESS',
      latestExecutionStatus: 'SUCCESS',
      type: 'INITIAL',
    });
  });
});
