import { describe, expect, it } from 'vitest';
import { type Attempt, delayAfterFailure, delayAfterResponse } from '../../src/client/retry.js';
import { ConnectorError, type ErrorCode } from '../../src/errors/index.js';
import type { Repeat } from '../../src/gate/index.js';

const now = 1_800_000_000_000;
const attempt = (over: Partial<Attempt> = {}): Attempt => ({
  repeat: 'safe',
  attempt: 1,
  maxAttempts: 3,
  now,
  random: 0.5,
  ...over,
});
const answer = (status: number, headers: Record<string, unknown> = {}) => ({ status, headers, body: {} });

describe('delayAfterResponse', () => {
  // r: tried again, -: the answer stands; one letter each for safe, keyed and once.
  //  status   without   true    false     (x-should-retry)
  it.each([
    [200, '---', '---', '---'],
    [204, '---', '---', '---'],
    [301, '---', 'rr-', '---'],
    [400, '---', 'rr-', '---'],
    [401, '---', 'rr-', '---'],
    [403, '---', 'rr-', '---'],
    [404, '---', 'rr-', '---'],
    [408, 'rr-', 'rr-', '---'],
    [409, 'rr-', 'rr-', '---'],
    [413, '---', 'rr-', '---'],
    [422, '---', 'rr-', '---'],
    [429, 'rrr', 'rrr', '---'],
    [499, '---', 'rr-', '---'],
    [500, 'rr-', 'rr-', '---'],
    [502, 'rr-', 'rr-', '---'],
    [503, 'rr-', 'rr-', '---'],
    [599, 'rr-', 'rr-', '---'],
  ])('%d: %s, told true %s, told false %s', (status, without, told, forbidden) => {
    const letters = (advice?: string) =>
      (['safe', 'keyed', 'once'] satisfies Repeat[])
        .map((repeat) => {
          const headers = advice === undefined ? {} : { 'x-should-retry': advice };
          return delayAfterResponse(answer(status, headers), attempt({ repeat })) === undefined ? '-' : 'r';
        })
        .join('');
    expect([letters(), letters('true'), letters('false'), letters('maybe')]).toEqual([
      without,
      told,
      forbidden,
      without,
    ]);
  });

  it.each([
    [1, 0, 250],
    [1, 0.5, 375],
    [1, 1, 500],
    [2, 0, 500],
    [2, 1, 1_000],
    [3, 0.5, 1_500],
    [5, 1, 8_000],
    [6, 1, 10_000],
    [40, 0, 5_000],
    [2_000, 1, 10_000],
  ])('backs off after attempt %d with chance %d for %d ms', (number, random, expected) => {
    const state = attempt({ attempt: number, maxAttempts: 3_000, random });
    expect(delayAfterResponse(answer(503), state)).toBe(expected);
    expect(delayAfterFailure(new ConnectorError('network'), state)).toBe(expected);
  });

  it.each([
    [1, 3, true],
    [2, 3, true],
    [3, 3, false],
    [4, 3, false],
    [1, 1, false],
    [4, 5, true],
  ])('after attempt %d of %d goes on: %s', (number, maxAttempts, goesOn) => {
    const state = attempt({ attempt: number, maxAttempts });
    for (const response of [answer(500), answer(429), answer(404, { 'x-should-retry': 'true' })]) {
      expect(delayAfterResponse(response, state) !== undefined).toBe(goesOn);
    }
    expect(delayAfterFailure(new ConnectorError('network'), state) !== undefined).toBe(goesOn);
  });

  const backoff = 375;
  const spread = 125;
  it.each<[string, Record<string, unknown>, number | undefined]>([
    ['a reset in milliseconds', { 'x-ratelimit-reset': String(now + 5_000) }, 5_000 + spread],
    ['a reset in seconds', { 'x-ratelimit-reset': String(now / 1000 + 5) }, 5_000 + spread],
    ['a reset as a number', { 'x-ratelimit-reset': now + 5_000 }, 5_000 + spread],
    ['a reset twice', { 'x-ratelimit-reset': [String(now + 5_000), String(now + 9_000)] }, 5_000 + spread],
    ['Retry-After', { 'retry-after': '3' }, 3_000 + spread],
    ['Retry-After before the reset', { 'retry-after': '3', 'x-ratelimit-reset': String(now + 9_000) }, 3_000 + spread],
    ['Retry-After of zero beside a reset', { 'retry-after': '0', 'x-ratelimit-reset': String(now + 9) }, 9 + spread],
    ['no header', {}, backoff],
    ['a reset that has passed', { 'x-ratelimit-reset': String(now - 5_000) }, backoff],
    ['a reset right now', { 'x-ratelimit-reset': String(now) }, backoff],
    ['a negative reset', { 'x-ratelimit-reset': '-5' }, backoff],
    ['NaN', { 'x-ratelimit-reset': 'NaN', 'retry-after': 'NaN' }, backoff],
    ['words', { 'x-ratelimit-reset': 'soon', 'retry-after': 'later' }, backoff],
    ['nothing', { 'x-ratelimit-reset': '', 'retry-after': '' }, backoff],
    ['a negative Retry-After', { 'retry-after': '-1' }, backoff],
    ['an infinite Retry-After', { 'retry-after': 'Infinity' }, backoff],
    ['a minute', { 'x-ratelimit-reset': String(now + 60_000) }, 60_000 + spread],
    ['more than a minute', { 'x-ratelimit-reset': String(now + 60_001) }, undefined],
    ['a huge reset', { 'x-ratelimit-reset': '1e300' }, undefined],
    ['a huge Retry-After', { 'retry-after': '1e9' }, undefined],
  ])('429 with %s', (_, headers, expected) => {
    expect(delayAfterResponse(answer(429, headers), attempt())).toBe(expected);
  });

  it('leaves the reset alone that comes with every other answer', () => {
    const headers = { 'x-ratelimit-reset': String(now + 9_000) };
    expect(delayAfterResponse(answer(500, headers), attempt())).toBe(backoff);
    expect(delayAfterResponse(answer(401, headers), attempt())).toBeUndefined();
  });
});

describe('delayAfterFailure', () => {
  const cases: [ErrorCode, Repeat, boolean][] = [
    ['network', 'safe', true],
    ['network', 'keyed', true],
    ['network', 'once', false],
    ['timeout', 'safe', true],
    ['timeout', 'keyed', true],
    ['timeout', 'once', false],
    ['aborted', 'safe', false],
    ['egress_blocked', 'safe', false],
    ['response_too_large', 'safe', false],
    ['invalid_response', 'keyed', false],
  ];
  it.each(cases)('%s on a %s request is tried again: %s', (code, repeat, again) => {
    expect(delayAfterFailure(new ConnectorError(code), attempt({ repeat })) !== undefined).toBe(again);
  });
});
