import type { LookupAddress } from 'node:dns';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { endpoints } from '../../src/api/index.js';
import { callerFor, closeConnections, undiciTransport } from '../../src/client/index.js';
import { realSurroundings } from '../../src/client/send.js';
import type { ConnectionPolicy } from '../../src/connection/index.js';
import { connectionTo, failureOf } from './connections.js';
import { answering } from './loopback.js';

/** What each name resolves to. Anything else is not found. */
const zone = vi.hoisted(() => new Map<string, string[]>());
const asked = vi.hoisted(() => [] as string[]);

vi.mock('node:dns', async (original) => ({
  ...(await original<typeof import('node:dns')>()),
  lookup: (name: string, _: object, done: (error: Error | null, addresses?: LookupAddress[]) => void) => {
    asked.push(name);
    const addresses = zone.get(name);
    if (addresses === undefined) {
      done(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' }));
    } else {
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    }
  },
}));

beforeEach(() => {
  zone.clear();
  asked.length = 0;
});
afterAll(closeConnections);

const impatient = { ...realSurroundings, sleep: async () => undefined };
const lan: ConnectionPolicy = { allowPrivateHosts: true, allowHttp: true };
const list = (url: string, policy: ConnectionPolicy) =>
  callerFor(connectionTo(url, { policy }), undiciTransport, impatient)(
    endpoints['runs.list'],
    {},
    { timeoutMs: 20_000 },
  );

describe('addresses in the base URL, of a connection that nothing has checked', () => {
  it.each([
    '127.0.0.1',
    '127.8.8.8',
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[fd12::1]',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    'localhost',
    'sub.localhost.',
    'nas.lan',
    'intranet',
  ])('%s is refused, unless private hosts are allowed', async (host) => {
    const server = await answering(200, '{}');
    const url = `http://${host}:${server.host.split(':')[1]}`;
    const error = await failureOf(list(url, { allowHttp: true }), 'egress_blocked');
    expect(error.field).toBe('baseUrl');
    expect(server.sockets()).toBe(0);
    expect(asked).toEqual([]);
  });

  it.each([
    '169.254.169.254',
    '[fe80::1]',
    '[::ffff:169.254.169.254]',
    '[fd00:ec2::254]',
    '100.100.100.200',
    '168.63.129.16',
    'metadata.google.internal',
  ])('%s is refused whatever is allowed', async (host) => {
    for (const policy of [{}, lan]) {
      await failureOf(list(`http://${host}`, policy), 'egress_blocked');
    }
    expect(asked).toEqual([]);
  });

  it('127.0.0.1 is called when private hosts are allowed', async () => {
    const server = await answering(200, '{"data":[],"pagination":{}}');
    await list(server.url, lan);
    expect(server.requests).toHaveLength(1);
  });
});

describe('addresses behind a name, checked where the socket is opened', () => {
  const name = 'trigger.example.com';
  const on = (server: { host: string }) => `http://${name}:${server.host.split(':')[1]}`;

  it.each([
    [['127.0.0.1']],
    [['10.1.2.3']],
    [['::1']],
    [['::ffff:10.0.0.1']],
    [['169.254.169.254']],
    [['93.184.215.14', '127.0.0.1']],
    [['127.0.0.1', '93.184.215.14']],
    [[]],
  ])('a name that resolves to %j is refused', async (addresses) => {
    const server = await answering(200, '{"data":[],"pagination":{}}');
    zone.set(name, addresses);
    const error = await failureOf(list(on(server), { allowHttp: true }), 'egress_blocked');
    expect(error.field).toBe('baseUrl');
    expect(asked).toEqual([name]);
    expect(server.sockets()).toBe(0);
  });

  it.each(['169.254.169.254', 'fe80::1', 'fd00:ec2::254'])(
    'one that resolves to %s is refused whatever is allowed',
    async (address) => {
      zone.set(name, ['127.0.0.1', address]);
      const server = await answering(200, '{}');
      await failureOf(list(on(server), lan), 'egress_blocked');
      expect(server.sockets()).toBe(0);
    },
  );

  it('one that resolves to a private address is called when those are allowed', async () => {
    zone.set(name, ['127.0.0.1']);
    const server = await answering(200, '{"data":[],"pagination":{}}');
    await list(on(server), lan);
    expect(server.requests[0]?.headers.host).toBe(new URL(on(server)).host);
  });

  it('what one connection allows does not hold for another to the same host', async () => {
    zone.set(name, ['127.0.0.1']);
    const server = await answering(200, '{"data":[],"pagination":{}}');
    await list(on(server), lan);
    await failureOf(list(on(server), { allowHttp: true }), 'egress_blocked');
    await list(on(server), lan);
    expect(server.requests).toHaveLength(2);
  });

  it('a name that does not resolve is a network failure, tried again', async () => {
    const error = await failureOf(list('https://nowhere.example.com', {}), 'network');
    expect(error.message).toContain('nowhere.example.com could not be found: DNS knows no such name (ENOTFOUND)');
    expect(asked).toHaveLength(3);
  });
});
