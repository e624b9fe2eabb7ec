import { ConnectorError } from '../errors/index.js';

/**
 * Writes payloads as text and reads them back, for values that JSON cannot hold, such as `Map`, `Date` or `BigInt`.
 * superjson fits as it is.
 */
export interface Serializer {
  stringify(value: unknown): string;
  parse(text: string): unknown;
}

/** The type under which such a text travels; the official SDK uses the same. */
const serialisedType = 'application/super+json';

/** Throws `input_invalid` for what is no serializer. */
export function checkSerializer(given: unknown): Serializer | undefined {
  if (given === undefined) {
    return undefined;
  }
  // superjson is a class with static methods.
  const { parse, stringify } = Object(given) as Partial<Serializer>;
  if (typeof parse !== 'function' || typeof stringify !== 'function') {
    throw new ConnectorError(
      'input_invalid',
      'serializer must be an object with the functions stringify(value) and parse(text), such as superjson.',
      { path: 'serializer' },
    );
  }
  return given as Serializer;
}

function textOf(name: string, path: string, payload: unknown, serializer: Serializer): string {
  let text: unknown;
  try {
    text = serializer.stringify(payload);
  } catch {
    // What it says may quote the payload.
    text = undefined;
  }
  if (typeof text !== 'string') {
    throw new ConnectorError(
      'payload_unserialisable',
      `${name}: the serializer of the client made no text of ${path}. Send what it can write.`,
      { endpoint: name, path },
    );
  }
  return text;
}

interface Packed {
  readonly payload?: unknown;
  readonly options?: unknown;
}

/** A payload and the options of its run as they travel: with a serializer as text under its type, as the SDK sends it. */
export function packed(
  name: string,
  path: string,
  { options, payload }: Packed,
  serializer: Serializer | undefined,
): Packed {
  if (serializer === undefined || payload === undefined) {
    return { payload, options };
  }
  const isText = typeof payload === 'string';
  return {
    payload: isText ? payload : textOf(name, path, payload, serializer),
    options: { ...(options as object | undefined), payloadType: isText ? 'text/plain' : serialisedType },
  };
}

/** Reads a payload or output that says it was written so; whatever else it is comes back as it is. */
export function unpacked(name: string, content: unknown, type: unknown, serializer: Serializer | undefined) {
  if (serializer === undefined || type !== serialisedType || typeof content !== 'string') {
    return content;
  }
  try {
    return serializer.parse(content);
  } catch {
    throw new ConnectorError('invalid_response', `${name}: the serializer of the client cannot read what came back.`, {
      endpoint: name,
    });
  }
}
