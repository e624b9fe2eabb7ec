import type { EndpointInput } from '../api/index.js';
import { sessionsSubscribe } from '../api/index.js';
import { ConnectorError } from '../errors/index.js';
import { buildRequest, parseResponse } from '../gate/index.js';
import { guardToken } from '../tokens/index.js';
import type { Bind } from './api/bind.js';
import type { FollowOptions } from './api/sessions.js';
import { type ServerSentEvent, serverSentEvents } from './server-sent-events.js';
import type { StreamedResponse } from './transport.js';

/** A record of a channel. */
export interface ChannelEvent {
  /** Where to go on from, as `lastEventId`. */
  readonly id: string;
  /** Place of the record in the channel, from 0. */
  readonly seqNum: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** The record: parsed where it is JSON, text otherwise. */
  readonly data: unknown;
}

/** Longer than the server holds a request, so that its own end comes first. */
const graceMs = 15_000;

interface BatchedRecord {
  readonly seq_num: number;
  readonly timestamp: number;
  readonly body: string;
  readonly headers?: unknown;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The text of a record is wrapped with its part id. */
function dataOf(body: string): unknown {
  const wrapped = parsed(body);
  const inner = typeof wrapped === 'object' && wrapped !== null && 'data' in wrapped ? wrapped.data : wrapped;
  return typeof inner === 'string' ? parsed(inner) : inner;
}

/** Records of the task's own bookkeeping carry the first header, commands to the store the nameless one; they are no data. */
const isControl = ({ headers }: BatchedRecord) =>
  Array.isArray(headers) &&
  headers.some((pair) => Array.isArray(pair) && (pair[0] === 'trigger-control' || pair[0] === ''));

const malformed = () =>
  new ConnectorError('invalid_response', 'sessions.subscribe: the stream holds something that is no record.', {
    endpoint: 'sessions.subscribe',
  });

const isPlace = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

function isRecord(value: unknown): value is BatchedRecord {
  const { body, seq_num, timestamp } = (value ?? {}) as Partial<BatchedRecord>;
  return isPlace(seq_num) && typeof timestamp === 'number' && typeof body === 'string';
}

function* recordsOf({ data, event }: ServerSentEvent): Generator<ChannelEvent> {
  if (event !== 'batch') {
    return;
  }
  const { records } = (parsed(data) ?? {}) as { records?: unknown };
  if (!Array.isArray(records)) {
    throw malformed();
  }
  for (const record of records as unknown[]) {
    if (!isRecord(record)) {
      throw malformed();
    }
    if (!isControl(record)) {
      // Not the id of the whole batch: who goes on after its first record must get the others.
      const id = String(record.seq_num);
      yield { id, seqNum: record.seq_num, timestamp: record.timestamp, data: dataOf(record.body) };
    }
  }
}

/** Where the server says to go on; what it would not take back is no such place. */
function eventIdOf({ id }: ServerSentEvent): string | undefined {
  if (id !== '' && !/^[\d,]{1,64}$/.test(id)) {
    throw malformed();
  }
  return id === '' ? undefined : id;
}

async function textOf({ body }: StreamedResponse): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of body) {
    text += decoder.decode(piece, { stream: true });
    if (text.length > 65_536) {
      break;
    }
  }
  return text;
}

/** Follows a channel; when the server ends a request because its time is up, the next one goes on where it stopped. */
export async function* followChannel(
  bind: Bind,
  where: Pick<EndpointInput<'sessions.subscribe'>, 'session' | 'channel'>,
  options: FollowOptions | undefined,
): AsyncGenerator<ChannelEvent, void, void> {
  const { lastEventId, timeoutInSeconds = 60, ...given } = options ?? {};
  const { connection, defaults, now, transport } = bind();
  const { signal } = { ...defaults, ...given };
  let last = lastEventId;
  /** Place of the last record that came: a server that sends it again has nothing new. */
  let newest = -1;
  for (;;) {
    const request = buildRequest(connection, sessionsSubscribe, {
      ...where,
      timeoutInSeconds,
      ...(last !== undefined && { lastEventId: last }),
    });
    guardToken(connection, sessionsSubscribe, where, now());
    if (transport.stream === undefined) {
      throw new ConnectorError('network', 'sessions.subscribe: this transport cannot read a stream.');
    }
    let came = false;
    try {
      const response = await transport.stream(connection, request, {
        signal,
        timeoutMs: timeoutInSeconds * 1000 + graceMs,
      });
      const isStream = String(response.headers['content-type']).startsWith('text/event-stream');
      if (response.status !== 200 || !isStream) {
        const body = parsed(await textOf(response));
        parseResponse(sessionsSubscribe, { ...response, body }, { connection });
        if (response.status !== 200) {
          return;
        }
        throw malformed();
      }
      for await (const event of serverSentEvents(response.body)) {
        for (const record of recordsOf(event)) {
          if (signal?.aborted) {
            return;
          }
          if (record.seqNum <= newest) {
            continue;
          }
          came = true;
          newest = record.seqNum;
          last = record.id;
          yield record;
        }
        last = eventIdOf(event) ?? last;
      }
    } catch (error) {
      const code = error instanceof ConnectorError ? error.code : undefined;
      if (code === 'aborted') {
        // Ended on purpose.
        return;
      }
      // The time of a request also runs out while records come: the next one goes on.
      if (code !== 'timeout' || !came) {
        throw error;
      }
    }
    // With nothing new in its time, the caller decides whether to go on.
    if (!came || signal?.aborted) {
      return;
    }
  }
}
