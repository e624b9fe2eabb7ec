import { randomUUID } from 'node:crypto';
import type { Connection } from '../connection/index.js';
import {
  buildRequest,
  type EndpointInput,
  type EndpointName,
  type EndpointOutput,
  endpoints,
  type HttpRequest,
  type HttpResponse,
  needsProject,
  parseResponse,
  repeatOf,
  withProject,
} from '../endpoints/index.js';
import { guardToken } from '../tokens/index.js';
import { type RequestOptions, realSurroundings, type Surroundings, sendWithRetries } from './send.js';
import type { Transport } from './transport.js';
import { undiciTransport } from './undici-transport.js';

/** Calls one endpoint: gate, transport with retries, checked answer. */
export interface Call {
  <Name extends EndpointName>(
    name: Name,
    input: EndpointInput<Name>,
    options?: RequestOptions,
  ): Promise<EndpointOutput<Name>>;
  /** The same with the headers of the answer, where they say more. */
  answer<Name extends EndpointName>(
    name: Name,
    input: EndpointInput<Name>,
    options?: RequestOptions,
  ): Promise<{ output: EndpointOutput<Name>; headers: HttpResponse['headers'] }>;
  /** For what needs more than one request, or a stream: the connection and where requests go. */
  readonly connection: Connection;
  readonly transport: Transport;
  /** What the options of a call are merged over. */
  readonly defaults: RequestOptions | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The request of one call, with the key that makes its repeats known. */
export function requestFor<Name extends EndpointName>(
  connection: Connection,
  name: Name,
  input: EndpointInput<Name>,
): HttpRequest {
  const context = endpoints[name].repeat === 'keyed' ? { requestIdempotencyKey: randomUUID() } : {};
  return buildRequest(connection, name, input, context);
}

/** The way through it for one connection, over undici unless another transport is given. */
export function callerFor(
  connection: Connection,
  transport: Transport = undiciTransport,
  surroundings: Surroundings = realSurroundings,
  defaults?: RequestOptions,
): Call {
  const answer: Call['answer'] = async (name, input, given) => {
    const options = defaults === undefined ? given : { ...defaults, ...given };
    const target = needsProject(connection, name, input)
      ? await withProject(connection, async (asked, nothing) => (await answer(asked, nothing, options)).output)
      : connection;
    const request = requestFor(target, name, input);
    guardToken(target, name, input, surroundings.now());
    const response = await sendWithRetries(transport, target, request, repeatOf(name, input), options, surroundings);
    const output = parseResponse(name, response, { now: surroundings.now(), connection });
    return { output, headers: response.headers };
  };
  const call = async <Name extends EndpointName>(
    name: Name,
    input: EndpointInput<Name>,
    given?: RequestOptions,
  ): Promise<EndpointOutput<Name>> => (await answer(name, input, given)).output;
  return Object.assign(call, { answer, connection, transport, defaults, now: surroundings.now });
}
