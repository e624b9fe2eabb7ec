import { randomUUID } from 'node:crypto';
import type { Connection } from '../connection/index.js';
import {
  buildRequest,
  type EndpointInput,
  type EndpointName,
  type EndpointOutput,
  endpoints,
  parseResponse,
} from '../endpoints/index.js';
import { type RequestOptions, realSurroundings, type Surroundings, sendWithRetries } from './send.js';
import type { Transport } from './transport.js';
import { undiciTransport } from './undici-transport.js';

/** Calls one endpoint: gate, transport with retries, checked answer. */
export type Call = <Name extends EndpointName>(
  name: Name,
  input: EndpointInput<Name>,
  options?: RequestOptions,
) => Promise<EndpointOutput<Name>>;

/** The way through it for one connection, over undici unless another transport is given. */
export function callerFor(
  connection: Connection,
  transport: Transport = undiciTransport,
  surroundings: Surroundings = realSurroundings,
): Call {
  return async (name, input, options) => {
    const { repeat } = endpoints[name];
    const context = repeat === 'keyed' ? { requestIdempotencyKey: randomUUID() } : {};
    const request = buildRequest(connection, name, input, context);
    const response = await sendWithRetries(transport, connection, request, repeat, options, surroundings);
    return parseResponse(name, response, surroundings.now());
  };
}
