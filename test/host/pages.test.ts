import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectForm } from '../../src/connection/index.js';
import { Host, openStore, type Server, serve } from '../../src/host/index.js';
import { type FakeApi, startFakeApi } from '../fake-api/index.js';

let api: FakeApi;
let host: Host;
let server: Server;

beforeAll(async () => {
  api = await startFakeApi({ runs: 300 });
  host = new Host({ store: await openStore(':memory:') });
  server = await serve({ host, policy: { allowHttp: true, allowPrivateHosts: true } });
});

afterAll(async () => {
  await server.close();
  await host.close();
  await api.close();
});

async function send(
  path: string,
  { form, headers = {} }: { form?: Record<string, string>; headers?: Record<string, string> } = {},
) {
  const response = await request(`${server.url}${path}`, {
    method: form === undefined ? 'GET' : 'POST',
    headers: { ...headers, ...(form && { 'content-type': 'application/x-www-form-urlencoded' }) },
    body: form === undefined ? null : new URLSearchParams(form).toString(),
  });
  return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
}

describe('the connect page', () => {
  it('has every field of the provider config, labelled, the key as a password', async () => {
    const { status, text } = await send('/connect');
    expect(status).toBe(200);
    for (const field of ['apiKey', 'projectRef', 'environment', 'baseUrl', 'previewBranch']) {
      expect(text).toContain(`<label for="${field}">`);
    }
    expect(text).toMatch(/<input id="apiKey"[^>]*type="password"[^>]*autocomplete="off"/);
    expect(text.match(/<option /g)).toHaveLength(5);
  });

  it('leads from each field to its step of the guide', async () => {
    const page = await send('/connect');
    const docs = /<trigger-dev-connect[^>]* docs="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const guide = await send(docs);
    expect(guide.status).toBe(200);
    for (const { docSection } of connectForm.fields) {
      expect(guide.text).toContain(`<h2 id="${docSection.slice(1)}">`);
    }
  });

  it('shows each problem at its field, and never the key again', async () => {
    const apiKey = api.project.keys['pat:alice'];
    const before = api.requests.length;
    const { status, text } = await send('/connect', {
      form: { apiKey, environment: 'live', projectRef: '', baseUrl: '', previewBranch: '' },
    });
    expect(status).toBe(422);
    expect(text).toContain('id="projectRef-error"');
    expect(text).toContain('id="environment-error"');
    expect(text).not.toContain(apiKey);
    expect(api.requests).toHaveLength(before);
  });

  it('escapes what was typed and what the server says', async () => {
    const form = { apiKey: api.project.keys['root:prod'], projectRef: '"><script>alert(1)</script>', baseUrl: api.url };
    const { text } = await send('/connect', { form });
    expect(text).not.toContain('<script>alert');
    expect(text).toContain('&lt;script&gt;');
  });

  it('refuses what the API rejects, and keeps nothing', async () => {
    const key = ['tr', 'prod', 'Gone'.repeat(6)].join('_');
    const { status, text } = await send('/connect', { form: { apiKey: key, baseUrl: api.url } });
    expect(status).toBe(422);
    expect(text).toContain('The server does not accept this key');
    expect(host.store.connections()).toEqual([]);
  });

  it('connects, then syncs on the records page', async () => {
    const { headers, status } = await send('/connect', {
      form: { apiKey: api.project.keys['root:prod'], baseUrl: api.url },
    });
    expect(status).toBe(303);
    const location = String(headers['location']);
    const connection = new URL(location, server.url).searchParams.get('connection') ?? '';
    expect((await send('/records/sync', { form: { connection } })).status).toBe(303);
    const { text } = await send(location);
    const runs = api.project.runsOf('prod');
    expect(text).toContain(`<strong>${runs.length}</strong> runs`);
    expect(text).toContain(runs.at(-1)?.id);
    const older = /href="(\/records\?[^"]*before=[^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect((await send(older)).text).toContain(runs[100]?.id);
    expect((await send(location)).text).not.toContain(api.project.keys['root:prod'].slice(-16));
  });
});

describe('the guard', () => {
  it('sends a strict policy with every page', async () => {
    const { headers } = await send('/connect');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['cache-control']).toBe('no-store');
  });

  it.each([
    { what: 'another Host (DNS rebinding)', path: '/connect', headers: { host: 'evil.test' }, status: 421 },
    {
      what: 'a form of another site',
      path: '/connect',
      form: { apiKey: 'x' },
      headers: { origin: 'https://evil.test' },
      status: 403,
    },
    {
      what: 'a form from nowhere',
      path: '/records/sync',
      form: { connection: 'x' },
      headers: { origin: 'null' },
      status: 403,
    },
    { what: 'an unknown page', path: '/nope', status: 404 },
    { what: 'an unknown connection', path: '/records?connection=nope', status: 404 },
    { what: 'a sync of an unknown connection', path: '/records/sync', form: { connection: 'nope' }, status: 404 },
    { what: 'a body without end', path: '/connect', form: { apiKey: 'x'.repeat(100_000) }, status: 413 },
  ])('refuses $what', async ({ path, status, ...rest }) => {
    expect((await send(path, rest)).status).toBe(status);
  });
});
