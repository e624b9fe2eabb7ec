import {
  type Ask,
  type EndpointInput,
  type EndpointName,
  type EndpointOutput,
  endpoints,
  type HttpRequest,
  type HttpResponse,
  type Payload,
  repeatOf,
  type Serializer,
} from '../api/index.js';
import type { Connection } from '../connection/index.js';
import { buildRequest, checkProject, needsProject, parseResponse, targetFor, uncheckedProject } from '../gate/index.js';
import { guardToken, type TokenRequest } from '../tokens/index.js';
import { optionsOf } from './request-options.js';
import { type RequestOptions, realSurroundings, type Surroundings, sendWithRetries } from './send.js';
import type { Transport } from './transport.js';

/** What makes tokens for handles, with a secret key. */
export interface Signer {
  /** Times are Unix seconds. */
  signNow(secret: string, payload: Payload, issued: number, expires: number): string;
  mint(connection: Connection, ask: Ask, request: TokenRequest, now: number): Promise<string>;
}

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
  /** Absent where keys do not belong: in a browser. */
  readonly signer: Signer | undefined;
  /** Writes and reads payloads, in place of JSON. */
  readonly serializer: Serializer | undefined;
}

/** The request of one call, with the key that makes its repeats known. */
export function requestFor<Name extends EndpointName>(
  connection: Connection,
  name: Name,
  input: EndpointInput<Name>,
  serializer?: Serializer,
): HttpRequest {
  const context = endpoints[name].repeat === 'keyed' ? { requestIdempotencyKey: crypto.randomUUID(), serializer } : {};
  return buildRequest(connection, name, input, context);
}

export interface CallerOptions {
  readonly transport: Transport;
  readonly surroundings?: Surroundings | undefined;
  readonly defaults?: RequestOptions | undefined;
  readonly signer?: Signer | undefined;
  readonly serializer?: Serializer | undefined;
  /** Whether a project ref that was given with a secret key is compared before the first call; it is unless this is false. */
  readonly checksProject?: boolean | undefined;
}

/** The way through it for one connection. */
export function makeCaller(
  connection: Connection,
  { checksProject = true, defaults, serializer, signer, surroundings = realSurroundings, transport }: CallerOptions,
): Call {
  const answer: Call['answer'] = async (name, input, given) => {
    const options = optionsOf(defaults, given);
    const ask: Ask = async (asked, nothing) => (await answer(asked, nothing, options)).output;
    const target = needsProject(connection, name, input) ? await targetFor(connection, name, input, ask) : connection;
    const request = requestFor(target, name, input, serializer);
    guardToken(target, name, input, surroundings.now());
    const unchecked = checksProject ? uncheckedProject(connection, name, input) : undefined;
    if (unchecked !== undefined) {
      await checkProject(connection, ask, unchecked);
    }
    const response = await sendWithRetries(transport, target, request, repeatOf(name, input), options, surroundings);
    const output = parseResponse(name, response, { now: surroundings.now(), connection });
    return { output, headers: response.headers };
  };
  const call = async <Name extends EndpointName>(
    name: Name,
    input: EndpointInput<Name>,
    given?: RequestOptions,
  ): Promise<EndpointOutput<Name>> => (await answer(name, input, given)).output;
  return Object.assign(call, { answer, connection, transport, defaults, serializer, signer, now: surroundings.now });
}
