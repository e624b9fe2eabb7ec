import { ConnectorError } from '../../errors/index.js';

/** A value as it is stored; refuses what JSON has no form for. */
export function toJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    // A cycle, a BigInt or a `toJSON` that throws: refused below, as what has no JSON at all.
  }
  if (text === undefined) {
    throw new ConnectorError('payload_unserialisable', 'The value cannot be stored: send only JSON values.');
  }
  return text;
}

/** A stored value; only a damaged file holds what is no JSON. */
export function fromJson<Value>(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    throw new ConnectorError(
      'store_unavailable',
      'The file of the record store is damaged. Move it away and sync again.',
    );
  }
}
