import { utf8Length } from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';
import { isTooMany, jsonLoss } from './json-loss.js';

/** Most bytes of a payload, and of one item of a batch. */
const bodyLimit = 3_145_728;

/** A path is for people and logs; keys of a payload may be of any length. */
const longestPath = 300;

const within = (inside: string, path: readonly PropertyKey[]) =>
  [...(inside === '' ? [] : [inside]), ...path.map(String)].join('.').slice(0, longestPath);

/** Where a serializer of the client would help: it takes what JSON does not. */
const hint = (path: readonly PropertyKey[]) =>
  path[0] === 'payload' ? ' Or give the client a serializer, such as superjson.' : '';

function tooLarge(name: string, path: string): ConnectorError {
  return new ConnectorError(
    'payload_too_large',
    `${name}: the body is over 3 MiB. Store the data elsewhere and send a link.`,
    { endpoint: name, path },
  );
}

function unserialisable(name: string, inside: string, path: readonly PropertyKey[], what: string) {
  const where = within(inside, path);
  return new ConnectorError(
    'payload_unserialisable',
    `${name}: ${where === '' ? 'the input' : where} is ${what}, which JSON cannot hold. Send plain objects, lists, text, finite numbers, booleans or null; a Date becomes ISO 8601 text.${hint(path)}`,
    { endpoint: name, path: where },
  );
}

/**
 * JSON text within the limit of the API. `inside`: where in the input the body stands, such as `items.3`. Throws
 * `payload_unserialisable` with the path of what JSON would lose, and `payload_too_large`.
 */
export function serialise(name: string, body: unknown, inside = ''): string {
  const hasPayload = typeof body === 'object' && body !== null && 'payload' in body;
  const whole = within(inside, hasPayload ? ['payload'] : []);
  let text: string;
  try {
    const loss = jsonLoss(body, bodyLimit);
    if (loss !== undefined) {
      throw isTooMany(loss) ? tooLarge(name, whole) : unserialisable(name, inside, loss.path, loss.what);
    }
    text = JSON.stringify(body);
  } catch (error) {
    if (error instanceof ConnectorError) {
      throw error;
    }
    // A getter or a toJSON that throws, or more levels than there is room for.
    const what = error instanceof RangeError ? 'nested too deeply' : 'an object that fails while it is read';
    throw unserialisable(name, inside, hasPayload ? ['payload'] : [], what);
  }
  // A unit of UTF-16 takes at most three bytes: only long texts have to be measured.
  if (text.length * 3 > bodyLimit && utf8Length(text) > bodyLimit) {
    throw tooLarge(name, whole);
  }
  return text;
}
