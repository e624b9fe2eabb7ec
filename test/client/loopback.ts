import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface SeenRequest {
  readonly method: string;
  /** Path and query, byte for byte. */
  readonly target: string;
  /** Name and value in turn, spelt as they came. */
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Loopback {
  readonly url: string;
  /** `127.0.0.1:port`. */
  readonly host: string;
  readonly requests: readonly SeenRequest[];
  /** Sockets opened so far. */
  sockets(): number;
}

type Respond = (response: ServerResponse, request: SeenRequest) => void;

const listen = (server: ReturnType<typeof createTcpServer>) =>
  new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

/** An HTTP server on loopback that writes down what came; closed when the test ends. */
export async function httpServer(respond: Respond): Promise<Loopback> {
  const requests: SeenRequest[] = [];
  let sockets = 0;
  const server = createServer({ keepAliveTimeout: 30_000 }, (incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', rawHeaders, headers } = incoming;
      const request = { method, target: url, rawHeaders, headers, body: Buffer.concat(chunks).toString() };
      requests.push(request);
      respond(response, request);
    });
  });
  server.on('connection', () => {
    sockets += 1;
  });
  const port = await listen(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}`, requests, sockets: () => sockets };
}

/** Always the same answer. */
export function answering(
  status: number,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Loopback> {
  return httpServer((response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
}

/** A TCP server that does with a socket, once bytes came, what it is told. */
export async function tcpServer(act: (socket: Socket) => void): Promise<Omit<Loopback, 'requests'>> {
  const open = new Set<Socket>();
  let sockets = 0;
  const server = createTcpServer((socket) => {
    sockets += 1;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => act(socket));
  });
  const port = await listen(server);
  onTestFinished(() => {
    for (const socket of open) {
      socket.destroy();
    }
    server.close();
  });
  return { url: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}`, sockets: () => sockets };
}

/** An address on which nothing listens. */
export async function closedPort(): Promise<{ url: string; host: string }> {
  const server = createTcpServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return { url: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}` };
}
