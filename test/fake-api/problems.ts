import type { RateLimitState } from './rate-limit.js';

/** An answer before the headers that every answer carries are added. */
export interface Answer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body: string;
  /** Sent in place of the body, as it comes. */
  stream?: ReadableStream<Uint8Array>;
}

const jsonType = { 'content-type': 'application/json; charset=utf-8' };
const problemType = { 'content-type': 'application/problem+json; charset=utf-8' };
const mdn = 'https://developer.mozilla.org/en-US/docs/Web/HTTP/Status';

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { ...jsonType, ...headers }, body: JSON.stringify(body) };
}

/** A body that is JSON already. */
export function rawJson(body: string): Answer {
  return { status: 200, headers: jsonType, body };
}

export function plainText(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/plain;charset=UTF-8' }, body };
}

export const missingAuthorization: Answer = {
  status: 401,
  headers: problemType,
  body: JSON.stringify({
    title: 'Unauthorized',
    status: 401,
    type: `${mdn}/401`,
    detail: 'No authorization header provided',
    error: 'No authorization header provided',
  }),
};

/** The 429 of the API: no `Retry-After`, the reset in milliseconds. */
export function rateLimited(state: RateLimitState, now: number): Answer {
  const { limit, remaining, resetMs: reset } = state;
  const secondsUntilReset = Math.max(0, (reset - now) / 1000);
  const detail = `Rate limit exceeded ${remaining}/${limit} requests remaining. Retry in ${secondsUntilReset} seconds.`;
  const title = 'Rate Limit Exceeded';
  const body = {
    title,
    status: 429,
    type: `${mdn}/429`,
    detail,
    reset,
    limit,
    remaining,
    secondsUntilReset,
    error: detail,
  };
  return { status: 429, headers: problemType, body: JSON.stringify(body) };
}

export const unauthorized = (error: string): Answer => json(401, { error });

export const forbidden: Answer = json(403, {
  error: 'Unauthorized',
  code: 'unauthorized',
  param: 'access_token',
  type: 'authorization',
});

/** `true` although the run may not exist at all: the server blames replica lag. */
export const runNotFound: Answer = json(404, { error: 'Not found' }, { 'x-should-retry': 'true' });

/** What the framework answers when a handler throws something unforeseen, such as over a body that is no JSON. */
export const unexpectedError: Answer = {
  status: 500,
  headers: { 'content-type': 'text/plain' },
  body: 'Unexpected Server Error',
};

/** The framework's own answer where a path takes other methods only. */
export const unexpectedMethod = json(400, { message: 'Unexpected Server Error' }, { 'x-remix-error': 'yes' });

export const internalError: Answer = json(500, { error: 'Internal Server Error' });

export const htmlNotFound: Answer = {
  status: 404,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  },
  body: '<!DOCTYPE html><html lang="en"><head><title>Not found</title></head><body><h1>404</h1></body></html>',
};

export const methodNotAllowed: Answer = { status: 405, body: '' };

/** Environment variable errors are thrown responses on the server, and marked as such. */
export function thrown(status: number, error: string): Answer {
  return json(status, { error }, { 'x-remix-catch': 'yes' });
}
