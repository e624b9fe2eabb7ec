import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectionFromValues } from '../../src/connection/index.js';
import { post, type Served, servedHost } from './served.js';

const open: Served[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((served) => served.close()));
});

async function served(options: Parameters<typeof servedHost>[0] = {}): Promise<Served> {
  const host = await servedHost({ runs: 1, ...options });
  open.push(host);
  return host;
}

const imported = (host: Served, more: Record<string, unknown> = {}) =>
  post(host, '/connections', {
    connection_id: 'c',
    provider_config_key: 'trigger-dev',
    credentials: host.credentials,
    connection_config: host.config,
    ...more,
  });

const get = (host: Served, path: string) => post(host, path, undefined, 'GET');

describe('metadata of an import', () => {
  it.each([{ platform: undefined }, { platform: 'nango' as const }])(
    'are there when the first sync may begin: on $platform',
    async ({ platform }) => {
      const host = await served({ ...(platform && { platform }) });
      const seen: unknown[] = [];
      const begin = host.scheduler.begin.bind(host.scheduler);
      vi.spyOn(host.scheduler, 'begin').mockImplementation((id) => {
        seen.push(host.store.metadata(id));
        begin(id);
      });
      const first = await imported(host, { metadata: { rateShare: 0.5 } });
      expect([first.status, first.body['metadata']]).toEqual([201, { rateShare: 0.5 }]);
      await imported(host, { metadata: { rateShare: 0.25 } });
      // An import that says nothing of them: Nango drops them, the host keeps them.
      await imported(host);
      const kept = platform === 'nango' ? {} : { rateShare: 0.25 };
      expect(seen).toEqual([{ rateShare: 0.5 }, { rateShare: 0.25 }, kept]);
      expect(host.store.kept.find('c')?.about).not.toHaveProperty('metadata');
    },
    20_000,
  );
});

describe('the status of a sync', () => {
  it.each([
    { code: 'aborted', status: 'SUCCESS' },
    { code: 'forbidden', status: 'ERROR' },
  ])(
    'whose last run ended with $code is $status',
    async ({ code, status }) => {
      const host = await served();
      await imported(host);
      await vi.waitFor(() => expect(host.store.lastOutcome('c', 'runs')).toBeDefined(), 10_000);
      await vi.waitFor(() => expect(host.host.isRunning('c', 'runs')).toBe(false), 10_000);
      const last = host.store.lastOutcome('c', 'runs');
      host.store.saveOutcome('c', { ...(last as NonNullable<typeof last>), error: { code, message: 'it ended' } });
      const { body } = await get(host, '/sync/status?syncs=runs&provider_config_key=trigger-dev&connection_id=c');
      expect(body['syncs']).toMatchObject([{ status, latestExecutionStatus: 'STOPPED' }]);
    },
    20_000,
  );
});

describe('a connection that today’s rules refuse', () => {
  it('is listed with an error, so that it can be named, and gives no key', async () => {
    const host = await served();
    const values = { apiKey: host.credentials.apiKey, baseUrl: host.api.url };
    const local = connectionFromValues(values, { allowHttp: true, allowPrivateHosts: true }, false);
    await host.host.connections.keep(local, { target: null, tags: { team: 'a' } }, 'refused');
    host.host.connections.clear();
    await host.host.connections.load({});
    const { body } = await get(host, '/connections');
    expect(body['connections']).toMatchObject([
      { connection_id: 'refused', tags: { team: 'a' }, errors: [{ type: 'auth', log_id: '' }] },
    ]);
    expect(JSON.stringify(body)).not.toContain(host.credentials.apiKey);
    expect((await get(host, '/connections/refused?provider_config_key=trigger-dev')).status).toBe(404);
  });
});

describe('tags of an import', () => {
  it('are at most ten with those that are added, so that they can be imported again', async () => {
    const host = await served();
    const own = Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`own${at}`, 'x']));
    const given = { ...own, end_user_email: 'given@example.com' };
    const first = await imported(host, {
      tags: given,
      end_user: { id: 'u', email: 'u@example.com', display_name: 'U', tags: { plan: 'pro' } },
    });
    expect([first.status, first.body['tags']]).toEqual([201, { ...given, end_user_id: 'u' }]);
    expect((await imported(host, { connection_id: 'd', tags: first.body['tags'] })).status).toBe(201);
  });
});
