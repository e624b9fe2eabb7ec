import { ConnectorError } from '../../errors/index.js';

/** A time span such as `"15m"` or `"1hr"`, a Unix time in seconds, or a `Date`. */
export type Expiration = string | number | Date;

export const defaultLifetime = 15 * 60;
/** A token for sessions alone lives as long as the one that `sessions.start` gives. */
export const sessionLifetime = 60 * 60;
/** The server refuses a longer one. */
export const longestLifetime = 30 * 86_400;

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_557_600 };

// The grammar of jose, which the documentation names.
const span =
  /^(\+|-)? ?(\d{1,15}|\d{1,15}\.\d{1,15}) ?(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|years?|yrs?|y)( (?:ago|from now))?$/i;

const refuse = (message: string) =>
  new ConnectorError('expiration_invalid', `expirationTime: ${message}`, { path: 'expirationTime' });

function spanOf(text: string): number {
  const [, sign, count = '', unit = '', suffix] = span.exec(text) ?? [];
  if (unit === '' || (sign !== undefined && suffix !== undefined)) {
    throw refuse('write a time span such as "15m", "1hr" or "2 days", a Unix time in seconds, or a Date.');
  }
  if (sign === '-' || suffix?.toLowerCase() === ' ago') {
    throw refuse('a token cannot have expired already. Write the time that is left, such as "1h".');
  }
  return Math.round(Number.parseFloat(count) * (seconds[unit[0]?.toLowerCase() ?? ''] ?? Number.NaN));
}

function timeOf(expiration: Expiration, now: number): number {
  if (expiration instanceof Date) {
    return Math.floor(expiration.getTime() / 1000);
  }
  if (typeof expiration === 'string') {
    return now + spanOf(expiration);
  }
  if (typeof expiration === 'number' && Number.isFinite(expiration) && expiration > 1e11) {
    throw refuse('this looks like milliseconds. Give seconds since 1970: Math.floor(time / 1000).');
  }
  return typeof expiration === 'number' ? expiration : Number.NaN;
}

/**
 * When a token expires, in Unix seconds; `now` too. In the future and at most 30 days ahead, which is the server's rule.
 * Throws `expiration_invalid`.
 */
export function expirationOf(expiration: Expiration | undefined, now: number, lifetime = defaultLifetime): number {
  const time = expiration === undefined ? now + lifetime : timeOf(expiration, now);
  if (!Number.isInteger(time)) {
    throw refuse('this is no time. Give a time span such as "15m", whole Unix seconds, or a valid Date.');
  }
  if (time <= now) {
    throw refuse('this is in the past. Give a time that is still to come.');
  }
  if (time > now + longestLifetime) {
    throw refuse('at most 30 days ahead. Mint a new token when this one has expired.');
  }
  return time;
}
