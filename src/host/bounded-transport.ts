import { type Transport, undiciTransport } from '../client/index.js';
import { parseBody } from '../client/undici-transport.js';
import { ConnectorError } from '../errors/index.js';
import { ownTurn } from './turns.js';

/**
 * A page of 100 runs has 80 kB; five with all the metadata that Trigger.dev stores, 256 KiB each, have 1.3 MB. As much as
 * this is read in 15 ms and stored in 20; 32 MiB, as much as a client reads, would take seconds.
 */
const maxBytes = 2 * 1024 * 1024;

/** Up to here a response is read in a millisecond or two, whatever it holds. */
const usualLength = 128 * 1024;

/** JSON of so many values takes some 20 ms to read; 2 MiB of `[]` would take 100. */
const mostValues = 200_000;

const [comma, bracket, brace] = [0x2c, 0x5b, 0x7b];

/** A comma of a text counts as well: it would take longer to tell. */
function hasTooManyValues(text: string): boolean {
  let values = 0;
  for (let place = 0; place < text.length; place += 1) {
    const code = text.charCodeAt(place);
    if (code === comma || code === bracket || code === brace) {
      values += 1;
    }
  }
  return values > mostValues;
}

async function parseLong(text: string): Promise<unknown> {
  await ownTurn();
  if (hasTooManyValues(text)) {
    throw new ConnectorError('response_too_large', `The response holds more than ${mostValues} values. Ask for less.`);
  }
  const body = parseBody(text);
  // What is done with it is as long again.
  await ownTurn();
  return body;
}

const parse = (text: string): unknown => (text.length <= usualLength ? parseBody(text) : parseLong(text));

/** What a host sends its requests over: no response is so large or so involved that reading it holds the event loop. */
export function boundedTransport({ send, stream }: Transport = undiciTransport): Transport {
  return {
    send: (connection, request, options) => send(connection, request, { ...options, maxBytes, parse }),
    ...(stream && { stream }),
  };
}
