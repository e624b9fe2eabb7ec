import { randomUUID } from 'node:crypto';
import type { Connection } from '../connection/index.js';
import {
  buildRequest,
  type EndpointInput,
  type EndpointName,
  type EndpointOutput,
  endpoints,
  type HttpRequest,
  needsProject,
  parseResponse,
  repeatOf,
  withProject,
} from '../endpoints/index.js';
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
  /** For what needs more than one request, or a stream: the connection and where requests go. */
  readonly connection: Connection;
  readonly transport: Transport;
  /** What the options of a call are merged over. */
  readonly defaults: RequestOptions | undefined;
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
  const call = async <Name extends EndpointName>(
    name: Name,
    input: EndpointInput<Name>,
    given?: RequestOptions,
  ): Promise<EndpointOutput<Name>> => {
    const options = defaults === undefined ? given : { ...defaults, ...given };
    const target = needsProject(connection, name, input)
      ? await withProject(connection, (asked, nothing) => call(asked, nothing, options))
      : connection;
    const request = requestFor(target, name, input);
    const response = await sendWithRetries(transport, target, request, repeatOf(name, input), options, surroundings);
    return parseResponse(name, response, { now: surroundings.now(), connection });
  };
  return Object.assign(call, { connection, transport, defaults });
}
