import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../../src/host/index.js';
import { type Connected, connectedHost } from './connected.js';

const apiKey = randomUUID();
let { api, close, host, id, server } = {} as Connected;

beforeAll(async () => {
  ({ api, close, host, id, server } = await connectedHost({ runs: 60, apiKey }));
});

afterAll(() => close());

async function ask(path: string, { headers = {}, ...init }: RequestInit & { headers?: Record<string, string> } = {}) {
  const response = await fetch(`${server.url}${path}`, {
    ...init,
    headers: {
      authorization: `Bearer ${apiKey}`,
      'connection-id': id,
      'provider-config-key': 'trigger-dev',
      ...headers,
    },
  });
  const text = await response.text();
  return { status: response.status, text, body: (text.startsWith('{') ? JSON.parse(text) : undefined) as unknown };
}

describe('who may come in', () => {
  const paths = ['/connections', '/connections/x', '/connection/x', '/integrations/trigger-dev', '/proxy/api/v1/runs'];
  it.each(paths)('%s: nobody without the key', async (path) => {
    const none = await fetch(`${server.url}${path}`);
    expect([none.status, await none.json()]).toMatchObject([401, { error: { code: 'missing_auth_header' } }]);
    const wrong = await ask(path, { headers: { authorization: `Bearer ${randomUUID()}` } });
    expect([wrong.status, wrong.body]).toMatchObject([401, { error: { code: 'unknown_account' } }]);
  });

  it('there is no such API where no key was chosen', async () => {
    const closed = await serve({ host });
    const response = await fetch(`${closed.url}/connections`);
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining('no such page')]);
    await closed.close();
  });
});

describe('connections and the integration', () => {
  it('are given as Nango gives them', async () => {
    expect((await ask(`/connections?connectionId=${id}`)).body).toMatchObject({
      connections: [{ connection_id: id, provider_config_key: 'trigger-dev', provider: 'trigger-dev' }],
    });
    expect((await ask('/connections')).text).not.toContain(api.project.keys['root:prod']);
    const one = { connection_id: id, credentials: { type: 'API_KEY' }, connection_config: { environment: 'prod' } };
    expect((await ask(`/connections/${id}?provider_config_key=trigger-dev`)).body).toMatchObject(one);
    expect((await ask(`/connection/${id}?provider_config_key=trigger-dev`)).body).toMatchObject(one);
    expect((await ask('/integrations/trigger-dev')).body).toMatchObject({ data: { provider: 'trigger-dev' } });
  });

  it.each([
    '/connections/nobody?provider_config_key=trigger-dev',
    '/connection/nobody?provider_config_key=trigger-dev',
    '/integrations/github',
  ])('%s is not there', async (path) => {
    expect(await ask(path)).toMatchObject({
      status: 404,
      body: { error: { code: expect.stringMatching('not_found') } },
    });
  });
});

describe('the proxy', () => {
  it('adds origin and key, and passes on query, headers, status and rate limit', async () => {
    const { body, status } = await ask('/proxy/api/v1/runs?page%5Bsize%5D=2&filter%5BcreatedAt%5D%5Bfrom%5D=1', {
      headers: { 'nango-proxy-x-trigger-api-version': '2025-07-16' },
    });
    expect([status, body]).toMatchObject([200, { data: [{ id: expect.any(String) }, { id: expect.any(String) }] }]);
    expect(api.requests.at(-1)?.headers).toMatchObject({ 'x-trigger-api-version': '2025-07-16' });
    expect((await ask('/proxy/api/v3/runs/run_missing')).status).toBe(404);
    const posted = await ask('/proxy/api/v1/tasks/hello-task/trigger', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"payload":1}',
    });
    expect(posted.body).toMatchObject({ id: expect.stringMatching(/^run_/) });
  });

  it.each([
    {
      what: 'another host',
      path: '/proxy/api/v1/runs',
      headers: { 'base-url-override': 'https://evil.example' },
      code: 'base_url_override_not_allowed',
    },
    {
      what: 'another key',
      path: '/proxy/api/v1/runs',
      headers: { 'nango-proxy-authorization': 'Bearer x' },
      code: 'input_invalid',
    },
    {
      what: 'another Host',
      path: '/proxy/api/v1/runs',
      headers: { 'nango-proxy-host': 'evil.example' },
      code: 'input_invalid',
    },
    {
      what: 'a parameter twice',
      path: '/proxy/api/v1/runs?filter%5Bstatus%5D=QUEUED&filter%5Bstatus%5D=FAILED',
      headers: {},
      code: 'input_invalid',
    },
    { what: 'a host in the path', path: '/proxy//evil.example/x', headers: {}, code: 'input_invalid' },
    {
      what: 'an unknown connection',
      path: '/proxy/api/v1/runs',
      headers: { 'connection-id': 'nobody' },
      code: 'server_error',
    },
  ])('refuses $what, and sends nothing', async ({ code, headers, path }) => {
    const before = api.requests.length;
    expect(await ask(path, { headers: headers as Record<string, string> })).toMatchObject({
      body: { error: { code } },
    });
    expect(api.requests).toHaveLength(before);
  });

  it.each([
    { body: '"hello"', type: 'application/json' },
    { body: '"a\\"b"', type: 'application/json; charset=utf-8' },
    { body: '"problem"', type: 'application/problem+json' },
    { body: 'hello', type: 'text/plain' },
    { body: '', type: 'application/json' },
  ])('gives $body as $type as it came', async ({ body, type }) => {
    api.fail({ match: ({ path }) => path === '/odd', status: 200, body, headers: { 'content-type': type } });
    expect(await ask('/proxy/odd')).toMatchObject({ status: 200, text: body });
  });

  it('refuses a body of more than 16 MiB', async () => {
    const body = 'x'.repeat(16 * 1024 * 1024 + 1);
    expect((await ask('/proxy/api/v1/tasks/a/trigger', { method: 'POST', body })).status).toBe(413);
  });
});
