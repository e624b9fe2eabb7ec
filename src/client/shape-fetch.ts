import type { runsSubscribeToBatch, runsSubscribeToRun, runsSubscribeToRunsWithTag } from '../api/index.js';
import { ConnectorError, errorCodes } from '../errors/index.js';
import { type HttpResponse, header, type InputOf, parseResponse } from '../gate/index.js';
import { type Call, requestFor } from './caller.js';
import { realSurroundings } from './send.js';
import { notAShape, shapePartOf } from './shape-response.js';

export type Subscription = typeof runsSubscribeToRun | typeof runsSubscribeToRunsWithTag | typeof runsSubscribeToBatch;

/** The server holds a request for about 20 seconds when nothing changes. */
const longPollMs = 45_000;

/** Requests in a row without a response, or told to start over, before the subscription fails. */
const attempts = 5;

/** Least time from one request to the next while nothing new comes: a server may respond at once, and for ever. */
const floorMs = 250;

/** Also a page of a gateway that is busy or cannot reach the API. */
const isPassing = (error: unknown) =>
  error instanceof ConnectorError &&
  (errorCodes[error.code].retry === 'now' || error.status === 429 || (error.status ?? 0) >= 500);

const plainHeaders = ({ headers }: HttpResponse) =>
  Object.entries(headers).flatMap<[string, string]>(([name, value]) =>
    // The body is handed on decoded and as text.
    typeof value === 'string' && !['content-length', 'content-encoding', 'transfer-encoding'].includes(name)
      ? [[name, value]]
      : [],
  );

/** A status that the client of the protocol neither reads nor tries again. */
const given = () => new Response('', { status: 400 });

/** Hands the client of the shape protocol what the gate and our transport make of its requests. */
export function fetchThrough<Row extends Subscription>(
  { connection, now, transport }: Call,
  endpoint: Row,
  input: InputOf<Row>,
  fail: (error: unknown) => void,
): typeof fetch {
  let failures = 0;
  let restarts = 0;
  let offset: string | undefined;
  /** When the last request went out that brought nothing new. */
  let idleSince: number | undefined;

  /** Is this response one to hand on? Counts what it says of the server. */
  function check(response: HttpResponse, sent: number): void {
    if (response.status === 409 && header(response, 'electric-handle') !== undefined) {
      // Tells the client to start over, with the place where.
      restarts += 1;
      idleSince = sent;
      if (restarts > attempts) {
        throw notAShape(endpoint);
      }
      return;
    }
    if (response.status < 200 || response.status >= 300) {
      parseResponse(endpoint, response, { connection, now: now() });
    }
    const part = shapePartOf(response);
    if (part === undefined) {
      throw notAShape(endpoint);
    }
    idleSince = part.hasChanges && part.offset !== offset ? undefined : sent;
    restarts = 0;
    offset = part.offset;
  }

  return async (url, init) => {
    const shape = Object.fromEntries(new URL(url instanceof Request ? url.url : url).searchParams);
    const signal = init?.signal ?? undefined;
    try {
      const request = requestFor(connection, endpoint, { ...input, shape });
      const wait = idleSince === undefined ? 0 : Math.min(floorMs, idleSince + floorMs - now());
      if (wait > 0) {
        await realSurroundings.sleep(wait, signal);
      }
      const sent = now();
      const response = await transport.send(connection, request, { signal, timeoutMs: longPollMs });
      check(response, sent);
      failures = 0;
      return new Response(response.status === 204 ? null : JSON.stringify(response.body), {
        status: response.status,
        headers: plainHeaders(response),
      });
    } catch (error) {
      if (error instanceof ConnectorError && error.code === 'aborted') {
        // Ended on purpose, by the caller or because the run has ended.
        return given();
      }
      failures += 1;
      if (!isPassing(error) || failures >= attempts) {
        fail(error);
        return given();
      }
      return new Response('', { status: 503 });
    }
  };
}
