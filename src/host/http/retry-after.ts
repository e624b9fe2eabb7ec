import type { ConnectorError } from '../../errors/index.js';

/** The bucket of Trigger.dev is refilled so often, where an answer names no other time. */
const refillMs = 10_000;

/** Whole seconds until a call may succeed, for `Retry-After`. */
export function retryAfterOf({ code, retryAfterMs }: ConnectorError): string | undefined {
  const ms = retryAfterMs ?? (code === 'rate_limited' ? refillMs : undefined);
  return ms === undefined ? undefined : String(Math.max(1, Math.ceil(ms / 1000)));
}
