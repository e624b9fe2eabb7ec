import { ConnectorError } from '../errors/index.js';

/** One event of a stream. */
export interface ServerSentEvent {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** Most characters of one event; a stream that never ends one is not read on. */
const eventLimit = 8 * 1024 * 1024;

/** The text of a body. A return that ends it is a whole line break, which only the end tells. */
async function* textsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  let last = '';
  for await (const piece of body) {
    const text = decoder.decode(piece, { stream: true });
    last = text.at(-1) ?? last;
    yield text;
  }
  if (last === '\r') {
    yield '\n';
  }
}

/**
 * The events of a body as it comes; comments and `retry` are passed over, an event that was cut off is dropped.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* serverSentEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent, void, void> {
  let rest = '';
  let event = '';
  let id = '';
  let data: string[] = [];
  let size = 0;
  for await (const text of textsOf(body)) {
    rest += text;
    if (size + rest.length > eventLimit) {
      throw new ConnectorError('response_too_large', 'The server sent an event of more than 8 MiB.');
    }
    // A return at the very end may be half of a line break.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) {
          yield { event: event || 'message', id, data: data.join('\n') };
        }
        event = '';
        data = [];
        size = 0;
        continue;
      }
      const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
      if (field === 'data') {
        data.push(value);
        size += value.length + 1;
      } else if (field === 'event') {
        event = value;
      } else if (field === 'id' && !value.includes('\0')) {
        id = value;
      }
    }
  }
}
