import { checkProject, needsProject, type Payload, targetFor, uncheckedProject } from '../api/index.js';
import type { Connection } from '../connection/index.js';
import {
  type AnyEndpoint,
  type Ask,
  buildRequest,
  type HttpRequest,
  type HttpResponse,
  type InputOf,
  type OutputOf,
  parseResponse,
  repeatOf,
  type Serializer,
} from '../gate/index.js';
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
  <Row extends AnyEndpoint>(endpoint: Row, input: InputOf<Row>, options?: RequestOptions): Promise<OutputOf<Row>>;
  /** The same with the headers of the answer, where they say more. */
  answer<Row extends AnyEndpoint>(
    endpoint: Row,
    input: InputOf<Row>,
    options?: RequestOptions,
  ): Promise<{ output: OutputOf<Row>; headers: HttpResponse['headers'] }>;
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
export function requestFor<Row extends AnyEndpoint>(
  connection: Connection,
  endpoint: Row,
  input: InputOf<Row>,
  serializer?: Serializer,
): HttpRequest {
  const context = endpoint.repeat === 'keyed' ? { requestIdempotencyKey: crypto.randomUUID(), serializer } : {};
  return buildRequest(connection, endpoint, input, context);
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
  const answer: Call['answer'] = async (endpoint, input, given) => {
    const options = optionsOf(defaults, given);
    const ask: Ask = async (asked, nothing) => (await answer(asked, nothing, options)).output;
    const target = needsProject(connection, endpoint, input)
      ? await targetFor(connection, endpoint, input, ask)
      : connection;
    const request = requestFor(target, endpoint, input, serializer);
    guardToken(target, endpoint, input, surroundings.now());
    const unchecked = checksProject ? uncheckedProject(connection, endpoint, input) : undefined;
    if (unchecked !== undefined) {
      await checkProject(connection, ask, unchecked);
    }
    const response = await sendWithRetries(
      transport,
      target,
      request,
      repeatOf(endpoint, input),
      options,
      surroundings,
    );
    const output = parseResponse(endpoint, response, { now: surroundings.now(), connection });
    return { output, headers: response.headers };
  };
  const call = async <Row extends AnyEndpoint>(
    endpoint: Row,
    input: InputOf<Row>,
    given?: RequestOptions,
  ): Promise<OutputOf<Row>> => (await answer(endpoint, input, given)).output;
  return Object.assign(call, { answer, connection, transport, defaults, serializer, signer, now: surroundings.now });
}
