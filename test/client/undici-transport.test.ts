import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { endpoints } from '../../src/api/index.js';
import { callerFor, closeConnections, undiciTransport } from '../../src/client/index.js';
import type { HttpRequest } from '../../src/gate/index.js';
import { connectionTo, failureOf, secretKey } from './connections.js';
import { answering, httpServer } from './loopback.js';

afterAll(closeConnections);

const emptyPage = '{"data":[],"pagination":{}}';
const handle = '{"id":"run_c1","isCached":false}';
const get: HttpRequest = { method: 'GET', path: '/x', query: {}, headers: {} };
const options = { timeoutMs: 20_000 };

describe('what goes over the wire', () => {
  it('is exactly this for a list', async () => {
    const server = await answering(200, emptyPage);
    await callerFor(connectionTo(server.url))(endpoints['runs.list'], {
      limit: 10,
      status: ['COMPLETED', 'FAILED'],
      tag: ['user:1', 'a&b=c #d+e/é'],
      isTest: false,
      from: '2026-01-01T00:00:00Z',
    });
    const [request] = server.requests;
    expect(request?.method).toBe('GET');
    expect(request?.target).toBe(
      '/api/v1/runs?page%5Bsize%5D=10&filter%5BcreatedAt%5D%5Bfrom%5D=1767225600000' +
        '&filter%5Bstatus%5D=COMPLETED%2CFAILED%2CINTERRUPTED' +
        '&filter%5Btag%5D=user%3A1%2Ca%26b%3Dc%20%23d%2Be%2F%C3%A9&filter%5BisTest%5D=false',
    );
    expect(request?.headers).toEqual({
      host: server.host,
      connection: 'keep-alive',
      accept: 'application/json',
      'x-trigger-api-version': '2025-07-16',
      authorization: `Bearer ${secretKey()}`,
    });
    expect(request?.body).toBe('');
  });

  it('is exactly this for a trigger', async () => {
    const server = await answering(200, handle);
    const connection = connectionTo(server.url, { environment: 'preview', previewBranch: 'feature/one' });
    await callerFor(connection)(endpoints['tasks.trigger'], {
      taskId: 'my/task %2e',
      payload: { text: 'é\u2028"' },
      options: { delay: '1h' },
    });
    const [request] = server.requests;
    const body = '{"payload":{"text":"é\u2028\\""},"options":{"delay":"1h"}}';
    expect(request).toMatchObject({ method: 'POST', target: '/api/v1/tasks/my%2Ftask%20%252e/trigger', body });
    const { 'x-trigger-request-idempotency-key': key, ...headers } = request?.headers ?? {};
    expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(headers).toEqual({
      host: server.host,
      connection: 'keep-alive',
      accept: 'application/json',
      'content-type': 'application/json',
      // A body of unannounced length would be refused as too large.
      'content-length': String(Buffer.byteLength(body)),
      'x-trigger-api-version': '2025-07-16',
      'x-trigger-branch': 'feature/one',
      authorization: `Bearer ${secretKey()}`,
    });
  });

  it('never holds a header twice, nor a second credential', async () => {
    const server = await answering(200, emptyPage);
    const request = { ...get, headers: { accept: 'application/json' } };
    await undiciTransport.send(connectionTo(server.url), request, options);
    const names = server.requests[0]?.rawHeaders
      .filter((_, index) => index % 2 === 0)
      .map((name) => name.toLowerCase());
    expect(new Set(names).size).toBe(names?.length);
    expect(server.requests[0]?.rawHeaders.filter((text) => text.includes(secretKey()))).toHaveLength(1);
  });
});

describe('connections', () => {
  // A socket counts as busy until the turn after its answer, so calls without a pause alternate between two.
  const pair = 2;

  it('are kept alive: calls one after the other share them', async () => {
    const server = await answering(200, emptyPage);
    const call = callerFor(connectionTo(server.url));
    for (let index = 0; index < 20; index += 1) {
      await call(endpoints['runs.list'], {});
    }
    expect(server.requests).toHaveLength(20);
    expect(server.sockets()).toBeLessThanOrEqual(pair);
  });

  it('are shared by callers with different keys', async () => {
    const server = await answering(200, emptyPage);
    const secrets = ['Key1', 'Key2', 'Key3', 'Key4', 'Key5'].map((mark) => secretKey(mark));
    for (const secret of secrets) {
      await callerFor(connectionTo(server.url, { secret }))(endpoints['runs.list'], {});
    }
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(secrets.map((one) => `Bearer ${one}`));
    expect(server.sockets()).toBeLessThanOrEqual(pair);
  });

  it('are at most 64, and carry any number of calls', async () => {
    const server = await answering(200, emptyPage);
    const call = callerFor(connectionTo(server.url));
    await Promise.all(Array.from({ length: 300 }, () => call(endpoints['runs.list'], {})));
    expect(server.requests).toHaveLength(300);
    expect(server.sockets()).toBeGreaterThan(1);
    expect(server.sockets()).toBeLessThanOrEqual(64);
  });

  it('stay usable after an answer that is refused', async () => {
    const server = await httpServer((response) => {
      response.writeHead(302, { location: 'https://example.com/' }).end(emptyPage);
    });
    const call = callerFor(connectionTo(server.url));
    for (let index = 0; index < 5; index += 1) {
      await failureOf(call(endpoints['runs.list'], {}), 'redirect_refused');
    }
    expect(server.sockets()).toBeLessThanOrEqual(pair);
  });

  it('are opened anew after they were closed', async () => {
    const server = await answering(200, emptyPage);
    const call = callerFor(connectionTo(server.url));
    await call(endpoints['runs.list'], {});
    const before = server.sockets();
    await closeConnections();
    await call(endpoints['runs.list'], {});
    expect(server.sockets()).toBe(before + 1);
  });
});

describe('redirects', () => {
  const calls = {
    GET: (url: string) => callerFor(connectionTo(url))(endpoints['runs.list'], {}),
    POST: (url: string) =>
      callerFor(connectionTo(url))(endpoints['tasks.trigger'], { taskId: 'a', payload: { secret: 1 } }),
  };

  it.each([301, 302, 303, 307, 308].flatMap((status) => [[status, 'GET'] as const, [status, 'POST'] as const]))(
    '%d on a %s is not followed',
    async (status, method) => {
      const second = await answering(200, method === 'GET' ? emptyPage : handle);
      const location = `http://user:word@${second.host}/hidden/path?token=${secretKey()}`;
      const first = await answering(status, '', { location });
      const error = await failureOf(calls[method](first.url), 'redirect_refused');
      expect(error).toMatchObject({ status, field: 'baseUrl' });
      expect(error.message).toContain(second.host);
      for (const rest of ['user', 'word', 'hidden', 'token', 'http://']) {
        expect(error.message).not.toContain(rest);
      }
      expect([first.requests.length, second.requests.length, second.sockets()]).toEqual([1, 0, 0]);
    },
  );

  it.each([
    ['to itself', '/api/v1/runs/'],
    ['to a file', 'file:///etc/passwd'],
    ['to nowhere', ''],
    ['to nonsense', 'http://['],
    ['to a script', 'javascript:alert(1)'],
  ])('%s is not followed either', async (_, location) => {
    const server = await answering(302, '', { location });
    const error = await failureOf(calls.GET(server.url), 'redirect_refused');
    expect(error.message).toContain('another place');
    expect(server.requests).toHaveLength(1);
  });

  it.each([300, 304, 305])('%d is no answer', async (status) => {
    const server = await answering(status, '');
    await failureOf(calls.GET(server.url), 'redirect_refused');
    expect(server.requests).toHaveLength(1);
  });
});

describe('bodies', () => {
  const run = { id: 'run_1', taskIdentifier: 't', status: 'NEW_STATUS', createdAt: 'x', updatedAt: 'x', isTest: false };
  const whole = { ...run, tags: [], costInCents: 0, baseCostInCents: 0, durationMs: 0, env: { id: 'e', name: 'prod' } };
  const page = (item: object) => JSON.stringify({ data: [whole, item], pagination: {} });

  it.each<[string, string | Buffer, Record<string, string>, string]>([
    ['HTML', '<!DOCTYPE html><title>Log in here</title>', { 'content-type': 'text/html' }, ''],
    ['HTML that says it is JSON', '<html>Log in here</html>', {}, ''],
    ['nothing', '', {}, ''],
    ['null', 'null', {}, ''],
    ['a list', '[]', {}, ''],
    ['an empty object', '{}', {}, 'data'],
    ['a string', '"hello"', {}, ''],
    ['half of the JSON', '{"data":[],"pagin', {}, ''],
    ['compressed bytes that nobody asked for', gzipSync(emptyPage), { 'content-encoding': 'gzip' }, ''],
    ['an item of another type', page({ ...whole, costInCents: '12' }), {}, 'data.1.costInCents'],
    ['an item without an id', page(run), {}, 'data.1.tags'],
  ])('%s is no answer of this API', async (_, body, headers, path) => {
    const server = await answering(200, body, headers);
    const error = await failureOf(callerFor(connectionTo(server.url))(endpoints['runs.list'], {}), 'invalid_response');
    expect(error).toMatchObject({ path, status: 200, endpoint: 'runs.list' });
    expect(error.message).not.toMatch(/html|Log in|hello/i);
    expect(server.requests).toHaveLength(1);
  });

  it('tolerates more fields and newer statuses', async () => {
    const server = await answering(200, page({ ...whole, id: 'run_2', brandNew: { deep: [1] } }));
    const { data } = await callerFor(connectionTo(server.url))(endpoints['runs.list'], {});
    expect(data.map(({ id, status }) => [id, status])).toEqual([
      ['run_1', 'NEW_STATUS'],
      ['run_2', 'NEW_STATUS'],
    ]);
  });

  it('shows nothing of an HTML error page, and what a JSON error says without a key in it', async () => {
    const call = { maxAttempts: 1 };
    const html = await answering(502, '<html>nginx Bad Gateway</html>', { 'content-type': 'text/html' });
    const bad = await failureOf(
      callerFor(connectionTo(html.url))(endpoints['runs.list'], {}, { retry: call }),
      'invalid_response',
    );
    expect(bad.message).not.toMatch(/nginx|</);
    const echo = await httpServer((response, { headers }) => {
      response.writeHead(400).end(JSON.stringify({ error: `cannot parse ${headers.authorization}`, headers }));
    });
    const echoed = await failureOf(callerFor(connectionTo(echo.url))(endpoints['runs.list'], {}), 'input_invalid');
    expect(echoed.message).toContain('cannot parse Bearer [redacted]');
  });

  it('may be up to 32 MiB', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 0x20);
    const server = await httpServer((response) => {
      const count = server.requests[0]?.target === '/most' && server.requests.length === 1 ? 32 : 33;
      for (let index = 0; index < count; index += 1) {
        response.write(chunk);
      }
      response.end();
    });
    const connection = connectionTo(server.url);
    const most = await undiciTransport.send(connection, { ...get, path: '/most' }, options);
    expect((most.body as string).length).toBe(32 * 1024 * 1024);
    const error = await failureOf(callerFor(connection)(endpoints['runs.list'], {}), 'response_too_large');
    expect(error.message).toContain(server.host);
    expect(server.requests).toHaveLength(2);
  });
});
