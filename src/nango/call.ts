// The sandbox answers `crypto`, not `node:crypto`.
import { randomUUID } from 'crypto';
import { type Connection, connectionFromNango } from '../connection/index.js';
import {
  type Ask,
  buildRequest,
  type EndpointInput,
  type EndpointName,
  type EndpointOutput,
  endpoints,
  type HttpRequest,
  type HttpResponse,
  parseResponse,
  type Repeat,
  repeatOf,
  targetFor,
} from '../endpoints/index.js';
import { ConnectorError, isErrorCode } from '../errors/index.js';
import type { NangoBase } from './nango.js';

// Where a request may go is decided by whoever runs the proxy, Nango or the local host.
const policy = { allowHttp: true, allowPrivateHosts: true } as const;

/** Runs `work` so that a `ConnectorError` leaves as Nango's own error, with the same code and message. */
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
  return connectionFromNango(await nango.getConnection(), policy, options);
}

/** An HTTP error that the proxy threw, turned back into an answer; anything else is no answer at all. */
function thrownResponse(error: unknown): HttpResponse | undefined {
  const response: unknown =
    typeof error === 'object' && error !== null && 'response' in error ? error.response : undefined;
  if (typeof response !== 'object' || response === null || !('status' in response)) {
    return undefined;
  }
  const { status, headers, data } = response as { status: unknown; headers?: unknown; data?: unknown };
  return typeof status === 'number' ? { status, headers: headersOf(headers), body: data } : undefined;
}

const headersOf = (headers: unknown) => (typeof headers === 'object' && headers !== null ? { ...headers } : {});

/** Nango's proxy takes JSON as a value, any other text as it is. */
function dataOf({ body, headers }: HttpRequest): { data?: unknown } {
  if (body === undefined) {
    return {};
  }
  return { data: headers['content-type'] === 'application/json' ? (JSON.parse(body) as unknown) : body };
}

async function send(nango: NangoBase, name: EndpointName, request: HttpRequest, repeat: Repeat): Promise<HttpResponse> {
  try {
    const { status, headers, data } = await nango.proxy({
      method: endpoints[name].method,
      endpoint: request.path,
      params: { ...request.query },
      headers: { ...request.headers },
      ...dataOf(request),
      // Nango repeats the request with its headers, so a keyed one is recognised; one that must go out once is not repeated.
      retries: repeat === 'once' ? 0 : 3,
    });
    return { status, headers: headersOf(headers), body: data };
  } catch (error) {
    const response = thrownResponse(error);
    if (response === undefined) {
      const { name: kind, code, message } = error as { name?: unknown; code?: unknown; message?: unknown };
      if (kind === 'ConnectorError' && isErrorCode(code)) {
        // The local host's proxy fails with our own error, made in another realm.
        throw new ConnectorError(code, String(message), { endpoint: name });
      }
      // Any other may quote the request, so nothing of it is passed on.
      throw new ConnectorError(
        'network',
        `${name}: the API could not be reached. Check the base URL of the connection.`,
        {
          endpoint: name,
        },
      );
    }
    return response;
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
  const context = endpoints[name].repeat === 'keyed' ? { requestIdempotencyKey: randomUUID() } : {};
  const request = buildRequest(target, name, input, context);
  const response = await send(nango, name, request, repeatOf(name, input));
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
  return asActionError(nango, async () => callWith(nango, await connectionOf(nango), name, input));
}

/** The body of an action that is more than one request, or changes what comes back. */
export async function composedAction<Result>(
  nango: NangoBase,
  work: (ask: Ask, connection: Connection) => Promise<Result>,
): Promise<Result> {
  return asActionError(nango, async () => {
    const connection = await connectionOf(nango);
    return work(askOver(nango, connection), connection);
  });
}
