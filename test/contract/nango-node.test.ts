import { Nango } from '@nangohq/node';
import type {
  ApiPublicConnection,
  ApiPublicConnectionFull,
  GetPublicRecords,
  PostConnectSessions,
} from '@nangohq/types';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Served, servedHost } from '../host/served.js';

const integration = 'trigger-dev';
let served = {} as Served;
let nango = {} as Nango;

beforeAll(async () => {
  served = await servedHost({ runs: 250 });
  nango = new Nango({ host: served.server.url, secretKey: served.apiKey });
});

afterAll(() => served.close());

/** `POST /connections`, which the client has no method for. */
async function importConnection(more: Record<string, unknown> = {}) {
  const { config, credentials } = served;
  const response = await fetch(`${served.server.url}/connections`, {
    method: 'POST',
    headers: { authorization: `Bearer ${served.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ provider_config_key: integration, credentials, connection_config: config, ...more }),
  });
  return { status: response.status, body: (await response.json()) as ApiPublicConnectionFull & { error?: unknown } };
}

async function imported(more?: Record<string, unknown>): Promise<string> {
  const { body, status } = await importConnection(more);
  expect([status, body]).toMatchObject([201, {}]);
  return body.connection_id;
}

const inProduction = () => served.api.project.runsOf('prod').length;

const synced = (id: string) =>
  vi.waitFor(() => expect(served.store.countRecords(id, 'Run')).toBe(inProduction()), {
    timeout: 20_000,
    interval: 50,
  });

/** The status and the code of Nango's error, as its client leaves them. */
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: { response: { status: number; data: { error: { code: string } } } }) => [
      error.response.status,
      error.response.data.error.code,
    ],
  );

describe('connections', () => {
  it('are imported, listed, read, described and deleted', async () => {
    const id = await imported({ connection_id: 'customer-1', tags: { team: 'a' }, metadata: { rateShare: 1 } });
    expect(id).toBe('customer-1');
    const full = (await nango.getConnection(integration, id)) as unknown as ApiPublicConnectionFull;
    expect(full).toMatchObject({
      id: expect.any(Number),
      connection_id: id,
      provider_config_key: integration,
      provider: integration,
      credentials: { type: 'API_KEY', apiKey: served.credentials.apiKey },
      connection_config: { baseUrl: served.api.url },
      tags: { team: 'a' },
      metadata: { rateShare: 1 },
      errors: [],
      created_at: expect.stringMatching(/Z$/),
    });
    expect(await nango.getToken(integration, id)).toEqual(served.credentials);
    const list = async (params: Record<string, unknown>) =>
      ((await nango.listConnections(params as never)).connections as unknown as ApiPublicConnection[]).map(
        ({ connection_id }) => connection_id,
      );
    expect(await list({ connectionId: id })).toEqual([id]);
    expect(await list({ tags: { team: 'a' } })).toEqual([id]);
    expect(await list({ tags: { team: 'b' } })).toEqual([]);
    expect(await list({ integrationId: ['github'] })).toEqual([]);
    await nango.patchConnection(
      { connectionId: id, provider_config_key: integration },
      {
        tags: { team: 'b' },
        end_user: { id: 'user-7', email: 'a@example.com' },
      },
    );
    expect(await list({ tags: { team: 'b' }, userId: 'user-7' })).toEqual([id]);
    await nango.deleteConnection(integration, id);
    expect(await refusal(nango.getConnection(integration, id))).toEqual([404, 'not_found']);
    expect(await refusal(nango.deleteConnection(integration, id))).toEqual([400, 'unknown_connection']);
  });

  it('keep their metadata: replaced by one call, changed by the other', async () => {
    const id = await imported();
    await nango.setMetadata(integration, id, { tasks: ['hello-task'], rateShare: 1 });
    await nango.updateMetadata(integration, [id], { rateShare: 0.5 });
    expect(await nango.getMetadata(integration, id)).toEqual({ tasks: ['hello-task'], rateShare: 0.5 });
    await nango.setMetadata(integration, id, { tags: ['vip'] });
    expect(await nango.getMetadata(integration, id)).toEqual({ tags: ['vip'] });
    expect(await refusal(nango.setMetadata(integration, 'nobody', {}))).toEqual([404, 'unknown_connection']);
  });

  it.each([
    { what: 'a wrong key', change: { apiKey: 'not a key' }, said: /key/i },
    { what: 'a token without its project', change: 'pat', said: /project ref/ },
  ])('are refused with $what, in the words of the rules', async ({ change, said }) => {
    const apiKey = change === 'pat' ? served.api.project.keys['pat:alice'] : (change as { apiKey: string }).apiKey;
    const before = served.host.connections.ids().length;
    expect(await importConnection({ credentials: { type: 'API_KEY', apiKey } })).toMatchObject({
      status: 400,
      body: { error: { code: 'connection_validation_failed', message: expect.stringMatching(said) } },
    });
    expect(served.host.connections.ids()).toHaveLength(before);
  });

  it('take another key: records stay for the same target, and go for another', async () => {
    const id = await imported({ connection_id: 'rotating' });
    await synced(id);
    await imported({
      connection_id: 'rotating',
      credentials: { type: 'API_KEY', apiKey: served.api.project.keys['additional:full'] },
      connection_config: { ...served.config, projectRef: served.api.project.ref },
    });
    expect(served.store.countRecords(id, 'Run')).toBe(inProduction());
    expect(served.store.checkpoint(id, 'runs')).not.toBeNull();
    await imported({
      connection_id: 'rotating',
      credentials: { type: 'API_KEY', apiKey: served.api.project.keys['root:stg'] },
    });
    const of = (await nango.getConnection(integration, id)) as unknown as ApiPublicConnectionFull;
    expect(of.credentials).toMatchObject({ apiKey: served.api.project.keys['root:stg'] });
    await vi.waitFor(() => expect(served.store.lastOutcome(id, 'runs')?.error).toBeUndefined());
    const left = served.store.changedRecords(id, 'Run', { limit: 10_000 }).map(({ body }) => body['id']);
    const production = new Set<unknown>(served.api.project.runsOf('prod').map((run) => run.id));
    expect(left.filter((run) => production.has(run))).toEqual([]);
  });
});

describe('records', () => {
  it('are read page by page, and across changes by the last cursor', async () => {
    const id = await imported();
    await synced(id);
    const read = async (cursor?: string | null) => {
      const page = await nango.listRecords<{ id: string; status: string }>({
        providerConfigKey: integration,
        connectionId: id,
        model: 'Run',
        limit: 100,
        ...(cursor && { cursor }),
      });
      return page as unknown as GetPublicRecords['Success'];
    };
    const ids: string[] = [];
    let last = '';
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await read(cursor);
      ids.push(...page.records.map((record) => String(record.id)));
      last = page.records.at(-1)?._nango_metadata.cursor ?? last;
      cursor = page.next_cursor;
    }
    expect(new Set(ids)).toEqual(new Set(served.api.project.runsOf('prod').map((run) => run.id)));
    expect(ids).toHaveLength(inProduction());

    // Nothing new: nothing is given twice.
    expect(await read(last)).toEqual({ records: [], next_cursor: null });
    const changed = served.api.project.createRun('prod', { status: 'EXECUTING' });
    await nango.triggerSync(integration, ['runs'], id);
    const [added] = await vi.waitFor(async () => {
      const { records } = await read(last);
      expect(records).toHaveLength(1);
      return records;
    }, 10_000);
    expect(added).toMatchObject({ id: changed.id, _nango_metadata: { last_action: 'ADDED', deleted_at: null } });
    served.api.project.updateRun(changed.id, { status: 'COMPLETED' });
    await nango.triggerSync(integration, ['runs'], id);
    await vi.waitFor(async () => {
      const { records } = await read(added?._nango_metadata.cursor);
      expect(records).toMatchObject([
        { id: changed.id, status: 'COMPLETED', _nango_metadata: { last_action: 'UPDATED' } },
      ]);
    }, 10_000);
    const only = await nango.listRecords({
      providerConfigKey: integration,
      connectionId: id,
      model: 'Run',
      ids: [changed.id],
      filter: 'updated',
    });
    expect(only.records).toHaveLength(1);
    const since = await nango.listRecords({
      providerConfigKey: integration,
      connectionId: id,
      model: 'Run',
      modifiedAfter: new Date(Date.now() + 60_000).toISOString(),
    });
    expect(since.records).toEqual([]);
  }, 40_000);

  it.each([
    { what: 'an unknown connection', change: { connectionId: 'nobody' }, expected: [400, 'unknown_connection'] },
    { what: 'a cursor that is none', change: { cursor: 'abc' }, expected: [400, 'invalid_query_params'] },
    { what: 'too many', change: { limit: 10_001 }, expected: [400, 'invalid_query_params'] },
    { what: 'a wrong time', change: { modifiedAfter: 'yesterday' }, expected: [400, 'invalid_query_params'] },
  ])('are refused for $what', async ({ change, expected }) => {
    const id = await imported();
    const params = { providerConfigKey: integration, connectionId: id, model: 'Run', ...change };
    expect(await refusal(nango.listRecords(params))).toEqual(expected);
  });
});

describe('actions', () => {
  it('run, and fail as at Nango: by the function, by the API, for an unknown name', async () => {
    const id = await imported();
    const output = await nango.triggerAction<{ taskId: string; payload: unknown }, { id: string }>(
      integration,
      id,
      'trigger-task',
      { taskId: 'hello-task', payload: { order: 1 } } as never,
    );
    expect(output).toMatchObject({ id: expect.stringMatching(/^run_/) });
    const wrong = nango.triggerAction(integration, id, 'get-run', { runId: '..' } as never);
    await expect(wrong).rejects.toMatchObject({
      response: {
        status: 500,
        data: { error: { code: 'action_script_runtime_error', payload: { code: 'input_invalid' } } },
      },
    });
    const missing = nango.triggerAction(integration, id, 'get-run', { runId: 'run_missing' } as never);
    await expect(missing).rejects.toMatchObject({
      response: { status: 500, data: { error: { payload: { code: 'not_found', type: 'not_found' } } } },
    });
    expect(await refusal(nango.triggerAction(integration, id, 'no-such-action'))).toEqual([404, 'not_found']);
  });
});

describe('actions that nobody waits for', () => {
  it('answer at once, and are asked for their result', async () => {
    const id = await imported();
    const started = await nango.triggerActionAsync(integration, id, 'list-runs', { limit: 1 } as never);
    expect(started).toEqual({ id: expect.any(String), statusUrl: `/action/${started.id}` });
    const output = await vi.waitFor(() => nango.getAsyncActionResult<{ data: unknown[] }>({ id: started.id }), 10_000);
    expect(output.data).toHaveLength(1);
    const failing = await nango.triggerActionAsync(integration, id, 'get-run', { runId: '..' } as never);
    await vi.waitFor(
      async () =>
        expect(await refusal(nango.getAsyncActionResult({ id: failing.id }))).toEqual([
          500,
          'action_script_runtime_error',
        ]),
      10_000,
    );
    expect(await refusal(nango.getAsyncActionResult({ id: crypto.randomUUID() }))).toEqual([404, 'not_found']);
  });
});

describe('syncs', () => {
  const statusOf = async (id: string) => {
    const { syncs } = await nango.syncStatus(integration, ['runs'], id);
    return syncs[0];
  };

  it('say where they stand, pause, start and take another frequency', async () => {
    const id = await imported();
    await synced(id);
    await vi.waitFor(async () =>
      expect(await statusOf(id)).toMatchObject({
        name: 'runs',
        variant: 'base',
        status: 'SUCCESS',
        frequency: 'every 5 minutes',
        latestResult: { Run: { added: inProduction() } },
        recordCount: { Run: inProduction() },
        nextScheduledSyncAt: expect.stringMatching(/Z$/),
      }),
    );
    await nango.pauseSync(integration, ['runs'], id);
    expect(await statusOf(id)).toMatchObject({ status: 'PAUSED', nextScheduledSyncAt: null });
    await nango.startSync(integration, ['runs'], id);
    await vi.waitFor(async () => expect((await statusOf(id))?.status).toBe('SUCCESS'));
    expect(await nango.updateSyncConnectionFrequency(integration, 'runs', id, 'every hour')).toEqual({
      frequency: 'every hour',
    });
    expect(await statusOf(id)).toMatchObject({ frequency: 'every hour' });
    await nango.updateSyncConnectionFrequency(integration, 'runs', id, null);
    expect(await statusOf(id)).toMatchObject({ frequency: 'every 5 minutes' });
    expect(await refusal(nango.startSync(integration, ['unknown'], id))).toEqual([400, 'no_syncs_found']);
    expect((await nango.syncStatus(integration, '*', id)).syncs.map(({ name }) => name).sort()).toEqual([
      'env-vars',
      'runs',
      'schedules',
      'sessions',
    ]);
  });

  it('start again from nothing with a reset', async () => {
    const id = await imported();
    await synced(id);
    await nango.triggerSync(integration, ['runs'], id, { reset: true, emptyCache: true });
    await synced(id);
    await vi.waitFor(() => expect(served.store.lastOutcome(id, 'runs')?.added).toBe(inProduction()));
  });
});

describe('the rest', () => {
  it('integrations and providers', async () => {
    const { configs } = await nango.listIntegrations();
    expect(configs).toMatchObject([{ unique_key: integration, provider: integration }]);
    expect(await nango.getIntegration({ uniqueKey: integration })).toMatchObject({
      data: { display_name: 'Trigger.dev' },
    });
    expect(await nango.getProvider({ provider: integration })).toMatchObject({
      data: { name: integration, auth_mode: 'API_KEY' },
    });
    expect((await nango.listProviders({})).data).toHaveLength(1);
  });

  it('the proxy passes on what the API said', async () => {
    const id = await imported();
    const shared = { providerConfigKey: integration, connectionId: id };
    const { data, status } = await nango.get<{ data: unknown[] }>({
      ...shared,
      endpoint: '/api/v1/runs',
      params: { 'page[size]': '10', 'filter[createdAt][from]': '1' },
    });
    expect([status, data.data]).toEqual([200, expect.any(Array)]);
    await expect(nango.get({ ...shared, endpoint: '/api/v3/runs/run_missing' })).rejects.toMatchObject({
      response: { status: 404 },
    });
  });

  it('a session has a link for a person', async () => {
    const { data } = (await nango.createConnectSession({
      end_user: { id: 'user-1' },
      allowed_integrations: [integration],
    })) as PostConnectSessions['Success'];
    expect(data).toMatchObject({ token: expect.stringMatching(/^nango_connect_session_[0-9a-f]{64}$/) });
    const page = await fetch(data.connect_link);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('trigger-dev-connect')]);
    const id = await imported();
    const again = await nango.createReconnectSession({ connection_id: id, integration_id: integration });
    expect(again.data.token).not.toBe(data.token);
  });

  it.each([
    ['environment variables', () => nango.getEnvironmentVariables()],
    ['scripts', () => nango.getScriptsConfig()],
    ['new integrations', () => nango.createIntegration({ provider: 'github', unique_key: 'github' })],
    [
      'pruning',
      () => nango.pruneRecords({ providerConfigKey: integration, connectionId: 'x', model: 'Run', untilCursor: 'x' }),
    ],
  ])('%s: 501, and where to go', async (_, call) => {
    await expect(call()).rejects.toMatchObject({
      response: {
        status: 501,
        data: { error: { code: 'not_implemented', message: expect.stringContaining('docs/nango.md') } },
      },
    });
  });

  it('nobody comes in with another key', async () => {
    const stranger = new Nango({ host: served.server.url, secretKey: crypto.randomUUID() });
    expect(await refusal(stranger.listConnections({}))).toEqual([401, 'unknown_account']);
  });
});
