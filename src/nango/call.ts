// The sandbox answers `crypto`, not `node:crypto`.
import { randomUUID } from 'crypto';
import {
  type Ask,
  type EndpointInput,
  type EndpointName,
  type EndpointOutput,
  endpoints,
  type HttpRequest,
  type HttpResponse,
  type Repeat,
  repeatOf,
} from '../api/index.js';
import { type Connection, connectionFromNango } from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';
import { buildRequest, parseResponse, targetFor } from '../gate/index.js';
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

async function send(nango: NangoBase, name: EndpointName, request: HttpRequest, repeat: Repeat): Promise<HttpResponse> {
  try {
    const { status, headers, data } = await nango.proxy({
      method: endpoints[name].method,
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
export async function callWith<Name extends EndpointName>(
  nango: NangoBase,
  connection: Connection,
  name: Name,
  input: EndpointInput<Name>,
): Promise<EndpointOutput<Name>> {
  return (await answerWith(nango, connection, name, input)).output;
}

/** The same with the headers of the answer, which tell the rate limit. */
export async function answerWith<Name extends EndpointName>(
  nango: NangoBase,
  connection: Connection,
  name: Name,
  input: EndpointInput<Name>,
): Promise<{ output: EndpointOutput<Name>; headers: HttpResponse['headers'] }> {
  const target = await targetFor(connection, name, input, askOver(nango, connection));
  // What is no input at all is refused below.
  const repeat = repeatOf(name, input ?? ({} as EndpointInput<Name>));
  const context = repeat === 'keyed' ? { requestIdempotencyKey: randomUUID() } : {};
  const request = buildRequest(target, name, input, context);
  const response = await send(nango, name, request, repeat);
  return { output: parseResponse(name, response, { now: Date.now(), connection }), headers: response.headers };
}

export const askOver =
  (nango: NangoBase, connection: Connection): Ask =>
  (name, input) =>
    callWith(nango, connection, name, input);

/** The body of an action that is one endpoint: checks the input, calls, checks the output. */
export async function endpointAction<Name extends EndpointName>(
  nango: NangoBase,
  name: Name,
  input: EndpointInput<Name>,
): Promise<EndpointOutput<Name>> {
  return asActionError(nango, async () =>
    boundedOutput(name, await callWith(nango, await connectionOf(nango), name, input)),
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
