import { ConnectorError, type ErrorCode } from '../../errors/index.js';

/** Trying again mends none of these: the key, the target, the metadata or the checkpoint has to change. */
const lasting: ReadonlySet<ErrorCode> = new Set([
  'auth_revoked',
  'unauthorized',
  'forbidden',
  'key_lacks_full_access',
  'endpoint_not_allowed',
  'branch_header_required',
  'branch_not_found',
  'project_not_found',
  'project_ref_required',
  'environment_not_found',
  'environment_required',
  'environment_ambiguous',
  'egress_blocked',
  'checkpoint_mismatch',
  'checkpoint_too_large',
  'input_invalid',
]);

export const isLasting = (error: unknown) => error instanceof ConnectorError && lasting.has(error.code);

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
