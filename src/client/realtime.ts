import { type EndpointInput, type HttpResponse, parseResponse } from '../endpoints/index.js';
import { ConnectorError, type ErrorCode } from '../errors/index.js';
import { isFinal, type RealtimeRun, type RunRow, runOfRow } from '../models/index.js';
import { guardToken } from '../tokens/index.js';
import type { Bind } from './api/bind.js';
import { type Call, requestFor } from './caller.js';

export interface SubscribeOptions {
  /** Ends the subscription. */
  readonly signal?: AbortSignal;
  /** Columns to leave out, such as `payload` and `output`. */
  readonly skipColumns?: EndpointInput<'runs.subscribeToRun'>['skipColumns'];
}

type Subscription = 'runs.subscribeToRun' | 'runs.subscribeToRunsWithTag' | 'runs.subscribeToBatch';

/** The server holds a request for about 20 seconds when nothing changes. */
const longPollMs = 90_000;

/** Times that a request is sent in a row without an answer before the subscription fails. */
const attempts = 5;

const passing: ReadonlySet<ErrorCode> = new Set(['network', 'timeout', 'server_error', 'rate_limited']);

/** Also a page of a gateway that is busy or cannot reach the API. */
const isPassing = (error: unknown) =>
  error instanceof ConnectorError && (passing.has(error.code) || error.status === 429 || (error.status ?? 0) >= 500);

async function loadElectric(): Promise<typeof import('@electric-sql/client')> {
  try {
    return await import('@electric-sql/client');
  } catch {
    throw new ConnectorError(
      'package_missing',
      'Subscriptions need the package @electric-sql/client: npm install @electric-sql/client',
    );
  }
}

const plainHeaders = ({ headers }: HttpResponse) =>
  Object.entries(headers).flatMap<[string, string]>(([name, value]) =>
    // The body is handed on decoded and as text.
    typeof value === 'string' && !['content-length', 'content-encoding', 'transfer-encoding'].includes(name)
      ? [[name, value]]
      : [],
  );

const notAShape = (name: Subscription) =>
  new ConnectorError(
    'invalid_response',
    `${name}: the answer is not what a Trigger.dev API gives to a subscription. Check the base URL.`,
    { endpoint: name },
  );

/** Hands the client of the shape protocol what the gate and our transport make of its requests. */
function fetchThrough<Name extends Subscription>(
  { connection, transport }: Call,
  name: Name,
  input: EndpointInput<Name>,
  fail: (error: unknown) => void,
): typeof fetch {
  let failures = 0;
  return async (url, init) => {
    const shape = Object.fromEntries(new URL(url instanceof Request ? url.url : url).searchParams);
    const signal = init?.signal ?? undefined;
    try {
      const request = requestFor(connection, name, { ...input, shape });
      const response = await transport.send(connection, request, { signal, timeoutMs: longPollMs });
      const isOdd = response.status === 200 && !Array.isArray(response.body);
      // 409 tells the client to start over, with the place where.
      if (isOdd || ((response.status < 200 || response.status >= 300) && response.status !== 409)) {
        parseResponse(name, response, { connection, now: Date.now() });
      }
      if (isOdd) {
        throw notAShape(name);
      }
      failures = 0;
      const text = typeof response.body === 'string' ? response.body : JSON.stringify(response.body);
      return new Response(response.status === 204 ? null : text, {
        status: response.status,
        headers: plainHeaders(response),
      });
    } catch (error) {
      if (error instanceof ConnectorError && error.code === 'aborted') {
        // Ended on purpose, by the caller or because the run has ended.
        return new Response('', { status: 400 });
      }
      failures += 1;
      if (!isPassing(error) || failures >= attempts) {
        fail(error);
        // A status that the client does not try again.
        return new Response('', { status: 400 });
      }
      return new Response('', { status: 503 });
    }
  };
}

/** Follows runs: each as it is now, then again whenever it changes. */
export async function* subscribe<Name extends Subscription>(
  bind: Bind,
  name: Name,
  input: EndpointInput<Name>,
  options: SubscribeOptions | undefined,
  untilFinal = false,
): AsyncGenerator<RealtimeRun, void, void> {
  const { signal, skipColumns } = options ?? {};
  const call = bind();
  const asked = { ...input, ...(skipColumns !== undefined && { skipColumns }) };
  // What is wrong with the call is said before anything is loaded or sent.
  requestFor(call.connection, name, asked);
  guardToken(call.connection, name, asked, call.now());
  const { ShapeStream, isChangeMessage } = await loadElectric();
  const stop = new AbortController();
  const queue: RealtimeRun[] = [];
  let failure: unknown;
  let wake = () => {};
  const end = (error?: unknown) => {
    failure ??= error;
    stop.abort();
    wake();
  };
  signal?.addEventListener('abort', () => end(), { once: true, signal: stop.signal });
  if (signal?.aborted) {
    return;
  }
  const rows = new Map<string, RunRow>();
  const stream = new ShapeStream({
    // Only its parameters are read; the gate makes the address.
    url: `${call.connection.baseUrl}/shape`,
    fetchClient: fetchThrough(call, name, asked, end),
    signal: stop.signal,
    onError: (error) => (stop.signal.aborted ? undefined : end(error)),
  });
  stream.subscribe(
    (messages) => {
      const changed = new Set<string>();
      for (const message of messages) {
        if (isChangeMessage(message)) {
          // A change brings only the columns that changed.
          rows.set(message.key, { ...rows.get(message.key), ...message.value });
          changed.add(message.key);
        } else if (message.headers.control === 'must-refetch') {
          rows.clear();
        }
      }
      queue.push(...[...changed].map((key) => runOfRow(rows.get(key) ?? {})));
      wake();
    },
    (error) => (stop.signal.aborted ? undefined : end(error)),
  );
  try {
    for (;;) {
      for (let run = queue.shift(); run !== undefined; run = queue.shift()) {
        yield run;
        if (untilFinal && isFinal(run)) {
          return;
        }
      }
      if (stop.signal.aborted) {
        break;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (queue.length > 0 || stop.signal.aborted) {
          resolve();
        }
      });
    }
  } finally {
    stop.abort();
  }
  if (failure !== undefined) {
    // What the network does is told by the transport; the rest is what the protocol's client could not read.
    throw failure instanceof ConnectorError ? failure : notAShape(name);
  }
}
