import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { endpoints } from '../../src/api/index.js';
import { callerFor, closeConnections, undiciTransport } from '../../src/client/index.js';
import { realSurroundings } from '../../src/client/send.js';
import { isLasting } from '../../src/errors/index.js';
import { connectionTo, failureOf } from './connections.js';
import { closedPort, httpServer, tcpServer } from './loopback.js';

const resolved = vi.hoisted(() => new Map<string, string>());

vi.mock('node:dns/promises', async (original) => ({
  ...(await original<typeof import('node:dns/promises')>()),
  lookup: async (name: string) => {
    const address = resolved.get(name);
    if (address === undefined) {
      throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
    }
    return [{ address, family: 4 }];
  },
}));

const impatient = { ...realSurroundings, sleep: async () => undefined };
const once = { retry: { maxAttempts: 1 } };
const page = JSON.stringify({ data: [], pagination: {} });

const api = () => httpServer((response) => response.writeHead(200, { 'content-type': 'application/json' }).end(page));

/** A proxy on loopback that leads every tunnel to one server, or refuses it. */
async function proxy(target: { host: string }, status = 200) {
  const tunnels: string[] = [];
  const server = createServer().on('connect', ({ url = '' }, socket) => {
    tunnels.push(url);
    socket.on('error', () => undefined);
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const [host = '', port] = target.host.split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Yes\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tunnels };
}

beforeEach(() => {
  for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY']) {
    vi.stubEnv(name, '');
  }
  resolved.clear();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await closeConnections();
});

describe('a proxy that the environment names', () => {
  it.each(['HTTP_PROXY', 'http_proxy'])('%s leads the request through it, key and all', async (name) => {
    const server = await api();
    const through = await proxy(server);
    vi.stubEnv(name, through.url);
    await callerFor(connectionTo('http://trigger.example.com:8080'))(endpoints['runs.list'], {}, once);
    expect(through.tunnels).toEqual(['trigger.example.com:8080']);
    expect(server.requests[0]?.headers.authorization).toMatch(/^Bearer tr_/);
  });

  it('NO_PROXY leads past it', async () => {
    const server = await api();
    const through = await proxy(server);
    vi.stubEnv('HTTP_PROXY', through.url);
    vi.stubEnv('NO_PROXY', '127.0.0.1');
    await callerFor(connectionTo(server.url))(endpoints['runs.list'], {}, once);
    expect(through.tunnels).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['an address in the base URL', 'http://169.254.169.254'],
    ['a name of an address', 'http://metadata.example.com'],
    ['a private name, not allowed', 'http://intranet.example.com'],
  ])('no tunnel is asked for %s', async (_, url) => {
    resolved.set('metadata.example.com', '169.254.169.254').set('intranet.example.com', '10.0.0.8');
    const through = await proxy(await api());
    vi.stubEnv('HTTP_PROXY', through.url);
    const call = callerFor(connectionTo(url, { policy: { allowHttp: true } }));
    await failureOf(call(endpoints['runs.list'], {}, once), 'egress_blocked');
    expect(through.tunnels).toEqual([]);
  });

  it.each([
    ['//user:hunter22@proxy.example.com:3128', '***@proxy.example.com:3128'],
    ['proxy.example.com:3128', 'proxy.example.com:3128'],
    ['localhost:3128', 'localhost:3128'],
    ['127.0.0.1:3128', '127.0.0.1:3128'],
    ['user:hunter22@127.0.0.1:3128', '***@127.0.0.1:3128'],
    ['http://user:hunter22%zz@proxy.example.com', '***@proxy.example.com'],
    ['ftp://user:hunter22@proxy.example.com', '***@proxy.example.com'],
    ['http://', '***'],
    ['hunter22', '***'],
    ['user:hunter22', '***'],
    ['hunter22\u001b[2J@\u001b[2J', '***'],
  ])('%j is refused, named and masked, before anything is sent', async (value, shown) => {
    for (const name of ['HTTP_PROXY', 'https_proxy']) {
      vi.stubEnv('HTTP_PROXY', '');
      vi.stubEnv(name, value);
      const call = callerFor(connectionTo('http://trigger.example.com'), undiciTransport, impatient);
      const error = await failureOf(call(endpoints['runs.list'], {}), 'proxy_failed');
      expect(error.message).toContain(`${name} does not name a proxy: ${shown}. Write it with its scheme`);
      expect(JSON.stringify(error) + error.stack).not.toContain('hunter22');
      expect(error.message).not.toContain('\u001b');
      vi.stubEnv(name, '');
    }
    await expect(closeConnections()).resolves.toBeUndefined();
  });

  it.each([
    [403, 'proxy_failed', /does not let trigger\.example\.com through \(403\)\. Have it allowed/, 1],
    [404, 'proxy_failed', /does not let trigger\.example\.com through \(404\)/, 1],
    [407, 'proxy_failed', /requires a user and password \(407\)/, 1],
    // Behind it something may be there again the next moment.
    [502, 'network', /could not reach trigger\.example\.com \(502\)/, 3],
    [503, 'network', /could not reach trigger\.example\.com \(503\)/, 3],
  ] as const)('one that answers %i is %s', async (status, code, says, attempts) => {
    const through = await proxy(await api(), status);
    vi.stubEnv('HTTP_PROXY', through.url.replace('//', '//user:hunter22@'));
    const call = callerFor(connectionTo('http://trigger.example.com'), undiciTransport, impatient);
    const error = await failureOf(call(endpoints['runs.list'], {}), code);
    expect(error.message).toMatch(says);
    expect(error.message).toContain(`The proxy that HTTP_PROXY names, ${through.url.replace('//', '//***@')},`);
    expect(JSON.stringify(error) + error.stack).not.toContain('hunter22');
    expect(through.tunnels).toHaveLength(attempts);
    expect(isLasting(error)).toBe(false);
  });

  it.each(['http://trigger.example.com', 'https://trigger.example.com'])(
    'one that refuses the connection is named, for %s',
    async (url) => {
      const closed = await closedPort();
      vi.stubEnv('HTTP_PROXY', closed.url);
      const call = callerFor(connectionTo(url), undiciTransport, impatient);
      const error = await failureOf(call(endpoints['runs.list'], {}), 'proxy_failed');
      expect(error.message).toContain(`The proxy that HTTP_PROXY names, ${closed.url}, cannot be used`);
      expect(error.message).toContain('it refused the connection');
    },
  );

  it('one whose name nobody knows is named', async () => {
    vi.stubEnv('HTTPS_PROXY', 'http://proxy.invalid:3128');
    const call = callerFor(connectionTo('https://trigger.example.com'), undiciTransport, impatient);
    const error = await failureOf(call(endpoints['runs.list'], {}), 'proxy_failed');
    expect(error.message).toMatch(/HTTPS_PROXY names, http:\/\/proxy\.invalid:3128, cannot be used: .*DNS/);
  });

  it('one that does not speak https, where the variable says so', async () => {
    const plain = await api();
    vi.stubEnv('HTTP_PROXY', plain.url.replace('http:', 'https:'));
    const call = callerFor(connectionTo('http://trigger.example.com'), undiciTransport, impatient);
    const error = await failureOf(call(endpoints['runs.list'], {}), 'proxy_failed');
    expect(error.message).toContain('does not speak https on that port');
  });

  it('one that does not speak https, for a host that does', async () => {
    const plain = await api();
    vi.stubEnv('HTTPS_PROXY', plain.url.replace('http:', 'https:'));
    const error = await failureOf(
      callerFor(connectionTo('https://api.example.com'))(endpoints['runs.list'], {}, once),
      'proxy_failed',
    );
    expect(error.message).toContain(`HTTPS_PROXY names, https://${plain.host}, cannot be used`);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['closes', (socket) => socket.end()],
    ['resets', (socket) => socket.resetAndDestroy()],
  ])('one that %s the connection is named, and asked once', async (_, act) => {
    const closing = await tcpServer(act);
    vi.stubEnv('HTTPS_PROXY', closing.url);
    const error = await failureOf(
      callerFor(connectionTo('https://api.example.com'))(endpoints['runs.list'], {}, once),
      'network',
    );
    expect(error.message).toContain(`HTTPS_PROXY names, ${closing.url}, gave no tunnel`);
    expect(closing.sockets()).toBe(1);
  });

  it('a failure behind it names it as a possible cause', async () => {
    const rude = await tcpServer((socket) => socket.destroy());
    const through = await proxy(rude);
    vi.stubEnv('HTTP_PROXY', through.url);
    const call = callerFor(connectionTo('http://trigger.example.com'), undiciTransport, impatient);
    const error = await failureOf(call(endpoints['runs.list'], {}), 'network');
    expect(error.message).toContain(`A proxy is set (HTTP_PROXY=${through.url}): it may be the cause.`);
    expect(through.tunnels).toHaveLength(3);
  });

  it('a host that NO_PROXY names fails by itself', async () => {
    const closed = await closedPort();
    vi.stubEnv('HTTP_PROXY', (await proxy(await api())).url);
    vi.stubEnv('NO_PROXY', '127.0.0.1');
    const call = callerFor(connectionTo(closed.url), undiciTransport, impatient);
    const error = await failureOf(call(endpoints['runs.list'], {}), 'network');
    expect(error.message).toContain(`${closed.host} could not be reached: it refused the connection`);
  });
});
