import { type Reading, readings, startOf } from './encodings.js';
import { credential } from './families.js';
import { knownIn, type Range } from './known-secrets.js';

function* credentialsIn(reading: Reading): Generator<Range, void, void> {
  for (const { 0: found, index } of reading.text.matchAll(credential)) {
    yield [startOf(reading, index), startOf(reading, index + found.length)];
  }
}

function masked(text: string, ranges: readonly Range[]): string {
  let clean = '';
  let end = 0;
  for (const [from, to] of [...ranges].sort(([a], [b]) => a - b)) {
    // One that begins where another ends is the rest of it.
    if (from > end || end === 0) {
      clean += `${text.slice(end, from)}[redacted]`;
    }
    end = Math.max(end, to);
  }
  return clean + text.slice(end);
}

/**
 * Masks whatever looks like a credential, and every piece of a known secret: 12 characters or more of its random part,
 * in any of the encodings of the table. For texts about what happened, never for data.
 */
export function redact(text: string): string {
  const ranges: Range[] = [];
  for (const reading of readings(text)) {
    ranges.push(...credentialsIn(reading), ...knownIn(reading));
  }
  return ranges.length === 0 ? text : masked(text, ranges);
}
