import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { endpointNames, endpoints } from '../../src/api/index.js';
import type { ErrorCode } from '../../src/errors/index.js';
import { parseResponse } from '../../src/gate/index.js';
import { keys } from '../connection/cases.js';
import { thrownBy } from './connections.js';

interface Thrown extends Error {
  code: ErrorCode;
  status?: number;
  path?: string;
  field?: string;
  retryAfterMs?: number;
}

const failure = (status: number, body: unknown, headers: Record<string, unknown> = {}, now?: number) =>
  thrownBy(() =>
    parseResponse(endpoints['runs.list'], { status, headers, body }, now === undefined ? {} : { now }),
  ) as Thrown;

const page = '<!DOCTYPE html><html lang="en"><body><h1>Bad gateway</h1></body></html>';
const problem = (status: number, detail: string) => ({ title: 'x', status, detail, error: detail });
const unauthorized = { error: 'Unauthorized', code: 'unauthorized', param: 'access_token', type: 'authorization' };

const table: readonly (readonly [number, unknown, ErrorCode, string])[] = [
  [400, { error: 'Query Error', details: [] }, 'input_invalid', 'The server answered 400: Query Error'],
  [400, { error: 'Invalid JSON' }, 'input_invalid', 'The server answered 400: Invalid JSON'],
  [400, { error: 'Invalid project ref for this API key. Make sure …' }, 'project_ref_invalid', 'another project'],
  [401, { error: 'Invalid API key' }, 'unauthorized', 'does not accept this key'],
  [401, { error: 'Invalid or Missing API key' }, 'unauthorized', 'revoked or rotated'],
  [401, { error: 'Invalid or Missing PAT' }, 'unauthorized', 'does not accept this key'],
  [401, { error: 'Invalid or Missing Access Token' }, 'unauthorized', 'does not accept this key'],
  [401, { error: 'Public Access Token is invalid' }, 'unauthorized', 'does not accept this key'],
  [401, problem(401, 'No authorization header provided'), 'unauthorized', 'does not accept this key'],
  [401, { error: 'x-trigger-branch header required for preview env' }, 'branch_header_required', 'preview branch'],
  [401, { error: 'No matching branch env' }, 'branch_not_found', 'case-sensitive'],
  [403, unauthorized, 'forbidden', 'lacks the permission'],
  [403, { error: 'Unauthorized' }, 'forbidden', 'lacks the permission'],
  [403, { error: 'No', code: 'scopes_exceed_key_access' }, 'scopes_exceed_key_access', 'beyond what this key'],
  [404, { error: 'Not found' }, 'not_found', 'The server answered 404: Not found'],
  [404, { error: 'Branch not found' }, 'branch_not_found', 'archived'],
  [404, { error: 'Project not found' }, 'project_not_found', 'Check the project ref'],
  [404, { error: 'Environment not found' }, 'environment_not_found', 'no such environment'],
  [404, page, 'server_too_old', 'no such route, or is no Trigger.dev API'],
  [405, '', 'invalid_response', 'The server answered 405.'],
  [408, { error: 'Slow' }, 'timeout', 'The server answered 408: Slow'],
  [409, { error: 'Conflict' }, 'conflict', 'The server answered 409: Conflict'],
  [
    400,
    {
      error: 'Some of the variables are already set for these environments. Set override to true to override them.',
      variableErrors: [{ key: 'A', error: 'Variable already set in Production.' }],
    },
    'conflict',
    'ask for override',
  ],
  [
    422,
    { error: 'Cannot create batch as it has already been created with the same idempotency key.' },
    'conflict',
    'Use another key',
  ],
  [422, { error: 'Batch batch_a is already sealed and cannot accept more items' }, 'conflict', 'takes no more'],
  [422, { error: 'Batch batch_a not found' }, 'not_found', 'no such batch'],
  [400, { error: 'Environment variable value not found' }, 'not_found', 'no variable of that name'],
  [
    422,
    { error: 'Cannot batch trigger with a one-time use token as it has already been used.' },
    'token_used',
    'may be used once',
  ],
  [
    415,
    { error: 'Content-Type must be application/x-ndjson' },
    'invalid_response',
    'The server answered 415: Content-',
  ],
  [413, { error: 'Request body too large' }, 'payload_too_large', 'Request body too large'],
  [418, {}, 'invalid_response', 'The server answered 418.'],
  [422, { error: "Runs can only have 10 tags, you're trying to set 11." }, 'unprocessable', '10 tags'],
  [
    422,
    { error: 'Cannot trigger hello-task with a one-time use token as it has already been used.' },
    'token_used',
    'may be used once',
  ],
  [429, problem(429, 'Rate limit exceeded 0/60 requests remaining.'), 'rate_limited', 'Try again later.'],
  [500, { error: 'Internal Server Error' }, 'server_error', 'The server answered 500: Internal Server Error'],
  [502, page, 'invalid_response', 'is an HTML page'],
  [502, '', 'server_error', 'The server answered 502.'],
  [503, '', 'server_error', 'The server answered 503.'],
  [599, null, 'server_error', 'The server answered 599.'],
  [100, '', 'invalid_response', 'The server answered 100.'],
  [0, '', 'invalid_response', 'The server answered 0.'],
  // A text only counts together with its status.
  [500, { error: 'Project not found' }, 'server_error', 'Project not found'],
  [404, { error: 'No matching branch env' }, 'not_found', 'No matching branch env'],
  [401, { error: 'Branch not found' }, 'unauthorized', 'does not accept this key'],
  [422, { error: 'Some of the variables are already set for these environments.' }, 'unprocessable', 'already set'],
  [400, { error: 'It has already been created with the same idempotency key.' }, 'input_invalid', 'already been'],
];

describe('an answer that is no success', () => {
  it.each(table)('%i %j is %s', (status, body, code, said) => {
    const error = failure(status, body);
    expect(error).toMatchObject({ name: 'ConnectorError', code, status, endpoint: 'runs.list' });
    expect(error).toHaveProperty('docs', endpoints['runs.list'].docs);
    expect(error.message).toContain('runs.list: ');
    expect(error.message).toContain(said);
    expect(inspect(error)).not.toMatch(/<[a-z!]/i);
  });

  it.each(endpointNames)('of %s names it and its page', (name) => {
    const error = thrownBy(() => parseResponse(endpoints[name], { status: 401, headers: {}, body: { error: 'No' } }));
    expect(error).toMatchObject({ code: 'unauthorized', endpoint: name, docs: endpoints[name].docs });
  });

  it('is told with the first text there is, in one short line', () => {
    expect(failure(400, { type: 'y', title: 'x', detail: 'a\n  b', message: 'c' }).message).toContain('400: a b');
    expect(failure(418, { error: 7, message: 'c' }).message).toContain('418: c');
    expect(failure(400, { error: 'x '.repeat(5_000) }).message.length).toBeLessThan(360);
    expect(failure(400, { error: '' }).message).toBe('runs.list: The server answered 400.');
    expect(failure(418, ['error']).message).toBe('runs.list: The server answered 418.');
  });

  it.each(Object.entries(keys))('never repeats a secret that the server repeats: %s', (_, key) => {
    const bodies = [
      { error: `The key ${key} is unknown` },
      { detail: `Bearer%20${key}` },
      { message: JSON.stringify({ authorization: `Bearer ${key}` }) },
      // Not half of it either, where the text is cut.
      ...[...Array(20).keys()].map((index) => ({ error: `${'x'.repeat(280 + index)} ${key}` })),
      key,
      `<html>${key}</html>`,
      { error: { key } },
    ];
    for (const status of [400, 401, 404, 422, 500]) {
      for (const body of bodies) {
        const text = inspect(failure(status, body), { depth: null, showHidden: true });
        expect(text).not.toContain(key);
        expect(text).not.toContain(key.slice(0, 12));
      }
    }
  });
});

describe('a redirect', () => {
  it.each([
    [300, 'https://api.trigger.dev/x', 'api.trigger.dev'],
    [301, '/api/v1/runs', 'another place'],
    [302, 'https://evil.example/path?token=x', 'evil.example'],
    [303, 'http://user:pw@evil.example:8080/', 'evil.example:8080'],
    [307, 'file:///etc/passwd', 'another place'],
    [308, undefined, 'another place'],
    [304, 'not a url', 'another place'],
    [302, ['https://first.example/', 'https://second.example/'], 'first.example'],
    [302, `https://${keys.pat}.evil.example/${keys.pat}`, '[redacted]'],
  ])('%i to %j is refused, with only the host shown', (status, location, shown) => {
    const error = failure(status, { data: [], pagination: {} }, { location });
    expect(error).toMatchObject({ code: 'redirect_refused', status, field: 'baseUrl', endpoint: 'runs.list' });
    expect(error.message).toContain(`redirects to ${shown}`);
    expect(error.message).not.toMatch(/token|pw|passwd|path/);
    expect(error.message).not.toContain(keys.pat);
  });
});

describe('the wait of a 429', () => {
  const now = 1_767_225_600_000;

  it.each([
    ['epoch milliseconds', { 'x-ratelimit-reset': String(now + 3_800) }, 3_800, 'in 4 s'],
    ['epoch milliseconds as a number', { 'x-ratelimit-reset': now + 3_800 }, 3_800, 'in 4 s'],
    ['epoch seconds', { 'x-ratelimit-reset': String(now / 1000 + 9) }, 9_000, 'in 9 s'],
    ['Retry-After', { 'retry-after': '2', 'x-ratelimit-reset': String(now + 60_000) }, 2_000, 'in 2 s'],
    ['a reset that has passed', { 'x-ratelimit-reset': String(now - 5) }, 0, 'in 0 s'],
    ['a date in Retry-After', { 'retry-after': 'Thu, 01 Jan 2026 00:00:05 GMT' }, undefined, 'later'],
    ['nonsense', { 'x-ratelimit-reset': 'soon' }, undefined, 'later'],
    ['infinity', { 'retry-after': 'Infinity', 'x-ratelimit-reset': '-1' }, undefined, 'later'],
    ['nothing', {}, undefined, 'later'],
  ])('told by %s', (_, headers, expected, said) => {
    const error = failure(429, {}, headers, now);
    expect(error.code).toBe('rate_limited');
    expect(error.retryAfterMs).toBe(expected);
    expect(error.message).toContain(`Try again ${said}`);
  });
});
