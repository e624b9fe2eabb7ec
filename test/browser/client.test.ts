/// <reference lib="dom" />
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserBundle } from '../../src/generate/bundle.js';
import { TriggerClient } from '../../src/index.js';
import { type FakeApi, startFakeApi } from '../fake-api/index.js';
import { useBrowser } from './browser.js';

const browser = useBrowser();
let api: FakeApi;
let server: Server;
let site: string;

/** Another origin than the API's, as a customer's page is. */
beforeAll(async () => {
  // As a customer's bundler would: with the client of the shape protocol inside.
  const { outputFiles } = await build({
    entryPoints: [browserBundle],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  const script = outputFiles[0]?.text ?? '';
  server = createServer((request, response) => {
    const isScript = request.url === '/client.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
    response.end(isScript ? script : '<!doctype html><title>A page</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  api = await startFakeApi({ runs: 20 });
});

afterAll(async () => {
  server.close();
  await api.close();
});

const secretKey = () => new TriggerClient({ secretKey: api.project.keys['root:prod'], baseURL: api.url });

async function openPage(): Promise<Page> {
  const { page } = await browser.open();
  await page.goto(site);
  return page;
}

/** Runs code in the page with the client's module and these values; what it returns, or the code of its error. */
async function inPage(page: Page, values: Record<string, unknown>, code: string): Promise<unknown> {
  const body = `
    const { TriggerClient } = await import('/client.js');
    const { api, ...values } = given;
    try {
      return await (async ({ TriggerClient, baseURL, values }) => { ${code} })({ TriggerClient, baseURL: api, values });
    } catch (error) {
      return error.code ?? String(error);
    }`;
  return page.evaluate(
    ([text, given]) => new Function('given', `return (async () => { ${text} })()`)(given) as unknown,
    [body, { ...values, api: api.url }] as const,
  );
}

describe('the client in a browser', () => {
  it('triggers with a trigger token, once', async () => {
    const token = await secretKey().auth.createTriggerPublicToken('hello-task');
    const page = await openPage();
    const code = `
      const client = new TriggerClient({ triggerToken: values.token, baseURL });
      const { id, publicAccessToken } = await client.tasks.trigger('hello-task', { from: 'page' });
      return { id, hasToken: typeof publicAccessToken === 'string' };`;
    expect(await inPage(page, { token }, code)).toEqual({ id: expect.stringMatching(/^run_/), hasToken: true });
    expect(await inPage(page, { token }, code)).toBe('token_used');
  });

  it('reads and follows a run with a public access token until it has ended', async () => {
    const run = await secretKey().tasks.trigger('hello-task', { a: 1 });
    const page = await openPage();
    const following = inPage(
      page,
      { token: run.publicAccessToken, id: run.id },
      `const client = new TriggerClient({ publicAccessToken: values.token, baseURL });
       const seen = [(await client.runs.retrieve(values.id)).status];
       for await (const run of client.runs.subscribeToRun(values.id)) {
         seen.push(run.status);
       }
       return seen;`,
    );
    await expect.poll(() => api.requests.some(({ path }) => path.includes('live=true'))).toBe(true);
    api.project.updateRun(run.id, { status: 'COMPLETED' });
    expect(await following).toEqual(['QUEUED', 'QUEUED', 'COMPLETED']);
  });

  it('writes and follows a session', async () => {
    const session = await secretKey().sessions.start({
      type: 'chat.agent',
      taskIdentifier: 'chat-agent',
      externalId: 'chat-7',
      triggerConfig: { basePayload: {} },
    });
    await secretKey().sessions.open('chat-7').out.append({ text: 'hello' });
    const page = await openPage();
    const code = `
      const client = new TriggerClient({ publicAccessToken: values.token, baseURL });
      const chat = client.sessions.open('chat-7');
      const { ok } = await chat.in.append({ text: 'hi' });
      for await (const { data } of chat.out.subscribe({ timeoutInSeconds: 1 })) {
        return { ok, data };
      }`;
    expect(await inPage(page, { token: session.publicAccessToken }, code)).toEqual({
      ok: true,
      data: { text: 'hello' },
    });
    const refused = `
      const client = new TriggerClient({ publicAccessToken: values.token, baseURL });
      return client.sessions.open('chat-7').out.append('no');`;
    expect(await inPage(page, { token: session.publicAccessToken }, refused)).toBe('endpoint_not_allowed');
  });

  // The server answers no preflight for these two routes. Each is offered all the same, and cannot work.
  it('cannot cancel a run', async () => {
    const run = await secretKey().tasks.trigger('hello-task');
    const token = await secretKey().auth.createPublicToken({ scopes: { write: { runs: run.id } } });
    const cancel = `
      const client = new TriggerClient({ publicAccessToken: values.token, baseURL });
      return client.runs.cancel(values.id, { retry: { maxAttempts: 1 } });`;
    expect(await inPage(await openPage(), { token, id: run.id }, cancel)).toBe('network');
    expect(api.project.run(run.id)?.status).toBe('QUEUED');
  });

  it('cannot trigger a batch, and leaves one behind that never gets its items', async () => {
    const token = await secretKey().auth.createBatchTriggerPublicToken('hello-task');
    const before = api.requests.length;
    const trigger = `
      const client = new TriggerClient({ triggerToken: values.token, baseURL });
      return client.tasks.batchTrigger('hello-task', [{ payload: 1 }], {}, { retry: { maxAttempts: 1 } });`;
    expect(await inPage(await openPage(), { token }, trigger)).toBe('network');
    const sent = api.requests.slice(before).map(({ method, path }) => `${method} ${path.replace(/batch_\w+/, '{id}')}`);
    expect(sent).toEqual(['OPTIONS /api/v3/batches', 'POST /api/v3/batches', 'OPTIONS /api/v3/batches/{id}/items']);
  });

  it.each(['root:prod', 'additional:full', 'pat:alice'] as const)('refuses %s, and sends nothing', async (name) => {
    const page = await openPage();
    const before = api.requests.length;
    const code = `return Object.keys(new TriggerClient({ publicAccessToken: values.key, baseURL }));`;
    expect(await inPage(page, { key: api.project.keys[name] }, code)).toBe('key_kind_refused');
    expect(api.requests).toHaveLength(before);
  });

  it('refuses what the scopes do not cover, and a host that is not there', async () => {
    const token = await secretKey().auth.createPublicToken({ scopes: { read: { runs: 'run_1234' } } });
    const page = await openPage();
    const list = `return new TriggerClient({ publicAccessToken: values.token, baseURL }).runs.list();`;
    const before = api.requests.length;
    expect(await inPage(page, { token }, list)).toBe('scope_missing');
    expect(api.requests).toHaveLength(before);
    const gone = `
      const client = new TriggerClient({ publicAccessToken: values.token, baseURL: 'http://127.0.0.1:9' });
      return client.runs.retrieve('run_1234', { retry: { maxAttempts: 1 } });`;
    expect(await inPage(page, { token }, gone)).toBe('network');
  });
});
