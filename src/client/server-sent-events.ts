/** One event of a stream. */
export interface ServerSentEvent {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** Most characters of one event; a stream that never ends one is not read on. */
const eventLimit = 8 * 1024 * 1024;

/**
 * The events of a body as it comes; comments and `retry` are passed over, an event that was cut off is dropped.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* serverSentEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent, void, void> {
  const decoder = new TextDecoder();
  let rest = '';
  let event = '';
  let id = '';
  let data: string[] = [];
  for await (const piece of body) {
    rest += decoder.decode(piece, { stream: true });
    if (rest.length > eventLimit) {
      return;
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
        continue;
      }
      const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
      if (field === 'data') {
        data.push(value);
      } else if (field === 'event') {
        event = value;
      } else if (field === 'id' && !value.includes('\0')) {
        id = value;
      }
    }
  }
}
