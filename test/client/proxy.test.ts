import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { callerFor, closeConnections } from '../../src/client/index.js';
import { connectionTo, failureOf } from './connections.js';
import { httpServer } from './loopback.js';

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
    await callerFor(connectionTo('http://trigger.example.com:8080'))('runs.list', {}, once);
    expect(through.tunnels).toEqual(['trigger.example.com:8080']);
    expect(server.requests[0]?.headers.authorization).toMatch(/^Bearer tr_/);
  });

  it('NO_PROXY leads past it', async () => {
    const server = await api();
    const through = await proxy(server);
    vi.stubEnv('HTTP_PROXY', through.url);
    vi.stubEnv('NO_PROXY', '127.0.0.1');
    await callerFor(connectionTo(server.url))('runs.list', {}, once);
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
    await failureOf(call('runs.list', {}, once), 'egress_blocked');
    expect(through.tunnels).toEqual([]);
  });

  it('one that is no URL is an error of the call, and leaves nothing that cannot be closed', async () => {
    vi.stubEnv('HTTP_PROXY', '//user:secret@proxy.example.com:3128');
    const error = await failureOf(
      callerFor(connectionTo('http://trigger.example.com'))('runs.list', {}, once),
      'network',
    );
    expect(JSON.stringify(error) + error.stack).not.toContain('secret');
    await expect(closeConnections()).resolves.toBeUndefined();
  });

  it('one that refuses is named', async () => {
    const through = await proxy(await api(), 403);
    vi.stubEnv('HTTP_PROXY', through.url);
    const error = await failureOf(
      callerFor(connectionTo('http://trigger.example.com'))('runs.list', {}, once),
      'network',
    );
    expect(error.message).toContain('HTTPS_PROXY');
  });
});
