import { Nango } from '@nangohq/node';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { endInterrupted } from '../../src/host/http/nango/async-actions.js';
import { Webhooks } from '../../src/host/index.js';
import { createLog } from '../../src/host/log.js';
import { sortedJson } from '../../src/host/webhook-bodies.js';
import { type Receiver, startReceiver } from '../setup/webhook-receiver.js';
import { post, type Served, servedHost } from './served.js';

const signingKey = crypto.randomUUID();
const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0)) {
    await thing.close();
  }
});

/** As `startReceiver`, until the test has ended. */
async function receiver(...statuses: number[]): Promise<Receiver> {
  const started = await startReceiver(...statuses);
  open.push(started);
  return started;
}

async function served(url: string, tellsUnchanged = false): Promise<Served> {
  const webhooks = new Webhooks({ url, signingKey, sleep: async () => undefined });
  const host = await servedHost({ runs: 60, tell: webhooks.tell, tellsUnchanged });
  open.push(host);
  return host;
}

async function connect({ apiKey, config, credentials, server }: Served): Promise<string> {
  const response = await fetch(`${server.url}/connections`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      provider_config_key: 'trigger-dev',
      credentials,
      connection_config: config,
      tags: { team: 'a' },
    }),
  });
  return ((await response.json()) as { connection_id: string }).connection_id;
}

describe('webhooks', () => {
  it('tell of a connection, its syncs and actions, signed as Nango signs', async () => {
    const { received, url } = await receiver();
    const host = await served(url);
    const connectionId = await connect(host);
    const of = (type: string) => received.filter(({ body }) => body['type'] === type).map(({ body }) => body);
    await vi.waitFor(() => expect(of('sync')).toHaveLength(2), 10_000);
    expect(of('auth')).toEqual([
      expect.objectContaining({
        from: 'nango',
        connectionId,
        operation: 'creation',
        success: true,
        authMode: 'API_KEY',
        tags: { team: 'a' },
      }),
    ]);
    expect(of('sync').find(({ syncName }) => syncName === 'runs')).toMatchObject({
      providerConfigKey: 'trigger-dev',
      connectionId,
      model: 'Run',
      syncType: 'INITIAL',
      success: true,
      responseResults: { added: host.api.project.runsOf('prod').length, updated: 0, deleted: 0 },
    });
    const nango = new Nango({ host: host.server.url, secretKey: host.apiKey, webhookSigningKey: signingKey });
    const started = await nango.triggerActionAsync('trigger-dev', connectionId, 'list-runs');
    await vi.waitFor(() => expect(of('async_action')).toEqual([expect.objectContaining({ payload: started })]), 10_000);
    for (const { headers, text } of received) {
      expect(nango.verifyIncomingWebhookRequest(text, headers)).toBe(true);
      expect(nango.verifyIncomingWebhookRequest(`${text} `, headers)).toBe(false);
      expect(text).not.toContain(host.credentials.apiKey);
    }
  }, 30_000);

  it('tell of a sync that failed, with its code', async () => {
    const { received, url } = await receiver();
    const host = await served(url);
    host.api.fail({
      match: ({ path }) => path.startsWith('/api/v1/runs?'),
      status: 401,
      body: '{"error":"Invalid API key"}',
      times: 50,
    });
    const id = host.host.connect(
      (await import('../../src/connection/index.js')).connectionFromValues(
        { apiKey: host.credentials.apiKey, baseUrl: host.api.url },
        { allowHttp: true, allowPrivateHosts: true },
        false,
      ),
    ).id;
    host.scheduler.begin(id);
    await vi.waitFor(() => {
      expect(received.map(({ body }) => body)).toContainEqual(
        expect.objectContaining({
          syncName: 'runs',
          model: 'Run',
          success: false,
          syncType: 'INITIAL',
          // A page that was read before it failed is not read again.
          checkpoints: { from: null, to: expect.objectContaining({ version: 3, done: expect.any(Number) }) },
          startedAt: expect.stringMatching(/Z$/),
          failedAt: expect.stringMatching(/Z$/),
          error: {
            type: 'script_error',
            description: 'The action script failed with a runtime error',
            payload: expect.objectContaining({ type: 'auth_revoked', code: 'auth_revoked', status: 401 }),
          },
        }),
      );
    }, 10_000);
  }, 30_000);

  it('tell of who connected with a session, under the name of Nango’s environment', async () => {
    const { received, url } = await receiver();
    const host = await served(url);
    const user = { id: 'user-7', email: 'a@example.com', tags: { Plan: 'pro' } };
    const { body } = await post(host, '/connect/sessions', {
      end_user: user,
      organization: { id: 'org-1' },
      tags: { Team: 'a' },
    });
    const { token } = body['data'] as { token: string };
    const query = new URLSearchParams({ connect_session_token: token, 'params[baseUrl]': host.api.url });
    const connected = await fetch(`${host.server.url}/api-auth/api-key/trigger-dev?${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ apiKey: host.credentials.apiKey }),
    });
    const { connectionId } = (await connected.json()) as { connectionId: string };
    const tags = {
      end_user_id: 'user-7',
      end_user_email: 'a@example.com',
      organization_id: 'org-1',
      plan: 'pro',
      team: 'a',
    };
    await vi.waitFor(() => expect(received.length).toBeGreaterThan(0));
    expect(received.find(({ body: { type } }) => type === 'auth')?.body).toEqual({
      from: 'nango',
      type: 'auth',
      connectionId,
      providerConfigKey: 'trigger-dev',
      provider: 'trigger-dev',
      authMode: 'API_KEY',
      environment: 'dev',
      operation: 'creation',
      success: true,
      tags,
      endUser: {
        endUserId: 'user-7',
        endUserEmail: 'a@example.com',
        organizationId: 'org-1',
        tags: { Plan: 'pro' },
      },
    });
    const listed = await fetch(`${host.server.url}/connections?tags[team]=a`, {
      headers: { authorization: `Bearer ${host.apiKey}` },
    });
    expect(await listed.json()).toMatchObject({
      connections: [
        {
          tags,
          end_user: { id: 'user-7', display_name: null, email: 'a@example.com', organization: { id: 'org-1' } },
        },
      ],
    });
  });

  it.each([
    { tellsUnchanged: false, times: 1 },
    { tellsUnchanged: true, times: 2 },
  ])(
    'tell of a sync that changed nothing only where that is wanted: $tellsUnchanged',
    async (row) => {
      const { received, url } = await receiver();
      const host = await served(url, row.tellsUnchanged);
      const id = await connect(host);
      const ended = () => host.store.lastOutcome(id, 'env-vars')?.finishedAt;
      await vi.waitFor(() => expect(ended()).toBeDefined(), 10_000);
      const first = ended();
      await host.scheduler.trigger(id, 'env-vars');
      await vi.waitFor(() => expect(ended()).not.toBe(first), 10_000);
      const told = () => received.map(({ body }) => body).filter(({ syncName }) => syncName === 'env-vars');
      await vi.waitFor(() => expect(told()).toHaveLength(row.times));
      // What would come now came already.
      await new Promise((done) => setTimeout(done, 50));
      const [initial, again] = told();
      expect(told()).toHaveLength(row.times);
      const stored = host.store.checkpoint(id, 'env-vars');
      expect(initial).toMatchObject({
        syncType: 'INITIAL',
        checkpoints: { from: null, to: stored },
        queryTimeStamp: initial?.['modifiedAfter'],
      });
      expect(again).toEqual(
        again && expect.objectContaining({ syncType: 'INCREMENTAL', checkpoints: { from: stored, to: stored } }),
      );
    },
    30_000,
  );

  it('have sorted keys at every depth', () => {
    expect(sortedJson({ b: [{ d: 1, c: 2 }], a: { f: null, e: '1' } })).toBe(
      '{"a":{"e":"1","f":null},"b":[{"c":2,"d":1}]}',
    );
  });

  it.each([
    { statuses: [500, 503], times: 3, said: 'webhook.sent' },
    { statuses: [500, 500, 500, 500], times: 3, said: 'webhook.failed' },
    { statuses: [302, 302, 302], times: 3, said: 'webhook.failed' },
  ])('answered with $statuses are sent $times times: $said', async ({ said, statuses, times }) => {
    const { received, url } = await receiver(...statuses);
    const lines: string[] = [];
    const log = createLog('json', (line) => lines.push(line));
    const webhooks = new Webhooks({ url, signingKey, log, sleep: async () => undefined });
    webhooks.tell({ type: 'auth', connectionId: 'c' });
    await webhooks.settle();
    expect(received).toHaveLength(times);
    expect(lines.join('')).toContain(said);
    expect(lines.join('')).not.toContain(signingKey);
  });
});

describe('an action that a stop cut off', () => {
  it('is told as such, and is not done again', async () => {
    const host = await servedHost();
    open.push(host);
    const id = await connect(host);
    const cut = crypto.randomUUID();
    host.store.asyncActions.save(cut, id, { state: 'running' });
    endInterrupted(host);
    const response = await fetch(`${host.server.url}/action/${cut}`, {
      headers: { authorization: `Bearer ${host.apiKey}` },
    });
    expect([response.status, await response.json()]).toMatchObject([500, { error: { code: 'action_interrupted' } }]);
  });
});
