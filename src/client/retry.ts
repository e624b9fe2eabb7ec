import type { ConnectorError } from '../errors/index.js';
import type { HttpResponse, Repeat } from '../gate/index.js';
import { header, retryAfterMs } from '../gate/index.js';

export interface Attempt {
  readonly repeat: Repeat;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly now: number;
  /** 0 to 1. */
  readonly random: number;
}

/** What decides about retries: milliseconds to wait before the next attempt, undefined for none. */
export interface Delays {
  afterResponse(response: HttpResponse, attempt: Attempt): number | undefined;
  afterFailure(error: ConnectorError, attempt: Attempt): number | undefined;
}

/** The longest wait for a rate limit; a reset further away is the caller's to decide on. */
export const longestWaitMs = 60_000;

const retriedStatuses = new Set([408, 409, 429]);

function backoff({ attempt, random }: Attempt): number {
  return Math.min(10_000, 500 * 2 ** (attempt - 1)) * (0.5 + random / 2);
}

/**
 * How long to wait before trying again after an answer, in milliseconds; undefined means that the answer stands.
 * `x-should-retry` decides where the server sends it. A request that must go out once is repeated
 * only after 429, when the server did nothing.
 */
export function delayAfterResponse(response: HttpResponse, attempt: Attempt): number | undefined {
  const { status } = response;
  if (attempt.attempt >= attempt.maxAttempts || (status >= 200 && status < 300)) {
    return undefined;
  }
  const advice = header(response, 'x-should-retry');
  const worthwhile = advice === 'true' || (advice !== 'false' && (retriedStatuses.has(status) || status >= 500));
  if (!worthwhile || (attempt.repeat === 'once' && status !== 429)) {
    return undefined;
  }
  if (status !== 429) {
    return backoff(attempt);
  }
  const reset = retryAfterMs(response, attempt.now);
  if (reset === undefined || reset <= 0) {
    return backoff(attempt);
  }
  // Everyone waits for the same moment: spread the return over a quarter of a second.
  return reset > longestWaitMs ? undefined : reset + attempt.random * 250;
}

/**
 * The same where no response came: a lost or late one is retried only where that does no harm. A certificate, a proxy
 * variable or a missing package is the same at the next attempt, so `tls_failed`, `proxy_failed` and `package_missing`
 * are not retried within a call.
 */
export function delayAfterFailure(error: ConnectorError, attempt: Attempt): number | undefined {
  const worthwhile = error.code === 'network' || error.code === 'timeout';
  return worthwhile && attempt.repeat !== 'once' && attempt.attempt < attempt.maxAttempts
    ? backoff(attempt)
    : undefined;
}
