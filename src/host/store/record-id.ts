import { ConnectorError } from '../../errors/index.js';

// SQLite cuts text at a NUL, and half a character pair becomes another character on the way.
const unstorable = /[\0\p{Surrogate}]/u;

/** The id as Nango keeps it: a number as its text, at most 255 characters. */
export function recordId(id: unknown): string {
  const text = Number.isFinite(id) ? String(id) : id;
  if (typeof text !== 'string' || text.length === 0 || text.length > 255 || unstorable.test(text)) {
    throw new ConnectorError('input_invalid', 'Every record needs an id: a text of 1 to 255 characters, or a number.', {
      field: 'id',
    });
  }
  return text;
}
