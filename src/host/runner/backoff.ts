import { ConnectorError } from '../../errors/index.js';

const firstWaitMs = 30_000;
const longestWaitMs = 60 * 60_000;

/** No sync of that frequency waits longer than this, however often it failed. */
export const mostWaitMs = (frequencyMs: number) => Math.max(frequencyMs, longestWaitMs);

/** Milliseconds until a failed sync is tried again: doubled with each failure in a row, never before the rate limit resets. */
export function backoffMs(failures: number, frequencyMs: number, error: unknown): number {
  const wait = Math.min(firstWaitMs * 2 ** Math.min(failures - 1, 16), mostWaitMs(frequencyMs));
  const asked = error instanceof ConnectorError ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(wait, Math.min(asked, longestWaitMs));
}
