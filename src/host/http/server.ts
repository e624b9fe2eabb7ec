import type { AddressInfo } from 'node:net';
import { serve as serveHono } from '@hono/node-server';
import { ConnectorError } from '../../errors/index.js';
import { type AppOptions, createApp } from './app.js';

export interface Server {
  /** For example `http://127.0.0.1:4310`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the pages on loopback. Port 0 takes any free one. */
export function serve({ port = 0, ...options }: AppOptions & { port?: number }): Promise<Server> {
  const app = createApp(options);
  return new Promise((resolve, reject) => {
    const server = serveHono({ fetch: app.fetch, hostname: '127.0.0.1', port }, (address: AddressInfo) => {
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
      reject(
        new ConnectorError('network', `Port ${port} cannot be used (${error.code ?? 'unknown'}). Choose another one.`),
      );
    });
  });
}
