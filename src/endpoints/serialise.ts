import { utf8Length } from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';
import type { EndpointName } from './rows.js';

/** Most bytes of a payload, and of one item of a batch. */
const bodyLimit = 3_145_728;

/** Left out of an object without a word, these would start a run without its payload. */
const isJson = (payload: unknown) => typeof payload !== 'function' && typeof payload !== 'symbol';

/** JSON text within the limit of the API; `path` says which part of the input it is. */
export function serialise(name: EndpointName, body: unknown, path = 'payload'): string {
  let text: string | undefined;
  try {
    text = isJson((body as { payload?: unknown } | null)?.payload) ? (JSON.stringify(body) as string) : undefined;
  } catch {
    text = undefined;
  }
  if (text === undefined) {
    throw new ConnectorError(
      'payload_unserialisable',
      `${name}: the payload is not JSON (a cycle, a BigInt, or nothing at all).`,
      {
        endpoint: name,
        path,
      },
    );
  }
  // A unit of UTF-16 takes at most three bytes: only long texts have to be measured.
  if (text.length * 3 > bodyLimit && utf8Length(text) > bodyLimit) {
    throw new ConnectorError(
      'payload_too_large',
      `${name}: the body is over 3 MiB. Store the data elsewhere and send a link.`,
      {
        endpoint: name,
        path,
      },
    );
  }
  return text;
}
