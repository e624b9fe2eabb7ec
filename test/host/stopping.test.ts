import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectionFromValues } from '../../src/connection/index.js';
import { Background } from '../../src/host/background.js';
import { Host, openStore, type Server, serve, Webhooks } from '../../src/host/index.js';
import { createLog } from '../../src/host/log.js';
import { type FakeApi, startFakeApi } from '../fake-api/index.js';

const apiKey = crypto.randomUUID();
const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) {
    await close();
  }
});

interface Started {
  readonly api: FakeApi;
  readonly host: Host;
  readonly id: string;
  readonly path: string;
  readonly server: Server;
}

/** A host over a store in a file, so that what it noted can be read after it was closed. */
async function started(): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), 'stopping-'));
  open.push(() => rm(folder, { recursive: true }));
  const path = join(folder, 'store.db');
  const api = await startFakeApi({ runs: 60 });
  open.push(() => api.close());
  const host = new Host({ store: await openStore(path) });
  const values = { apiKey: api.project.keys['root:prod'], baseUrl: api.url };
  const { id } = host.connect(connectionFromValues(values, { allowHttp: true, allowPrivateHosts: true }, false));
  const server = await serve({ host, apiKey });
  return { api, host, id, path, server };
}

const isList = ({ path }: { path: string }) => path.startsWith('/api/v1/runs?');
const asked = (api: FakeApi) => vi.waitFor(() => expect(api.requests.some(isList)).toBe(true), 10_000);

async function reopened(path: string) {
  const store = await openStore(path);
  open.push(() => store.close());
  return store;
}

describe('a host that is stopped', () => {
  it('ends a sync that a page started, and notes that before the store is closed', async () => {
    const { api, host, id, path, server } = await started();
    api.fail({ match: isList, delayMs: 60_000 });
    const answer = fetch(`${server.url}/records/sync`, {
      method: 'POST',
      body: new URLSearchParams({ connection: id }),
      redirect: 'manual',
    });
    await asked(api);
    await Promise.all([server.close(), host.stop()]);
    expect((await answer).status).toBe(502);
    await expect(host.runSync(id, 'runs')).rejects.toMatchObject({ code: 'aborted' });
    await host.close();
    const store = await reopened(path);
    expect(store.lastOutcome(id, 'runs')).toMatchObject({ error: { code: 'aborted' } });
  }, 20_000);

  it('lets a page go whose sync takes long, and ends that sync all the same', async () => {
    const { api, host, id, server } = await started();
    api.fail({ match: isList, delayMs: 60_000, times: 10 });
    const form = new URLSearchParams({ connection: id });
    const answer = await fetch(`${server.url}/records/sync`, { method: 'POST', body: form, redirect: 'manual' });
    expect([answer.status, host.isRunning(id, 'runs')]).toEqual([303, true]);
    const page = await (await fetch(`${server.url}${answer.headers.get('location')}`)).text();
    expect(page).toContain('A sync is under way');
    await Promise.all([server.close(), host.stop()]);
    expect(host.isRunning(id, 'runs')).toBe(false);
    await host.close();
  }, 30_000);

  it('closed without more ado, does the same', async () => {
    const { api, host, id, path, server } = await started();
    api.fail({ match: isList, delayMs: 60_000 });
    const run = host.runSync(id, 'runs').catch((error: { code: string }) => error.code);
    await asked(api);
    await host.close();
    expect(await run).toBe('aborted');
    expect((await reopened(path)).lastOutcome(id, 'runs')).toMatchObject({ error: { code: 'aborted' } });
    await server.close();
  }, 20_000);

  it('keeps the result of an action that nobody waits for', async () => {
    const { api, host, id, path, server } = await started();
    api.fail({ match: isList, delayMs: 1_000 });
    const response = await fetch(`${server.url}/action/trigger`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'connection-id': id,
        'provider-config-key': 'trigger-dev',
        'content-type': 'application/json',
        'x-async': 'true',
      },
      body: '{"action_name":"list-runs","input":{"limit":1}}',
    });
    const action = (await response.json()) as { id: string };
    expect(host.store.asyncActions.find(action.id)).toEqual({ state: 'running' });
    await server.close();
    await host.close();
    expect((await reopened(path)).asyncActions.find(action.id)).toMatchObject({ state: 'done' });
  }, 20_000);

  it('does not wait for ever, and cuts off what is late', async () => {
    const background = new Background();
    background.add(new Promise(() => undefined));
    expect(background.signal.aborted).toBe(false);
    await expect(background.settle(20)).resolves.toBeUndefined();
    expect(background.signal.aborted).toBe(true);
  });
});

describe('webhooks that are stopped', () => {
  it.each([
    { what: 'never answers', status: undefined },
    { what: 'is asked again later', status: 500 },
  ])('give up on a receiver that $what, and say so', async ({ status }) => {
    let times = 0;
    const receiver = createServer((request, response) => {
      times += 1;
      request.resume();
      if (status !== undefined) {
        response.writeHead(status).end();
      }
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    open.push(() => receiver.close());
    const lines: string[] = [];
    const webhooks = new Webhooks({
      url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
      signingKey: crypto.randomUUID(),
      log: createLog('json', (line) => lines.push(line)),
    });
    webhooks.tell({ type: 'auth', connectionId: 'c' });
    await vi.waitFor(() => expect(times).toBe(1));
    const before = performance.now();
    await webhooks.stop();
    expect(performance.now() - before).toBeLessThan(900);
    expect([times, lines.join('')]).toEqual([1, expect.stringContaining('webhook.failed')]);
  });
});
