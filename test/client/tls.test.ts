import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { endpoints } from '../../src/api/index.js';
import { callerFor, closeConnections, undiciTransport, verifyConnection } from '../../src/client/index.js';
import { realSurroundings } from '../../src/client/send.js';
import { isLasting } from '../../src/errors/index.js';
import { runNode } from '../setup/run-process.js';
import { type Authority, createAuthority, hasOpenssl } from './certificates.js';
import { connectionTo, failureOf, secretKey } from './connections.js';
import { answering, tcpServer } from './loopback.js';

if (!hasOpenssl) {
  // biome-ignore lint/suspicious/noConsole: a skipped check must be seen
  console.warn('SKIPPED certificates: there is no openssl to make them with');
}

const impatient = { ...realSurroundings, sleep: async () => undefined };
const page = '{"data":[],"pagination":{}}';

async function tlsServer(options: ServerOptions): Promise<{ url: string; sockets(): number }> {
  let sockets = 0;
  const server = createServer(options, (_, response) => response.end(page));
  server.on('connection', () => {
    sockets += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, sockets: () => sockets };
}

const failing = (url: string, code: 'tls_failed' | 'network') =>
  failureOf(callerFor(connectionTo(url), undiciTransport, impatient)(endpoints['runs.list'], {}), code);

afterAll(closeConnections);

describe.skipIf(!hasOpenssl)('a certificate', () => {
  let authority: Authority;
  beforeAll(() => {
    authority = createAuthority();
  });
  afterAll(() => authority.remove());

  it('of an unknown authority names NODE_EXTRA_CA_CERTS, is tried once, and never lasts', async () => {
    const server = await tlsServer(authority.sign('unknown', 'IP:127.0.0.1'));
    const error = await failing(server.url, 'tls_failed');
    expect(error.message).toMatch(
      /^127\.0\.0\.1:\d+ sent a certificate of an authority that is not known here \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)\. .*NODE_EXTRA_CA_CERTS=<file>/,
    );
    expect(error.field).toBe('baseUrl');
    expect(server.sockets()).toBe(1);
    expect(isLasting(error)).toBe(false);
    expect(await verifyConnection(connectionTo(server.url))).toMatchObject({
      status: 'unverifiable',
      code: 'tls_failed',
    });
  });

  it('is judged the same in a stream', async () => {
    const { url } = await tlsServer(authority.sign('stream', 'IP:127.0.0.1'));
    const request = { method: 'GET', path: '/', query: {}, headers: {} };
    const stream = undiciTransport.stream?.(connectionTo(url), request, { timeoutMs: 10_000 });
    await failureOf(Promise.resolve(stream), 'tls_failed');
  });

  // The advice is followed, in a process of its own: Node reads the variable when it starts.
  it('of an authority in NODE_EXTRA_CA_CERTS works, but not one that has expired or is for another name', async () => {
    const servers = [
      await tlsServer(authority.sign('good', 'IP:127.0.0.1')),
      await tlsServer(authority.sign('expired', 'IP:127.0.0.1', -1)),
      await tlsServer(authority.sign('other', 'DNS:other.example')),
    ];
    const program = `
      import { runsList } from ${JSON.stringify(new URL('../../src/api/index.ts', import.meta.url).href)};
      import { callerFor, closeConnections } from ${JSON.stringify(new URL('../../src/client/index.ts', import.meta.url).href)};
      import { Secret } from ${JSON.stringify(new URL('../../src/errors/index.ts', import.meta.url).href)};
      const policy = { allowPrivateHosts: true };
      const said = [];
      for (const baseUrl of ${JSON.stringify(servers.map(({ url }) => url))}) {
        const connection = { key: new Secret(process.env.KEY), kind: 'root', environment: 'prod', policy, baseUrl };
        said.push(await callerFor(connection)(runsList, {}).then(() => 'works', ({ code, message }) => [code, message]));
      }
      await closeConnections();
      console.log(JSON.stringify(said));
    `;
    const env = { PATH: process.env['PATH'], KEY: secretKey(), NODE_EXTRA_CA_CERTS: authority.file };
    const { output } = await runNode(['--import', 'tsx', '--input-type=module', '--eval', program], { env });
    const line = output.split('\n').find((one) => one.startsWith('['));
    expect(JSON.parse(line ?? 'null'), output).toEqual([
      'works',
      ['tls_failed', expect.stringMatching(/that has expired \(CERT_HAS_EXPIRED\)\. Have it renewed/)],
      ['tls_failed', expect.stringMatching(/for another name \(ERR_TLS_CERT_ALTNAME_INVALID\)\. Enter the host/)],
    ]);
    expect(servers.map(({ sockets }) => sockets())).toEqual([1, 1, 1]);
  });

  it('http where https is spoken is a network failure with the next step: the server only hangs up', async () => {
    const server = await tlsServer(authority.sign('plain', 'IP:127.0.0.1'));
    const error = await failing(server.url.replace('https:', 'http:'), 'network');
    expect(error.message).toContain('If that port speaks https, begin the base URL with https://.');
  });

  it('a server of old versions of TLS only is named', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const server = await tlsServer({ ...authority.sign('old', 'IP:127.0.0.1'), ...old });
    expect((await failing(server.url, 'tls_failed')).message).toContain('did not agree on TLS');
    expect(server.sockets()).toBe(1);
  });
});

describe('http and https mixed up', () => {
  it('https where http is spoken', async () => {
    const server = await answering(200, page);
    const error = await failing(server.url.replace('http:', 'https:'), 'tls_failed');
    expect(error.message).toContain('does not speak https on that port (ERR_SSL_WRONG_VERSION_NUMBER)');
    expect(server.sockets()).toBe(1);
  });

  it('http where a server answers with an alert of TLS', async () => {
    const server = await tcpServer((socket) => socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 70])));
    const error = await failing(server.url, 'tls_failed');
    expect(error.message).toContain('speaks https on that port');
    expect(server.sockets()).toBe(1);
  });

  it('http where a server says so in a page', async () => {
    const server = await answering(400, '<h1>400</h1>The plain HTTP request was sent to HTTPS port', {
      'content-type': 'text/html',
    });
    expect((await failing(server.url, 'tls_failed')).message).toContain('Begin the base URL with https://');
  });
});
