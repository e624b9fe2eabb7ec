import { type EndpointInput, isFinal, type RealtimeRun, type RunRow, runOfRow } from '../api/index.js';
import { ConnectorError } from '../errors/index.js';
import { type InputOf, unpacked } from '../gate/index.js';
import { guardToken } from '../tokens/index.js';
import type { Bind } from './api/bind.js';
import { requestFor } from './caller.js';
import { fetchThrough, type Subscription } from './shape-fetch.js';
import { notAShape } from './shape-response.js';

export interface SubscribeOptions {
  /** Ends the subscription. */
  readonly signal?: AbortSignal;
  /** Columns to leave out, such as `payload` and `output`. */
  readonly skipColumns?: EndpointInput<'runs.subscribeToRun'>['skipColumns'];
}

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

/** Rows that came together; the next request waits until they are read. */
interface Arrival {
  readonly rows: readonly RunRow[];
  readonly read: () => void;
}

/** Follows runs: each as it is now, then again whenever it changes. */
export async function* subscribe<Row extends Subscription>(
  bind: Bind,
  endpoint: Row,
  input: InputOf<Row>,
  options: SubscribeOptions | undefined,
  untilFinal = false,
): AsyncGenerator<RealtimeRun, void, void> {
  const { signal, skipColumns } = options ?? {};
  const call = bind();
  const asked = { ...input, ...(skipColumns !== undefined && { skipColumns }) };
  // What is wrong with the call is said before anything is loaded or sent.
  requestFor(call.connection, endpoint, asked);
  guardToken(call.connection, endpoint, asked, call.now());
  const { ShapeStream, isChangeMessage } = await loadElectric();
  const stop = new AbortController();
  const arrivals: Arrival[] = [];
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
  const { serializer } = call;
  const read = serializer && ((text: string) => unpacked(endpoint.name, text, 'application/super+json', serializer));
  const known = new Map<string, RunRow>();
  const stream = new ShapeStream({
    // Only its parameters are read; the gate makes the address. What the client remembers of one subscription, by its
    // address, is not for another.
    url: `${call.connection.baseUrl}/shape/${crypto.randomUUID()}`,
    fetchClient: fetchThrough(call, endpoint, asked, end),
    signal: stop.signal,
    // Time is up when our transport says so, which counts it as a failure.
    liveRequestTimeoutMs: false,
    onError: (error) => (stop.signal.aborted ? undefined : end(error)),
  });

  type Messages = Parameters<Parameters<typeof stream.subscribe>[0]>[0];

  /** The rows that changed; a change brings only the columns that changed. */
  function changedIn(messages: Messages): RunRow[] {
    const changed = new Map<string, RunRow>();
    for (const message of messages) {
      if (!isChangeMessage(message)) {
        if (message.headers.control === 'must-refetch') {
          known.clear();
        }
      } else if (message.headers.operation === 'delete') {
        known.delete(message.key);
        changed.delete(message.key);
      } else {
        const row = { ...known.get(message.key), ...message.value };
        if (typeof row['friendlyId'] !== 'string' || typeof row['status'] !== 'string') {
          throw notAShape(endpoint);
        }
        known.set(message.key, row);
        changed.set(message.key, row);
      }
    }
    return [...changed.values()];
  }

  stream.subscribe(
    // What is thrown in here would end the process.
    (messages) =>
      new Promise<void>((read) => {
        try {
          arrivals.push({ rows: changedIn(messages), read });
          wake();
        } catch (error) {
          end(error);
          read();
        }
      }),
    (error) => (stop.signal.aborted ? undefined : end(error)),
  );
  try {
    for (;;) {
      for (let [arrival] = arrivals; arrival !== undefined; [arrival] = arrivals) {
        for (const row of arrival.rows) {
          const run = runOfRow(row, read);
          yield run;
          if (untilFinal && isFinal(run)) {
            return;
          }
        }
        arrivals.shift();
        arrival.read();
      }
      if (stop.signal.aborted) {
        break;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (arrivals.length > 0 || stop.signal.aborted) {
          resolve();
        }
      });
    }
  } finally {
    stop.abort();
    for (const { read } of arrivals) {
      read();
    }
  }
  if (failure !== undefined) {
    // What the network does is told by the transport; the rest is what the protocol's client could not read.
    throw failure instanceof ConnectorError ? failure : notAShape(endpoint);
  }
}
