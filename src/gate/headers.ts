import type { HttpResponse } from './endpoint.js';

/** The first value of a response header; `name` in lower case. */
export function header(response: Pick<HttpResponse, 'headers'>, name: string): string | undefined {
  const value = response.headers[name];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first : typeof first === 'number' ? String(first) : undefined;
}

/** Milliseconds until the rate limit resets. The API gives epoch milliseconds, one route epoch seconds. */
export function retryAfterMs(response: HttpResponse, now: number): number | undefined {
  const seconds = Number(header(response, 'retry-after'));
  if (Number.isFinite(seconds) && seconds > 0) {
    return seconds * 1000;
  }
  const reset = Number(header(response, 'x-ratelimit-reset'));
  if (!Number.isFinite(reset) || reset <= 0) {
    return undefined;
  }
  return Math.max(0, (reset < 1e11 ? reset * 1000 : reset) - now);
}

export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
}

/** The rate limit as an answer tells it, where it does. */
export function rateLimitOf(headers: HttpResponse['headers']): RateLimit | undefined {
  const response = { status: 200, headers, body: undefined };
  const limit = Number(header(response, 'x-ratelimit-limit'));
  const remaining = Number(header(response, 'x-ratelimit-remaining'));
  return limit > 0 && Number.isFinite(remaining) ? { limit, remaining } : undefined;
}
