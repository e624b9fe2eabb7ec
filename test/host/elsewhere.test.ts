import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Served, servedHost } from './served.js';

// An address of this machine that is no loopback address by name: what is bound elsewhere must ask for a key.
const hostname = '127.0.0.2';
let served = {} as Served;

beforeAll(async () => {
  served = await servedHost({ hostname, publicUrl: 'https://connect.example.com' });
});

afterAll(() => served.close());

const ask = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
  fetch(`${served.server.url}${path}`, { ...init, headers, redirect: 'manual' });

const basic = (password: string) => ({ authorization: `Basic ${btoa(`me:${password}`)}` });

describe('a host that others reach', () => {
  it.each(['/connect', '/records', '/manage', '/manage/disconnect?connection=x'])(
    '%s asks for the key',
    async (path) => {
      const none = await ask(path);
      expect([none.status, none.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Basic')]);
      expect((await ask(path, basic(crypto.randomUUID()))).status).toBe(401);
      expect([200, 404]).toContain((await ask(path, basic(served.apiKey))).status);
    },
  );

  it.each(['/connect', '/connect/environments', '/records/sync', '/manage/disconnect'])(
    'POST %s asks for the key',
    async (path) => {
      const response = await ask(
        path,
        { 'content-type': 'application/x-www-form-urlencoded' },
        { method: 'POST', body: 'connection=x' },
      );
      expect(response.status).toBe(401);
    },
  );

  it('lets a person with a link connect, under the name that people know', async () => {
    const created = await ask(
      '/connect/sessions',
      { authorization: `Bearer ${served.apiKey}`, 'content-type': 'application/json' },
      { method: 'POST', body: '{"end_user":{"id":"u"}}' },
    );
    const { data } = (await created.json()) as { data: { connect_link: string; token: string } };
    expect(data.connect_link).toBe(`https://connect.example.com/connect?session_token=${data.token}`);
    const path = `/connect?session_token=${data.token}`;
    expect((await ask(path)).status).toBe(200);
    const body = new URLSearchParams({ apiKey: served.credentials.apiKey, baseUrl: served.api.url });
    const sent = await ask(path, { origin: 'https://connect.example.com' }, { method: 'POST', body });
    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/connected']);
    expect((await ask(path)).status).toBe(401);
  });

  it('needs no key for what shows nothing', async () => {
    for (const path of ['/style.css', '/connect.js', '/guide', '/connected', '/logo.svg']) {
      expect((await ask(path)).status).toBe(200);
    }
  });
});
