import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Nango } from '@nangohq/node';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Host, openStore, Scheduler, type Server, serve } from '../../src/host/index.js';
import { createVault } from '../../src/host/vault/vault.js';
import { type FakeApi, startFakeApi } from '../fake-api/index.js';
import { useBrowser } from './browser.js';
import { Form } from './form.js';

const apiKey = crypto.randomUUID();
const { open } = useBrowser();
let api: FakeApi;
let host: Host;
let scheduler: Scheduler;
let server: Server;
let app: HttpServer;
let customer = '';

/** The customer's own page, on an origin of its own, with Nango's real client in it. */
beforeAll(async () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const { outputFiles } = await build({
    stdin: {
      contents: "import Nango from '@nangohq/frontend'; globalThis.Nango = Nango;",
      resolveDir: root,
    },
    bundle: true,
    write: false,
    format: 'iife',
  });
  const page = `<!doctype html><title>Customer</title><script>${outputFiles[0]?.text ?? ''}</script>`;
  app = createServer((_, response) => response.setHeader('content-type', 'text/html').end(page));
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  customer = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
  api = await startFakeApi({ runs: 120 });
  host = new Host({
    store: await openStore(':memory:'),
    vault: createVault(crypto.getRandomValues(new Uint8Array(32))),
  });
  scheduler = new Scheduler(host);
  const policy = { allowHttp: true, allowPrivateHosts: true };
  server = await serve({ host, apiKey, policy, scheduler, allowOrigins: [customer] });
  await scheduler.start();
});

afterAll(async () => {
  await Promise.all([server.close(), scheduler.stop()]);
  await host.close();
  await api.close();
  app.close();
});

const backend = () => new Nango({ host: server.url, secretKey: apiKey });

async function sessionToken(): Promise<string> {
  const { data } = await backend().createConnectSession({ end_user: { id: 'user-1', email: 'a@example.com' } });
  return data.token;
}

/** `nango.auth` in the page: the connection's id, or Nango's word for why not. */
const auth = async (token: string, secret: string, params: Record<string, string>, from = customer) => {
  const { page } = await open();
  await page.goto(from);
  return page.evaluate(
    async ([url, connectSessionToken, key, config]) => {
      type Client = { auth(id: string, options: object): Promise<{ connectionId: string }> };
      const Nango = (globalThis as never as { Nango: new (options: object) => Client }).Nango;
      const nango = new Nango({ host: url, connectSessionToken });
      try {
        const { connectionId } = await nango.auth('trigger-dev', { params: config, credentials: { apiKey: key } });
        return { connectionId };
      } catch (error) {
        const { message, type } = error as { message: string; type: string };
        return { message, type };
      }
    },
    [server.url, token, secret, params] as const,
  );
};

describe('@nangohq/frontend in a page of another origin', () => {
  it('connects; @nangohq/node reads the connection and its records', async () => {
    const outcome = await auth(await sessionToken(), api.project.keys['root:prod'], { baseUrl: api.url });
    expect(outcome).toEqual({ connectionId: expect.any(String) });
    const id = 'connectionId' in outcome ? outcome.connectionId : '';
    expect(await backend().getConnection('trigger-dev', id)).toMatchObject({
      connection_id: id,
      end_user: { id: 'user-1', email: 'a@example.com' },
    });
    await expect
      .poll(async () => {
        const read = { providerConfigKey: 'trigger-dev', connectionId: id, model: 'Run', limit: 1_000 };
        return (await backend().listRecords(read)).records.length;
      })
      .toBe(api.project.runsOf('prod').length);
  });

  it.each([
    { what: 'a wrong key', key: 'tr_prod_nothing', type: 'connection_validation_failed' },
    { what: 'a token without its project', key: 'pat', type: 'connection_validation_failed' },
  ])('is told why: $what', async ({ key, type }) => {
    const secret = key === 'pat' ? api.project.keys['pat:alice'] : key;
    const outcome = await auth(await sessionToken(), secret, { baseUrl: api.url });
    expect(outcome).toMatchObject({ type, message: expect.stringMatching(/key|project ref/i) });
  });

  it('is told that a session was used', async () => {
    const token = await sessionToken();
    await auth(token, api.project.keys['root:prod'], { baseUrl: api.url });
    expect(await auth(token, api.project.keys['root:prod'], { baseUrl: api.url })).toMatchObject({
      type: 'unknown_connect_session_token',
    });
  });

  it('gets no answer on an origin that was not allowed', async () => {
    const elsewhere = customer.replace('127.0.0.1', 'localhost');
    const before = host.connections.ids().length;
    const outcome = await auth(await sessionToken(), api.project.keys['root:prod'], { baseUrl: api.url }, elsewhere);
    expect(outcome).toMatchObject({ message: expect.stringMatching(/fetch/i) });
    expect(host.connections.ids()).toHaveLength(before);
  });
});

describe('the link of a session', () => {
  it('opens the form, connects once and ends there, without links of the operator', async () => {
    const { data } = await backend().createConnectSession({ end_user: { id: 'user-2' } });
    const { page } = await open();
    await page.goto(data.connect_link);
    await new Form(page).send({ apiKey: api.project.keys['root:prod'], baseUrl: api.url });
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
    expect(await page.getByRole('link').count()).toBe(0);
    const { connections } = await backend().listConnections({ userId: 'user-2' });
    expect(connections).toHaveLength(1);
    await page.goto(data.connect_link);
    expect(await page.textContent('main')).toContain('expired or was used');
  });
});

describe('the page of connections', () => {
  it('pauses, starts, checks again, and disconnects after saying what goes', async () => {
    const outcome = await auth(await sessionToken(), api.project.keys['root:stg'], { baseUrl: api.url });
    const id = 'connectionId' in outcome ? outcome.connectionId : '';
    const { page } = await open();
    await page.goto(`${server.url}/manage`);
    const section = page.locator('section', { hasText: id });
    const runs = section.locator('tr', { hasText: 'runs' });
    await runs.getByRole('button', { name: 'Pause' }).click();
    await expect.poll(() => runs.textContent()).toContain('paused');
    await runs.getByRole('button', { name: 'Start' }).click();
    await expect.poll(() => runs.getByRole('button', { name: 'Pause' }).count()).toBe(1);
    await section.getByRole('button', { name: 'Check again' }).click();
    expect(await page.getByRole('status').first().textContent()).toContain('The key works');
    await section.getByRole('link', { name: 'Disconnect…' }).click();
    expect(await page.getByRole('alert').textContent()).toMatch(/deletes the stored key .* records/);
    await page.getByRole('button', { name: 'Delete key and records' }).click();
    await page.waitForURL(/\/manage$/);
    expect(await page.locator('section', { hasText: id }).count()).toBe(0);
    expect(host.isConnected(id)).toBe(false);
  });
});
