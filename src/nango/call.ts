// The sandbox answers `crypto`, not `node:crypto`.
import { randomUUID } from 'crypto';
import { targetFor } from '../api/index.js';
import { type Connection, connectionFromNango } from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';
import {
  type AnyEndpoint,
  type Ask,
  buildRequest,
  type HttpRequest,
  type HttpResponse,
  type InputOf,
  type OutputOf,
  parseResponse,
  type Repeat,
  repeatOf,
} from '../gate/index.js';
import { boundedOutput } from './bounded-output.js';
import type { NangoBase } from './nango.js';
import { onPlatform } from './platform.js';
import { headersOf, thrownResponse } from './thrown-response.js';

// Where a request may go is decided by whoever runs the proxy, Nango or the local host.
const policy = { allowHttp: true, allowPrivateHosts: true } as const;

/** Runs `work` so that a `ConnectorError` leaves as Nango's own error, with the same code and message. A stop stays a stop. */
export async function asActionError<Result>(nango: NangoBase, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConnectorError) {
      const { code, ...rest } = error.toJSON();
      throw new nango.ActionError({ type: code, code, ...rest });
    }
    throw error;
  }
}

export async function connectionOf(nango: NangoBase, options?: { asForm: boolean }): Promise<Connection> {
  const connection = await onPlatform('read the connection', () => nango.getConnection());
  return connectionFromNango(connection, policy, options);
}

/** Nango's proxy takes JSON as a value, any other text as it is. */
function dataOf({ body, headers }: HttpRequest): { data?: unknown } {
  if (body === undefined) {
    return {};
  }
  return { data: headers['content-type'] === 'application/json' ? (JSON.parse(body) as unknown) : body };
}

/** Nango rewrites this text in every path; the server reads an escaped letter as the letter. */
const endpointOf = (path: string) => path.replaceAll('connectionConfig', '%63onnectionConfig');

async function send(
  nango: NangoBase,
  { method, name }: AnyEndpoint,
  request: HttpRequest,
  repeat: Repeat,
): Promise<HttpResponse> {
  try {
    const { status, headers, data } = await nango.proxy({
      method,
      endpoint: endpointOf(request.path),
      params: { ...request.query },
      headers: { ...request.headers },
      ...dataOf(request),
      // Nango repeats the request with its headers, so a keyed one is recognised; one that must go out once is not repeated.
      retries: repeat === 'once' ? 0 : 3,
    });
    return { status, headers: headersOf(headers), body: data };
  } catch (error) {
    return thrownResponse(error, name, request.path);
  }
}

/** Calls one endpoint through the gate and Nango's proxy. */
export async function callWith<Row extends AnyEndpoint>(
  nango: NangoBase,
  connection: Connection,
  endpoint: Row,
  input: InputOf<Row>,
): Promise<OutputOf<Row>> {
  return (await answerWith(nango, connection, endpoint, input)).output;
}

/** The same with the headers of the answer, which tell the rate limit. */
export async function answerWith<Row extends AnyEndpoint>(
  nango: NangoBase,
  connection: Connection,
  endpoint: Row,
  input: InputOf<Row>,
): Promise<{ output: OutputOf<Row>; headers: HttpResponse['headers'] }> {
  const target = await targetFor(connection, endpoint, input, askOver(nango, connection));
  // What is no input at all is refused below.
  const repeat = repeatOf(endpoint, input ?? {});
  const context = repeat === 'keyed' ? { requestIdempotencyKey: randomUUID() } : {};
  const request = buildRequest(target, endpoint, input, context);
  const response = await send(nango, endpoint, request, repeat);
  return { output: parseResponse(endpoint, response, { now: Date.now(), connection }), headers: response.headers };
}

export const askOver =
  (nango: NangoBase, connection: Connection): Ask =>
  (endpoint, input) =>
    callWith(nango, connection, endpoint, input);

/** The body of an action that is one endpoint: checks the input, calls, checks the output. */
export async function endpointAction<Row extends AnyEndpoint>(
  nango: NangoBase,
  endpoint: Row,
  input: InputOf<Row>,
): Promise<OutputOf<Row>> {
  return asActionError(nango, async () =>
    boundedOutput(endpoint.name, await callWith(nango, await connectionOf(nango), endpoint, input)),
  );
}

/** The body of an action that is more than one request, or changes what comes back. */
export async function composedAction<Result>(
  nango: NangoBase,
  work: (ask: Ask, connection: Connection) => Promise<Result>,
): Promise<Result> {
  return asActionError(nango, async () => {
    const connection = await connectionOf(nango);
    return boundedOutput(undefined, await work(askOver(nango, connection), connection));
  });
}
