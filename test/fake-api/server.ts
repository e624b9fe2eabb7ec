import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { getResponse, type HttpHandler } from 'msw';
import { credentialLabel } from './auth.js';
import { type Fault, FaultScript } from './faults.js';
import { createHandlers, FAKE_ORIGIN } from './handlers.js';
import { createFakeProject, type FakeProject, type FakeProjectOptions } from './project.js';

export interface RecordedRequest {
  method: string;
  /** With the query, as it came. */
  path: string;
  /** Names in lower case; `authorization` is a label such as `root:prod`, never the credential. */
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface FakeApiOptions extends FakeProjectOptions {
  /** Any free port unless given. */
  port?: number;
  /** Serve this project instead of a new one. */
  project?: FakeProject;
}

export interface FakeApi {
  url: string;
  project: FakeProject;
  requests: RecordedRequest[];
  fail(fault: Fault): void;
  close(): Promise<void>;
}

interface Reply {
  status: number;
  headers: Record<string, string>;
  /** A stream is passed on as it comes, and cut when the client leaves or the server closes. */
  body: Buffer | ReadableStream<Uint8Array>;
}

/** One server on loopback in front of a fake project. */
export async function startFakeApi(options: FakeApiOptions = {}): Promise<FakeApi> {
  const { port = 0, project = createFakeProject(options) } = options;
  const handlers = createHandlers(project);
  const requests: RecordedRequest[] = [];
  const script = new FaultScript();
  const closing = new AbortController();

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await readBody(incoming);
    const recorded = record(project, incoming, body);
    requests.push(recorded);
    const fault = script.take(recorded) ?? {};
    if (fault.drop === 'before') {
      await pause(fault, closing.signal);
      incoming.socket.destroy();
      return;
    }
    const replaced = fault.status !== undefined || fault.body !== undefined;
    const handled =
      replaced && fault.handle !== true && fault.drop !== 'after'
        ? undefined
        : await handle(handlers, incoming, body, AbortSignal.any([closing.signal, goneSignal(outgoing)]));
    await pause(fault, closing.signal);
    if (fault.drop === 'after') {
      incoming.socket.destroy();
      return;
    }
    await send(
      incoming,
      outgoing,
      replaced || handled === undefined ? replacement(fault) : withHeaders(handled, fault),
      fault.drop === 'truncate',
    );
  };

  const server = createServer({ keepAliveTimeout: 30_000 }, (incoming, outgoing) => {
    serve(incoming, outgoing).catch((error: unknown) => {
      // A bug in the stand-in must not look like an answer of Trigger.dev.
      outgoing.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    project,
    requests,
    fail: (fault) => script.add(fault),
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function record(project: FakeProject, incoming: IncomingMessage, body: Buffer): RecordedRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  }
  if (incoming.headers.authorization !== undefined) {
    headers['authorization'] = credentialLabel(project, incoming.headers.authorization);
  }
  return { method: incoming.method ?? 'GET', path: incoming.url ?? '/', headers, body: body.toString() };
}

/** Fires when the client has gone before its answer was complete. */
function goneSignal(outgoing: ServerResponse): AbortSignal {
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  return gone.signal;
}

async function handle(
  handlers: HttpHandler[],
  incoming: IncomingMessage,
  body: Buffer,
  signal: AbortSignal,
): Promise<Reply> {
  const method = incoming.method ?? 'GET';
  const bodyless = method === 'GET' || method === 'HEAD' || body.length === 0;
  const request = new Request(FAKE_ORIGIN + (incoming.url ?? '/'), {
    method,
    headers: Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as [string, string]),
    body: bodyless ? null : new Uint8Array(body),
    signal,
  });
  const response = await getResponse(handlers, request);
  if (response === undefined) {
    throw new Error(`No handler answered ${request.method} ${request.url}`);
  }
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body:
      response.body !== null && response.headers.get('content-type')?.startsWith('text/event-stream') === true
        ? response.body
        : Buffer.from(await response.arrayBuffer()),
  };
}

async function pause({ delayMs }: Fault, signal: AbortSignal): Promise<void> {
  if (delayMs !== undefined) {
    await wait(delayMs, undefined, { signal }).catch(() => undefined);
  }
}

function replacement({ status = 200, headers = {}, body = '' }: Fault): Reply {
  const given: unknown = typeof body === 'function' ? body() : body;
  const text = typeof given === 'string' ? given : JSON.stringify(given);
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: Buffer.from(text),
  };
}

function withHeaders(reply: Reply, { headers = {} }: Fault): Reply {
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

async function send(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  reply: Reply,
  truncate: boolean,
): Promise<void> {
  if (!Buffer.isBuffer(reply.body)) {
    outgoing.writeHead(reply.status, reply.headers);
    // A subscriber is answered at once, although nothing may come for long.
    outgoing.flushHeaders();
    const reader = reply.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      outgoing.write(part.value);
      if (truncate) {
        // After the first event, as a proxy does that limits how long an answer may take.
        incoming.socket.destroy();
        return;
      }
    }
    outgoing.end();
    return;
  }
  outgoing.writeHead(reply.status, { ...reply.headers, 'content-length': reply.body.length });
  if (!truncate) {
    outgoing.end(incoming.method === 'HEAD' ? undefined : reply.body);
    return;
  }
  // Closed only once the half is on its way, so that the client really starts to read a body.
  outgoing.write(reply.body.subarray(0, Math.ceil(reply.body.length / 2)), () => incoming.socket.destroy());
}
