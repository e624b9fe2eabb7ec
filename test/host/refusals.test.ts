import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Served, servedHost } from './served.js';

const customer = 'https://app.example.com';
let served = {} as Served;
let id = '';
let key = '';

beforeAll(async () => {
  served = await servedHost({ allowOrigins: [customer] });
  key = served.credentials.apiKey;
  // Only what these tests cause is to reach the API.
  await served.scheduler.stop();
  const { body } = await ask('/connections', {
    method: 'POST',
    json: { provider_config_key: 'trigger-dev', credentials: served.credentials, connection_config: served.config },
  });
  id = String(body?.['connection_id']);
});

afterAll(() => served.close());

interface Asked {
  readonly method?: string;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Record<string, string | undefined>;
}

/** Over `node:http`, which sends any Host and any path as they are. */
function ask(path: string, { headers = {}, json, method = 'GET', text }: Asked = {}) {
  const sent = text ?? (json === undefined ? '' : JSON.stringify(json));
  const all = {
    authorization: `Bearer ${served.apiKey}`,
    'connection-id': id,
    'provider-config-key': 'trigger-dev',
    ...(json !== undefined && { 'content-type': 'application/json' }),
    ...(sent !== '' && { 'content-length': String(Buffer.byteLength(sent)) }),
    ...headers,
  };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return new Promise<{
    status: number;
    text: string;
    headers: NodeJS.Dict<string | string[]>;
    body: Record<string, unknown> | undefined;
  }>((resolve, reject) => {
    const { hostname, port } = new URL(served.server.url);
    const outgoing = request({ hostname, port, path, method, headers: given, agent: false }, (response) => {
      let received = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        received += chunk;
      });
      response.on('end', () => {
        const body = received.startsWith('{') ? (JSON.parse(received) as Record<string, unknown>) : undefined;
        resolve({ status: response.statusCode ?? 0, text: received, headers: response.headers, body });
      });
    });
    outgoing.on('error', reject);
    outgoing.on('socket', (socket) => socket.on('error', reject));
    outgoing.end(sent);
  });
}

const codeOf = ({ body }: { body: Record<string, unknown> | undefined }) =>
  (body?.['error'] as { code?: string } | undefined)?.code;

async function session(more: Record<string, unknown> = {}): Promise<string> {
  const { body } = await ask('/connect/sessions', { method: 'POST', json: { end_user: { id: 'u' }, ...more } });
  return String((body?.['data'] as Record<string, unknown> | undefined)?.['token']);
}

const apiAuth = (token: string, more: Asked = {}) =>
  ask(
    `/api-auth/api-key/trigger-dev?connect_session_token=${token}&params%5BbaseUrl%5D=${encodeURIComponent(served.api.url)}`,
    {
      method: 'POST',
      json: { apiKey: key },
      ...more,
      headers: { authorization: undefined, ...more.headers },
    },
  );

describe('without the right key', () => {
  const paths: [string, string][] = [
    ['GET', '/connections'],
    ['POST', '/connections'],
    ['GET', '/connections/x'],
    ['DELETE', '/connections/x'],
    ['POST', '/connections/metadata'],
    ['GET', '/records?model=Run'],
    ['POST', '/action/trigger'],
    ['POST', '/sync/trigger'],
    ['GET', '/sync/status'],
    ['PUT', '/sync/update-connection-frequency'],
    ['GET', '/proxy/api/v1/runs'],
    ['POST', '/connect/sessions'],
    ['POST', '/connect/sessions/reconnect'],
    ['GET', '/connect/session'],
    ['GET', '/integrations'],
    ['GET', '/providers/trigger-dev'],
    ['POST', '/api-auth/api-key/trigger-dev'],
    ['POST', '/mcp'],
  ];
  it.each(paths)('%s %s is refused', async (method, path) => {
    const none = await ask(path, { method, headers: { authorization: undefined } });
    expect([none.status, codeOf(none)]).toEqual([401, 'missing_auth_header']);
    if (!path.startsWith('/api-auth')) {
      const malformed = await ask(path, { method, headers: { authorization: 'Basic eDp5' } });
      expect([malformed.status, codeOf(malformed)]).toEqual([401, 'malformed_auth_header']);
    }
  });

  it('the API key of another host opens nothing', async () => {
    const other = await servedHost();
    const answer = await ask('/connections', { headers: { authorization: `Bearer ${other.apiKey}` } });
    expect([answer.status, codeOf(answer)]).toEqual([401, 'unknown_account']);
    await other.close();
  });

  it('guessing is slowed down, and the answers tell nothing', async () => {
    const other = await servedHost();
    const guess = () =>
      fetch(`${other.server.url}/connections`, { headers: { authorization: `Bearer ${crypto.randomUUID()}` } });
    const answers = [];
    for (let attempt = 0; attempt < 35; attempt += 1) {
      answers.push((await guess()).status);
    }
    expect(answers.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 401));
    expect(answers.slice(30)).toEqual([429, 429, 429, 429, 429]);
    await other.close();
  });
});

describe('a session token', () => {
  it('makes one connection, and is of no use after it', async () => {
    const token = await session();
    const first = await apiAuth(token);
    expect([first.status, first.body]).toMatchObject([200, { providerConfigKey: 'trigger-dev' }]);
    const second = await apiAuth(token);
    expect([second.status, codeOf(second)]).toEqual([401, 'unknown_connect_session_token']);
  });

  it('two attempts at once make one', async () => {
    const token = await session();
    const before = served.host.connections.ids().length;
    const answers = await Promise.all([apiAuth(token), apiAuth(token), apiAuth(token)]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(served.host.connections.ids()).toHaveLength(before + 1);
  });

  it('stays good after a wrong key, and expires after 30 minutes', async () => {
    const token = await session();
    const wrong = await apiAuth(token, { json: { apiKey: 'tr_prod_wrong' } });
    expect([wrong.status, codeOf(wrong)]).toEqual([400, 'connection_validation_failed']);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31 * 60_000 });
    const late = await apiAuth(token);
    vi.useRealTimers();
    expect(codeOf(late)).toBe('unknown_connect_session_token');
    expect((await apiAuth(token)).status).toBe(200);
  });

  it('opens nothing else', async () => {
    const token = await session();
    for (const path of ['/connections', `/connections/${id}`, '/records?model=Run', '/proxy/api/v1/runs']) {
      const answer = await ask(path, { headers: { authorization: `Bearer ${token}` } });
      expect([answer.status, codeOf(answer)]).toEqual([401, 'invalid_secret_key_format']);
    }
  });

  it('cannot name a connection, and what it presets stands', async () => {
    const named = await ask(
      `/api-auth/api-key/trigger-dev?connect_session_token=${await session()}&connection_id=${id}`,
      {
        method: 'POST',
        json: { apiKey: key },
      },
    );
    expect([named.status, codeOf(named)]).toEqual([400, 'invalid_query_params']);
    const preset = { 'trigger-dev': { connection_config: { environment: 'staging' } } };
    const answer = await apiAuth(await session({ integrations_config_defaults: preset }));
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('environment_mismatch')]);
  });
});

describe('another site', () => {
  it.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', '[::2]'])(
    'that names itself %j as Host gets nothing',
    async (host) => {
      for (const path of ['/connect', '/connections', '/records']) {
        const answer = await ask(path, { headers: { host } });
        expect([400, 421]).toContain(answer.status);
        expect(answer.text).not.toContain('tr_');
      }
    },
  );

  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1'])('cannot post a form from %s', async (origin) => {
    const before = served.api.requests.length;
    const paths = ['/connect', '/connect/environments', '/records/sync', '/manage/disconnect', '/manage/pause'];
    for (const path of paths) {
      const answer = await ask(path, {
        method: 'POST',
        text: `connection=${id}`,
        headers: { origin, 'content-type': 'application/x-www-form-urlencoded' },
      });
      expect(answer.status).toBe(403);
    }
    expect(served.api.requests).toHaveLength(before);
    expect(served.host.isConnected(id)).toBe(true);
  });

  it('is told of no other origin, unless it is one that was allowed, and then only for the form', async () => {
    const cors = async (origin: string, path: string, method = 'GET') =>
      (await ask(path, { method, headers: { origin } })).headers['access-control-allow-origin'];
    expect(await cors('https://evil.example', '/connect/session')).toBeUndefined();
    expect(await cors(customer, '/connect/session')).toBe(customer);
    expect(await cors(customer, '/api-auth/api-key/trigger-dev', 'OPTIONS')).toBe(customer);
    for (const path of ['/connections', '/records?model=Run', '/proxy/api/v1/runs', '/manage', '/connect']) {
      expect(await cors(customer, path)).toBeUndefined();
    }
    const token = await session();
    expect((await apiAuth(token, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    expect((await apiAuth(token, { headers: { origin: customer } })).status).toBe(200);
  });

  it('cannot frame a page or run a script in it', async () => {
    const { headers } = await ask('/connect');
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers['content-security-policy']).not.toMatch(/unsafe/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cache-control']).toBe('no-store');
  });
});

describe('the proxy', () => {
  it.each([
    '/proxy/../connections',
    '/proxy/%2e%2e/connections',
    '/proxy/%2E%2E%2Fconnections',
    '/proxy//evil.example/x',
    '/proxy/\\evil.example/x',
    '/proxy/http://evil.example/x',
    '/proxy/@evil.example/x',
    '/proxy/api/v1/runs/..%2f..%2fx',
    '/proxy/.%2e/x',
  ])('sends %s nowhere else', async (path) => {
    const before = served.api.requests.length;
    const answer = await ask(path);
    expect(answer.text).not.toContain(key);
    const all = served.api.requests.slice(before);
    for (const sent of all) {
      // What is sent at all goes to the connection's own host, at a path of its own.
      expect(sent.path).toMatch(/^\/(?!\/)/);
      expect(new URL(sent.path, served.api.url).origin).toBe(served.api.url);
    }
    // A path that leads back here is answered here, and nothing is sent.
    expect(all.length === 0 || answer.status >= 400).toBe(true);
  });

  it.each([
    { name: 'x-trigger-branch', value: 'feature/x', code: 'branch_not_allowed' },
    { name: 'authorization', value: 'Bearer other', code: 'input_invalid' },
    { name: 'host', value: 'evil.example', code: 'input_invalid' },
    { name: 'cookie', value: 'a=b', code: 'input_invalid' },
    { name: 'content-length', value: '1', code: 'input_invalid' },
    { name: 'expect', value: '100-continue', code: 'input_invalid' },
    { name: 'upgrade', value: 'h2c', code: 'input_invalid' },
    { name: 'keep-alive', value: 'timeout=5', code: 'input_invalid' },
    { name: 'accept-encoding', value: 'gzip', code: 'input_invalid' },
    { name: '', value: 'x', code: 'input_invalid' },
  ])('takes no $name of the caller', async ({ code, name, value }) => {
    const before = served.api.requests.length;
    const answer = await ask('/proxy/api/v1/runs', { headers: { [`nango-proxy-${name}`]: value } });
    expect([answer.status, codeOf(answer)]).toEqual([400, code]);
    expect(served.api.requests).toHaveLength(before);
  });
});

describe('a body', () => {
  it.each([
    ['/action/trigger', 5, 413],
    ['/connections', 5, 413],
    ['/connect/sessions', 5, 413],
    ['/proxy/api/v1/tasks/a/trigger', 17, 413],
    ['/connect', 1, 413],
    ['/manage/pause', 1, 413],
  ])('for %s of %i MiB is too large', async (path, megabytes, expected) => {
    // The answer comes before all is sent: a client that goes on sending may see the connection cut instead.
    const outcome = ask(path, { method: 'POST', text: 'x'.repeat(megabytes * 1024 * 1024) }).then(
      ({ status }) => status,
      (error: { code?: string }) => error.code,
    );
    expect([expected, 'EPIPE', 'ECONNRESET']).toContain(await outcome);
  });

  it.each([
    ['no JSON', 'nope', 'invalid_json'],
    ['another shape', '[]', 'invalid_body'],
    ['no action', '{"extra":1}', 'invalid_body'],
  ])('with %s is refused by name', async (_, text, code) => {
    const answer = await ask('/action/trigger', {
      method: 'POST',
      text,
      headers: { 'content-type': 'application/json' },
    });
    expect([answer.status, codeOf(answer)]).toEqual([400, code]);
  });

  it.each(['/connect', '/records/sync', '/manage/verify', '/manage/pause', '/manage/disconnect', '/try/list-runs'])(
    'for %s that is no form is refused as such',
    async (path) => {
      const form = { 'content-type': 'multipart/form-data; boundary=x' };
      const answer = await ask(path, { method: 'POST', text: 'x', headers: form });
      expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('This form cannot be read.')]);
    },
  );

  it('with metadata that is too deep to be stored is refused', async () => {
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    const about = `"connection_id":"${id}","provider_config_key":"trigger-dev"`;
    const answer = await ask('/connections/metadata', {
      method: 'POST',
      text: `{"metadata":{"x":${deep}},${about}}`,
      headers: { 'content-type': 'application/json' },
    });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'payload_unserialisable']);
  });

  it.each(['.', '..'])('that imports a connection as %j, which no path can name, is refused', async (name) => {
    const json = {
      connection_id: name,
      provider_config_key: 'trigger-dev',
      credentials: served.credentials,
      connection_config: served.config,
    };
    const answer = await ask('/connections', { method: 'POST', json });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid_body']);
    expect(served.host.isConnected(name)).toBe(false);
  });

  it('with a key as the name of a field is not repeated', async () => {
    const answer = await ask('/connections', { method: 'POST', json: { [key]: 1 } });
    expect([answer.status, answer.text.includes(key)]).toEqual([400, false]);
    await ask('/connect/sessions', { method: 'POST', json: { tags: { [key]: key } } });
  });
});

describe('a slow client', () => {
  it('is cut off, and keeps nobody else waiting', async () => {
    const { hostname, port } = new URL(served.server.url);
    const sockets = Array.from({ length: 50 }, () => connect(Number(port), hostname));
    await Promise.all(
      sockets.map(
        (socket) =>
          new Promise((resolve) => {
            socket.on('error', () => undefined).resume();
            socket.on('connect', () => {
              socket.write('POST /action/trigger HTTP/1.1\r\nHost: 127.0.0.1\r\n');
              resolve(undefined);
            });
          }),
      ),
    );
    expect((await ask('/connections')).status).toBe(200);
    const closed = sockets.map((socket) => new Promise((resolve) => socket.on('close', resolve)));
    await Promise.all(closed);
  }, 30_000);
});

describe('nowhere', () => {
  it('in an answer, a page or the log stands a credential or the API key', async () => {
    const answers = [
      await ask('/connect'),
      await ask('/manage'),
      await ask('/records', { headers: { authorization: undefined } }),
      await ask(`/records?model=${key}`),
      await ask(`/manage/disconnect?connection=${key}`),
      await ask(`/connections/${key}`),
      await ask('/action/trigger', { method: 'POST', json: { action_name: key } }),
      await ask('/connect', {
        method: 'POST',
        text: `apiKey=${key}&environment=${key}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
      await ask('/connect', { method: 'POST', json: { apiKey: key, [key]: key } }),
      await ask(`/nowhere/${key}?${key}`),
    ];
    for (const { text } of answers) {
      expect(text).not.toContain(key);
      expect(text).not.toContain(served.apiKey);
    }
    const log = served.logged.join('');
    expect(log).not.toContain(key);
    expect(log).not.toContain(served.apiKey);
    expect(log).not.toMatch(/nango_connect_session_[0-9a-f]/);
    expect(
      log
        .split('\n')
        .filter(Boolean)
        .every((line) => typeof JSON.parse(line).event === 'string'),
    ).toBe(true);
  });
});
