import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { endpoints } from '../../src/api/index.js';
import { type Call, callerFor, closeConnections, undiciTransport } from '../../src/client/index.js';
import { realSurroundings } from '../../src/client/send.js';
import type { ErrorCode } from '../../src/errors/index.js';
import { startFakeApi } from '../fake-api/index.js';
import { connectionTo, failureOf, secretKey } from './connections.js';
import { closedPort, httpServer, type Loopback, tcpServer } from './loopback.js';

afterAll(closeConnections);

/** Retries come at once, so that one too many shows before the call ends. */
const impatient = { ...realSurroundings, sleep: async () => undefined };
const caller = (url: string): Call => callerFor(connectionTo(url), undiciTransport, impatient);

const ok = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

describe('lost answers', () => {
  it.each<[string, string | undefined, ErrorCode]>([
    ['closed without an answer', undefined, 'network'],
    ['closed in the head', 'HTTP/1.1 200 OK\r\ncontent-', 'network'],
    ['closed in the body', `${ok}content-length: 100\r\n\r\n{"data":[`, 'network'],
    ['closed in a chunk', `${ok}transfer-encoding: chunked\r\n\r\n40\r\n{"data":[`, 'network'],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'network'],
    ['contradicting lengths', `${ok}content-length: 1\r\ncontent-length: 2\r\n\r\n{}`, 'network'],
    ['a head without end', `${ok}x-filler: ${'a'.repeat(100_000)}`, 'network'],
  ])('%s: tried three times, then named', async (_, bytes, code) => {
    const server = await tcpServer((socket) => (bytes === undefined ? socket.destroy() : socket.end(bytes)));
    const error = await failureOf(caller(server.url)(endpoints['runs.list'], {}), code);
    expect(error.message).toContain(server.host);
    expect(error.field).toBe('baseUrl');
    expect(server.sockets()).toBe(3);
  });

  it('a reset is a network failure', async () => {
    const server = await tcpServer((socket) => socket.resetAndDestroy());
    const error = await failureOf(caller(server.url)(endpoints['runs.list'], {}), 'network');
    expect(error.message).toContain(server.host);
    expect(server.sockets()).toBe(3);
  });

  it.each(['before', 'after', 'truncate'] as const)(
    'a read whose connection drops (%s) is read again',
    async (drop) => {
      const api = await startFakeApi({ runs: 30 });
      onTestFinished(api.close);
      api.fail({ drop, times: 2 });
      const connection = connectionTo(api.url, { secret: api.project.keys['root:prod'] });
      const { data } = await callerFor(connection, undiciTransport, impatient)(endpoints['runs.list'], { limit: 5 });
      expect(data.map(({ id }) => id)).toEqual(
        api.project
          .runsOf('prod')
          .slice(0, 5)
          .map(({ id }) => id),
      );
      expect(api.requests).toHaveLength(3);
    },
  );

  it('a refused connection names the host and the reason', async () => {
    const { url, host } = await closedPort();
    const error = await failureOf(caller(url)(endpoints['runs.list'], {}), 'network');
    expect(error.message).toMatch(
      /could not be reached: it refused the connection.* \(ECONNREFUSED\)\. Check the host and port/,
    );
    expect(error.message).toContain(host);
  });

  it('a name that DNS does not know is named, with what to check', async () => {
    const error = await failureOf(caller('http://trigger.invalid')(endpoints['runs.list'], {}), 'network');
    expect(error.message).toMatch(
      /^trigger\.invalid could not be (?:found|looked up): DNS .* \((?:ENOTFOUND|EAI_AGAIN)\)\. Check/,
    );
  });

  it('a key that no header can carry stays out of the error', async () => {
    const server = await httpServer((response) => response.end('{}'));
    const secret = `${secretKey()}\r\nx-evil: 1`;
    const call = callerFor(connectionTo(server.url, { secret }), undiciTransport, impatient);
    await failureOf(call(endpoints['runs.list'], {}), 'network', secret);
    expect(server.requests).toEqual([]);
  });
});

/** Answers nothing, or the head and the start of a body. */
const silent = (part: 'nothing' | 'head') =>
  httpServer((response) => {
    if (part === 'head') {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"data":[');
    }
  });

async function arrived(server: Loopback): Promise<void> {
  while (server.requests.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

describe.each(['nothing', 'head'] as const)('a server that sends %s and then waits', (part) => {
  it('is a timeout', async () => {
    const server = await silent(part);
    const started = performance.now();
    const error = await failureOf(caller(server.url)(endpoints['runs.list'], {}, { timeoutMs: 60 }), 'timeout');
    expect(performance.now() - started).toBeGreaterThanOrEqual(50);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(error.message).toContain(`${server.host} did not answer within`);
    expect(server.requests).toHaveLength(1);
  });

  it.each(['the caller', 'a timer of the caller'])('is left at once when %s aborts', async (who) => {
    const server = await silent(part);
    const abort = new AbortController();
    const signal = who === 'the caller' ? abort.signal : AbortSignal.timeout(150);
    const call = failureOf(caller(server.url)(endpoints['runs.list'], {}, { signal }), 'aborted');
    await arrived(server);
    const started = performance.now();
    abort.abort(new Error(`stopped, ${secretKey()}`));
    await call;
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(server.requests).toHaveLength(1);
  });
});

it('the transport itself tells an abort from a failure, without a retry around it', async () => {
  const server = await silent('nothing');
  const abort = new AbortController();
  const request = { method: 'GET', path: '/', query: {}, headers: {} };
  const sent = undiciTransport.send(connectionTo(server.url), request, { signal: abort.signal, timeoutMs: 20_000 });
  const failure = failureOf(sent, 'aborted');
  await arrived(server);
  abort.abort();
  await failure;
});

describe('a time that is given', () => {
  it.each([2 ** 31, Number.POSITIVE_INFINITY])('may be as long as %d ms', async (timeoutMs) => {
    const server = await httpServer((response) => {
      setTimeout(() => response.end('{"data":[],"pagination":{}}'), 30);
    });
    await caller(server.url)(endpoints['runs.list'], {}, { timeoutMs });
    expect(server.requests).toHaveLength(1);
  });
});
