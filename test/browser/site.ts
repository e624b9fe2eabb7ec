import type { Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { type Transport, undiciTransport } from '../../src/client/index.js';
import { ConnectorError } from '../../src/errors/index.js';
import { Host, openStore, type Server, serve } from '../../src/host/index.js';
import { type FakeApi, startFakeApi } from '../fake-api/index.js';

export interface Site {
  readonly api: FakeApi;
  readonly host: Host;
  /** Where the host's pages are. */
  readonly url: string;
}

/** No test leaves this machine, whatever it types. */
const transport: Transport = {
  send: (connection, request, options) =>
    connection.baseUrl.startsWith('http://127.0.0.1:')
      ? undiciTransport.send(connection, request, options)
      : Promise.reject(new ConnectorError('network')),
};

/** The host's pages before a fake API, for the tests of one file. */
export function useSite(): Site {
  let api: FakeApi;
  let host: Host;
  let server: Server;
  beforeAll(async () => {
    api = await startFakeApi({ runs: 120 });
    host = new Host({ store: await openStore(':memory:'), transport });
    server = await serve({ host, transport, policy: { allowHttp: true, allowPrivateHosts: true } });
  });
  afterAll(async () => {
    await server.close();
    await host.close();
    await api.close();
  });
  return {
    get api() {
      return api;
    },
    get host() {
      return host;
    },
    get url() {
      return server.url;
    },
  };
}

/** The addresses to which a page sends a form, as they go out. */
export function submissions(page: Page): string[] {
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') {
      sent.push(new URL(request.url()).pathname);
    }
  });
  return sent;
}
