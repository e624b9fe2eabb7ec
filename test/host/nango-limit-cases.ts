import { expect, vi } from 'vitest';
import { sortedJson, type Webhook } from '../../src/host/webhook-bodies.js';
import { post, type Served, servedHost } from './served.js';

const integration = 'trigger-dev';

async function serving<Result>(
  work: (host: Served, told: Webhook[]) => Promise<Result>,
  options: Parameters<typeof servedHost>[0] = {},
): Promise<Result> {
  const told: Webhook[] = [];
  const host = await servedHost({ runs: 3, tell: (webhook) => told.push(webhook), ...options });
  try {
    return await work(host, told);
  } finally {
    await host.close();
  }
}

async function imported(host: Served, more: Record<string, unknown> = {}) {
  const { config, credentials } = host;
  const body = { provider_config_key: integration, credentials, connection_config: config, ...more };
  return post(host, '/connections', body);
}

async function connected(host: Served): Promise<string> {
  const { body } = await imported(host);
  const id = String(body['connection_id']);
  await vi.waitFor(() => expect(host.store.lastOutcome(id, 'env-vars')).toBeDefined(), 10_000);
  return id;
}

const codeOf = ({ body }: { body: Record<string, unknown> }) => (body['error'] as { code?: string } | undefined)?.code;

async function records(host: Served, id: string, query: Record<string, string>) {
  const response = await fetch(`${host.server.url}/records?${new URLSearchParams({ model: 'EnvVar', ...query })}`, {
    headers: { authorization: `Bearer ${host.apiKey}`, 'connection-id': id, 'provider-config-key': integration },
  });
  const body = (await response.json()) as { records?: { _nango_metadata: { last_action: string } }[] };
  return { status: response.status, actions: body.records?.map((record) => record._nango_metadata.last_action) };
}

/** What a client of the API sees of Nango's limits; by the numbers of the list of facts. */
export const apiLimitCases: Readonly<Record<string, () => Promise<void>>> = {
  '3.6': () =>
    serving(async (host) => {
      const body = { metadata: {}, connection_id: 'nobody', provider_config_key: integration };
      for (const method of ['POST', 'PATCH']) {
        const refused = await post(host, '/connections/metadata', body, method);
        expect([refused.status, codeOf(refused)]).toEqual([404, 'unknown_connection']);
      }
    }),
  '7.4': () =>
    serving(async (host) => {
      const id = await connected(host);
      const response = await fetch(`${host.server.url}/action/trigger`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${host.apiKey}`,
          'connection-id': id,
          'provider-config-key': integration,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ action_name: 'get-run', input: { runId: 'run_missing' } }),
      });
      expect([response.status, await response.json()]).toMatchObject([
        500,
        {
          error: {
            code: 'action_script_runtime_error',
            message: 'The action script failed with a runtime error',
            payload: { type: 'not_found', code: 'not_found', status: 404 },
          },
        },
      ]);
    }),
  '8.3': () =>
    serving(async (host) => {
      const tagsOf = async (tags: Record<string, string>) => {
        const { body, status } = await imported(host, { tags });
        return status === 201 ? body['tags'] : status;
      };
      const ten = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`k${at}`, 'v']));
      expect(await tagsOf(ten)).toEqual(ten);
      expect(await tagsOf({ ...ten, more: 'v' })).toBe(400);
      expect(await tagsOf({ CustomerId: 'Ab' })).toEqual({ customerid: 'Ab' });
      for (const tags of [{ a: '' }, { '1a': 'v' }, { 'a b': 'v' }, { a: '1', A: '2' }, { ['k'.repeat(65)]: 'v' }]) {
        expect(await tagsOf(tags as unknown as Record<string, string>)).toBe(400);
      }
      expect(await tagsOf({ a: 'x'.repeat(256) })).toBe(400);
      expect(await tagsOf({ end_user_email: 'nobody' })).toBe(400);
    }),
  '8.4': () =>
    serving(async (host) => {
      for (const [email, status] of [
        ['nobody', 400],
        ['a@example.com', 201],
      ] as const) {
        expect((await imported(host, { end_user: { id: 'u', email } })).status).toBe(status);
        expect((await post(host, '/connect/sessions', { end_user: { id: 'u', email } })).status).toBe(status);
      }
      const refused = await imported(host, { credentials: { ...host.credentials, more: 1 } });
      expect([refused.status, codeOf(refused)]).toEqual([400, 'invalid_body']);
    }),
  '8.11': () =>
    serving(async (host) => {
      const refused = await imported(host, { provider_config_key: 'github' });
      expect([refused.status, codeOf(refused)]).toEqual([404, 'not_found']);
      const { body } = await post(host, '/connect/sessions', { end_user: { id: 'u' } });
      const { token } = body['data'] as { token: string };
      const form = await post(host, `/api-auth/api-key/github?connect_session_token=${token}`, { apiKey: 'x' });
      expect([form.status, codeOf(form)]).toEqual([404, 'unknown_provider_config']);
    }),
  '9.1': async () => {
    expect(sortedJson({ b: 1, a: [{ d: 1, c: null }] })).toBe('{"a":[{"c":null,"d":1}],"b":1}');
  },
  '9.3': () =>
    serving(async (host, told) => {
      const id = await connected(host);
      const first = host.store.lastOutcome(id, 'env-vars')?.finishedAt;
      await host.scheduler.trigger(id, 'env-vars');
      await vi.waitFor(() => expect(host.store.lastOutcome(id, 'env-vars')?.finishedAt).not.toBe(first), 10_000);
      expect(told.filter((webhook) => webhook['syncName'] === 'env-vars')).toHaveLength(1);
    }),
  '9.4': () =>
    serving(async (host, told) => {
      host.api.fail({ match: ({ path }) => path.includes('/envvars'), status: 403, body: '{"error":"no"}', times: 99 });
      const { body } = await imported(host);
      const failed = await vi.waitFor(() => {
        const found = told.find((webhook) => webhook['syncName'] === 'env-vars');
        expect(found).toBeDefined();
        return found;
      }, 10_000);
      expect(failed).toMatchObject({
        connectionId: body['connection_id'],
        model: 'EnvVar',
        success: false,
        error: { type: 'script_error', payload: { code: 'forbidden', type: 'forbidden' } },
        checkpoints: { from: null },
      });
    }),
  '9.5': () =>
    serving(async (host) => {
      const id = await connected(host);
      const ago = (days: number) => new Date(Date.now() - days * 24 * 60 * 60_000).toISOString();
      for (const name of ['modified_after', 'delta']) {
        expect((await records(host, id, { [name]: ago(364) })).status).toBe(200);
        expect((await records(host, id, { [name]: ago(366) })).status).toBe(400);
        expect((await records(host, id, { [name]: ago(1).replace('Z', '+00:00') })).status).toBe(400);
      }
    }),
  '9.6': () =>
    serving(async (host) => {
      const id = await connected(host);
      const all = host.store.changedRecords(id, 'EnvVar', { limit: 9 }).map((record) => record.body as { id: string });
      host.store.saveRecords(id, 'EnvVar', [{ ...all[0], changed: true }] as never);
      host.store.deleteRecords(id, 'EnvVar', [{ id: all[1]?.id }] as never);
      const actionsOf = async (filter: string) => new Set((await records(host, id, { filter })).actions);
      expect(await actionsOf('updated,deleted')).toEqual(new Set(['UPDATED']));
      expect(await actionsOf('ADDED,DELETED')).toEqual(new Set(['ADDED']));
      expect(await actionsOf('added,updated,deleted')).toEqual(new Set(['ADDED', 'UPDATED']));
      expect(await actionsOf('deleted')).toEqual(new Set(['DELETED']));
      expect(await actionsOf('deleted,deleted')).toEqual(new Set(['ADDED', 'UPDATED', 'DELETED']));
    }),
};
