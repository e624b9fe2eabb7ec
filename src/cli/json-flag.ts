import { ConnectorError } from '../errors/index.js';

/** A JSON object from a flag. */
export function jsonFlag(name: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Said below.
  }
  throw new ConnectorError(
    'input_invalid',
    `--${name} must be a JSON object, for example '{"tasks": ["send-invoice"]}'.`,
    {
      field: name,
    },
  );
}
