import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { undiciTransport } from '../../src/client/undici-transport.js';
import { parseConnection } from '../../src/connection/index.js';
import { ConnectorError } from '../../src/errors/index.js';
import { proxyDelays } from '../../src/host/runner/proxy-delays.js';

const attempt = { repeat: 'safe', attempt: 1, maxAttempts: 3, now: 0, random: 0 } as const;

async function failureAt(baseUrl: string): Promise<ConnectorError> {
  const policy = { allowHttp: true, allowPrivateHosts: true };
  const parsed = parseConnection({ apiKey: 'tr_prod_0123456789abcdefghij', baseUrl }, policy);
  if (!parsed.ok) {
    throw new Error(JSON.stringify(parsed.issues));
  }
  const request = { method: 'GET', path: '/', query: {}, headers: {} } as const;
  const error: unknown = await undiciTransport
    .send(parsed.connection, request, { timeoutMs: 5_000 })
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof ConnectorError)) {
    throw new Error('This was to fail.');
  }
  return error;
}

/** A port where something answers, but no TLS. */
async function plainPort(): Promise<number> {
  const server = createServer((_, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

it('the proxy retries a refused connection, as Nango does', async () => {
  const error = await failureAt('http://127.0.0.1:1');
  expect(error.message).toContain('ECONNREFUSED');
  expect(proxyDelays.afterFailure(error, attempt)).toBeGreaterThan(0);
});

it('the proxy does not retry a failed TLS handshake, as Nango does not', async () => {
  const error = await failureAt(`https://127.0.0.1:${await plainPort()}`);
  expect(error.code).toBe('tls_failed');
  expect(proxyDelays.afterFailure(error, attempt)).toBeUndefined();
});
