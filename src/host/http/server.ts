import type { ServerOptions } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { ConnectorError } from '../../errors/index.js';
import type { AppOptions } from './app.js';

export interface Server {
  /** For example `http://127.0.0.1:4310`. */
  readonly url: string;
  close(): Promise<void>;
}

export interface ServeOptions extends Omit<AppOptions, 'boundHost'> {
  /** 0 takes any free one. */
  readonly port?: number;
  /** Loopback unless something else is asked for, which needs an API key. */
  readonly hostname?: string;
}

/** Hono is an optional package: whoever only uses the client does not install it. */
async function loadHono() {
  try {
    const [{ serve }, { createApp }] = await Promise.all([import('@hono/node-server'), import('./app.js')]);
    return { serve, createApp };
  } catch {
    throw new ConnectorError(
      'package_missing',
      'The pages need the optional packages hono and @hono/node-server. Install them: npm install hono @hono/node-server',
    );
  }
}

/** A client that sends its request drop by drop holds a connection no longer than this. */
const patience: ServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 5_000,
};

/** What is being answered when the server closes gets so long. */
const graceMs = 3_000;

export const isLoopback = (hostname: string) => ['127.0.0.1', '::1', 'localhost'].includes(hostname);

/** Serves the pages and, with an API key, Nango's API. Throws `network` where the port is taken. */
export async function serve({ hostname = '127.0.0.1', port = 0, ...options }: ServeOptions): Promise<Server> {
  const { createApp, serve: listen } = await loadHono();
  const name = isIPv6(hostname) ? `[${hostname}]` : hostname;
  const app = createApp({ ...options, ...(!isLoopback(hostname) && { boundHost: name }) });
  return new Promise((resolve, reject) => {
    const server = listen({ fetch: app.fetch, hostname, port, serverOptions: patience }, (address: AddressInfo) => {
      resolve({
        url: `http://${name}:${address.port}`,
        close: () =>
          new Promise((closed) => {
            const cut = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), graceMs);
            server.close(() => {
              clearTimeout(cut);
              closed();
            });
          }),
      });
    });
    server.on('error', (error: NodeJS.ErrnoException) => {
      const why = error.code ?? 'unknown';
      reject(new ConnectorError('network', `Port ${port} cannot be used (${why}). Choose another one.`));
    });
  });
}
