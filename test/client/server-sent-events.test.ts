import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ServerSentEvent, serverSentEvents } from '../../src/client/server-sent-events.js';
import { all } from './fake.js';

const encoder = new TextEncoder();

async function* inPieces(...pieces: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    yield typeof piece === 'string' ? encoder.encode(piece) : piece;
  }
}

const eventsOf = (...pieces: readonly (string | Uint8Array)[]) => all(serverSentEvents(inPieces(...pieces)));

const message = (data: string, fields: Partial<ServerSentEvent> = {}): ServerSentEvent => ({
  event: 'message',
  id: '',
  data,
  ...fields,
});

describe('the events of a stream', () => {
  it.each<[string, readonly string[], readonly ServerSentEvent[]]>([
    ['one', ['data: a\n\n'], [message('a')]],
    [
      'with a name and an id',
      ['event: batch\nid: 7,1,0\ndata: {}\n\n'],
      [message('{}', { event: 'batch', id: '7,1,0' })],
    ],
    ['without a space after the colon', ['event:batch\ndata:a\n\n'], [message('a', { event: 'batch' })]],
    ['of several lines', ['data: a\ndata: b\ndata\ndata:  c\n\n'], [message('a\nb\n\n c')]],
    ['with colons in the data', ['data: {"a":"b: c"}\n\n'], [message('{"a":"b: c"}')]],
    ['with returns and line feeds', ['data: a\r\n\r\ndata: b\r\n\r\n'], [message('a'), message('b')]],
    ['with returns alone', ['data: a\r\rdata: b\r\rdata: c\n\n'], [message('a'), message('b'), message('c')]],
    ['with returns alone, to the end', ['data: a\r\r'], [message('a')]],
    ['after a byte order mark', ['\ufeffdata: a\n\n'], [message('a')]],
    ['between comments', [': hello\n\ndata: a\n: ping\n\n:\n\n'], [message('a')]],
    ['beside what is not known', ['retry: 10\ncolour: red\ndata x\ndata: a\n\n'], [message('a')]],
    ['whose name counts once', ['event: a\ndata: 1\n\ndata: 2\n\n'], [message('1', { event: 'a' }), message('2')]],
    ['whose name is left over', ['event: a\n\ndata: 2\n\n'], [message('2')]],
    ['whose id stays', ['id: 1\ndata: a\n\ndata: b\n\n'], [message('a', { id: '1' }), message('b', { id: '1' })]],
    ['whose id is taken back', ['id: 1\ndata: a\n\nid\ndata: b\n\n'], [message('a', { id: '1' }), message('b')]],
    ['whose id has a NUL', ['id: 1\nid: 2\0\ndata: a\n\n'], [message('a', { id: '1' })]],
    ['cut off by the end', ['data: a\n\ndata: b\n'], [message('a')]],
    ['cut off in a line', ['data: a\n\ndata: b'], [message('a')]],
    ['none at all', [''], []],
    ['only breaks', ['\n\r\n\n\r'], []],
    ['a break that is cut in half', ['data: a\r', '\ndata: b\r', '\n', '\r', '\n'], [message('a\nb')]],
    ['a return that ends a piece', ['data: a\r', 'data: b\r', '\r'], [message('a\nb')]],
    ['a name that is cut', ['da', 'ta: ', 'a', '\n', '\n'], [message('a')]],
  ])('%s', async (_, pieces, expected) => {
    expect(await eventsOf(...pieces)).toEqual(expected);
  });

  it('keep letters of several bytes that come in two pieces', async () => {
    const text = 'data: žluťoučký 🐎 €\n\n';
    const bytes = encoder.encode(text);
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(await eventsOf(bytes.subarray(0, at), bytes.subarray(at))).toEqual([message('žluťoučký 🐎 €')]);
    }
  });

  it('come as soon as they are whole, not when more comes', async () => {
    let pulled = 0;
    async function* body() {
      for (const piece of ['data: a\n\n', 'data: b\n\n']) {
        pulled += 1;
        yield encoder.encode(piece);
      }
    }
    const events = serverSentEvents(body());
    expect((await events.next()).value).toEqual(message('a'));
    expect(pulled).toBe(1);
  });

  it('let go of the body when nobody reads on', async () => {
    let closed = false;
    async function* body() {
      try {
        yield encoder.encode('data: a\n\ndata: b\n\n');
      } finally {
        closed = true;
      }
    }
    for await (const event of serverSentEvents(body())) {
      expect(event.data).toBe('a');
      break;
    }
    expect(closed).toBe(true);
  });
});

describe('a stream without an end to its event', () => {
  const megabyte = 'x'.repeat(1_048_576);

  it.each([
    ['a line', (index: number) => (index === 0 ? `data: ${megabyte}` : megabyte)],
    ['lines', () => `data: ${megabyte}\n`],
  ])('is an error once it is too long, in %s', async (_, piece) => {
    let pulled = 0;
    async function* body() {
      yield encoder.encode('data: a\n\n');
      for (; pulled < 64; pulled += 1) {
        yield encoder.encode(piece(pulled));
      }
    }
    const events = serverSentEvents(body());
    expect((await events.next()).value).toEqual(message('a'));
    // To end quietly would look as if the channel had nothing more.
    await expect(events.next()).rejects.toMatchObject({ code: 'response_too_large' });
    expect(pulled).toBeLessThan(12);
  });
});

describe('any pieces', () => {
  const line = fc.oneof(
    fc.constantFrom('data', 'data:', 'event: batch', 'id: 1', 'id: 2,3,0', ': comment', 'retry: 5', ''),
    fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => `data: ${text.replace(/[\r\n]/g, ' ')}`),
  );
  const stream = fc
    .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 20 })
    .map((lines) => lines.flat().join(''));

  it('give the same events', async () => {
    const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(stream, cuts, async (text, at) => {
        const bytes = encoder.encode(text);
        const places = [0, ...at.map((place) => Math.min(place, bytes.length)).sort((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        expect(await eventsOf(...pieces)).toEqual(await eventsOf(bytes));
      }),
      { numRuns: 300 },
    );
  });

  it('give what the events were, whichever the line breaks', async () => {
    const content = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !/[\r\n]/.test(text));
    const event = fc.record({
      id: fc.stringMatching(/^\d{1,3}$/),
      data: fc.array(content, { minLength: 1, maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 6 }), fc.constantFrom('\n', '\r\n', '\r'), async (events, end) => {
        const lines = events.flatMap(({ data, id }) => [`id: ${id}`, ...data.map((text) => `data: ${text}`), '']);
        const found = await eventsOf(lines.map((text) => text + end).join(''));
        expect(found).toEqual(events.map(({ data, id }) => message(data.join('\n'), { id })));
      }),
      { numRuns: 200 },
    );
  });
});
