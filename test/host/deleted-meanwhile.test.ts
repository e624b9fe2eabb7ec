import { afterEach, describe, expect, it, vi } from 'vitest';
import { post, type Served, servedHost } from './served.js';

const open: Served[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((served) => served.close()));
});

async function served(): Promise<Served> {
  const host = await servedHost();
  open.push(host);
  return host;
}

describe('while the API is asked', () => {
  type Attempt = (host: Served, token: string) => Promise<{ status: number; code: string }>;
  const coded = async (host: Served, path: string, body: unknown) => {
    const answer = await post(host, path, body);
    return { status: answer.status, code: String((answer.body['error'] as { code?: string } | undefined)?.code) };
  };
  const bySession: Attempt = (host, token) =>
    coded(host, `/api-auth/api-key/trigger-dev?connect_session_token=${token}&params%5BbaseUrl%5D=${host.api.url}`, {
      apiKey: host.credentials.apiKey,
    });
  const byImport: Attempt = (host) =>
    coded(host, '/connections', {
      connection_id: 'c',
      provider_config_key: 'trigger-dev',
      credentials: host.credentials,
      connection_config: host.config,
    });
  const byForm: Attempt = async (host) => {
    const response = await fetch(`${host.server.url}/connect?connection=c`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ apiKey: host.credentials.apiKey, baseUrl: host.api.url }),
    });
    return { status: response.status, code: 'a page' };
  };
  const connection = '/connections/c?provider_config_key=trigger-dev';
  const used = { status: 401, code: 'unknown_connect_session_token' };

  it.each<{ what: string; reconnects: boolean; deletes: string; attempt: Attempt; answer: unknown; left: string[] }>([
    {
      what: 'a connection and its session',
      reconnects: true,
      deletes: connection,
      attempt: bySession,
      answer: used,
      left: [],
    },
    {
      what: 'a session of a connection',
      reconnects: true,
      deletes: 'session',
      attempt: bySession,
      answer: used,
      left: ['c'],
    },
    {
      what: 'a session of a new one',
      reconnects: false,
      deletes: 'session',
      attempt: bySession,
      answer: used,
      left: ['c'],
    },
    {
      what: 'a connection that is imported',
      reconnects: false,
      deletes: connection,
      attempt: byImport,
      answer: { status: 404, code: 'connection_not_found' },
      left: [],
    },
    {
      what: 'a connection in the form',
      reconnects: false,
      deletes: connection,
      attempt: byForm,
      answer: { status: 404, code: 'a page' },
      left: [],
    },
  ])(
    '$what that is deleted stays so',
    async ({ answer, attempt, deletes, left, reconnects }) => {
      const host = await served();
      await byImport(host, '');
      await host.scheduler.stop();
      const { body } = await (reconnects
        ? post(host, '/connect/sessions/reconnect', { connection_id: 'c', integration_id: 'trigger-dev' })
        : post(host, '/connect/sessions', { end_user: { id: 'u' } }));
      const { token } = body['data'] as { token: string };
      const before = host.api.requests.length;
      host.api.fail({ match: () => true, delayMs: 500, times: 1 });
      const attempted = attempt(host, token);
      await vi.waitFor(() => expect(host.api.requests.length).toBeGreaterThan(before), 5_000);
      const deleted =
        deletes === 'session'
          ? await fetch(`${host.server.url}/connect/session`, {
              method: 'DELETE',
              headers: { authorization: `Bearer ${token}` },
            })
          : await post(host, deletes, undefined, 'DELETE');
      expect(deleted.status).toBeLessThan(300);
      expect(await attempted).toEqual(answer);
      expect(host.host.connections.ids()).toEqual(left);
      expect(host.store.kept.all().map(({ id }) => id)).toEqual(left);
    },
    20_000,
  );
});
