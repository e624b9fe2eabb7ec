import type { AddressInfo } from 'node:net';
import { ConnectorError } from '../../errors/index.js';
import type { AppOptions } from './app.js';

export interface Server {
  /** For example `http://127.0.0.1:4310`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Hono is an optional package: whoever only uses the client does not install it. */
async function loadHono() {
  try {
    const [{ serve }, { createApp }] = await Promise.all([import('@hono/node-server'), import('./app.js')]);
    return { serve, createApp };
  } catch {
    throw new ConnectorError(
      'store_unavailable',
      'The pages need the optional packages hono and @hono/node-server. Install them: npm install hono @hono/node-server',
    );
  }
}

/** Serves the pages on loopback. Port 0 takes any free one. */
export async function serve({ port = 0, ...options }: AppOptions & { port?: number }): Promise<Server> {
  const { createApp, serve: listen } = await loadHono();
  const app = createApp(options);
  return new Promise((resolve, reject) => {
    const server = listen({ fetch: app.fetch, hostname: '127.0.0.1', port }, (address: AddressInfo) => {
      resolve({
        url: `http://127.0.0.1:${address.port}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            if ('closeAllConnections' in server) {
              server.closeAllConnections();
            }
          }),
      });
    });
    server.on('error', (error: NodeJS.ErrnoException) => {
      const why = error.code ?? 'unknown';
      reject(new ConnectorError('network', `Port ${port} cannot be used (${why}). Choose another one.`));
    });
  });
}
