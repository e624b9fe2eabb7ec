import fc from 'fast-check';
import { decodeJwt, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Expiration, expirationOf } from '../../src/api/index.js';
import { lifetimeOf } from '../../src/api/tokens/minting.js';
import { ConnectorError } from '../../src/errors/index.js';
import { someSpan, units } from './expiration-arbitrary.js';

const now = 1_800_000_000;
const day = 86_400;
const key = new TextEncoder().encode('any key that is long enough for it');

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: now * 1000 + 789 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Unix seconds, or undefined where jose does not take it. */
async function joseReads(expiration: Expiration): Promise<number | undefined> {
  try {
    return decodeJwt(await new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setExpirationTime(expiration).sign(key))
      .exp;
  } catch {
    return undefined;
  }
}

/** Unix seconds, or the error. */
function weRead(expiration: unknown): number | ConnectorError {
  try {
    return expirationOf(expiration as Expiration, now);
  } catch (error) {
    expect(error).toBeInstanceOf(ConnectorError);
    return error as ConnectorError;
  }
}

describe('an expiration', () => {
  it.each(Object.entries(units))('in %s', async (unit, seconds) => {
    for (const text of [
      `1${unit}`,
      `1 ${unit}`,
      `+1${unit}`,
      ` 1 ${unit}`,
      `1${unit} from now`,
      `1${unit.toUpperCase()}`,
    ]) {
      expect(await joseReads(text), text).toBe(now + seconds);
      if (seconds <= 30 * day) {
        expect(weRead(text), text).toBe(now + seconds);
      } else {
        expect(weRead(text), text).toMatchObject({ code: 'expiration_invalid', message: /at most 30 days/ });
      }
    }
  });

  it.each<[Expiration, number]>([
    ['1hr', 3600],
    ['24hr', day],
    ['15 minutes from now', 900],
    ['1.5h', 5400],
    ['0.5s', 1],
    ['4 weeks', 28 * day],
    ['30d', 30 * day],
    ['0.08y', 2_524_608],
    [now + 1, 1],
    [now + 30 * day, 30 * day],
    [new Date((now + 60) * 1000), 60],
    [new Date((now + 60) * 1000 + 999), 60],
  ])('%j', async (expiration, seconds) => {
    expect(weRead(expiration)).toBe(now + seconds);
    expect(await joseReads(expiration)).toBe(now + seconds);
  });

  it('is read as jose reads it, to the second, or refused as past or too far ahead', { timeout: 60_000 }, async () => {
    const told = { read: 0, past: 0, far: 0, wrong: 0 };
    for (const span of fc.sample(someSpan, 10_000)) {
      const theirs = await joseReads(span);
      const mine = weRead(span);
      if (typeof mine === 'number') {
        told.read += 1;
        expect(mine, span).toBe(theirs);
        expect(mine - now, span).toBeGreaterThan(0);
        expect(mine - now, span).toBeLessThanOrEqual(30 * day);
      } else if (theirs === undefined) {
        told.wrong += 1;
        expect(mine.message, span).toMatch(/write a time span such as/);
      } else if (/ ago$/i.test(span)) {
        // jose takes `Ago` for a time to come: it looks for the lower-case word.
        told.past += 1;
        expect(mine.message, span).toMatch(/cannot have expired already/);
      } else {
        told[theirs <= now ? 'past' : 'far'] += 1;
        expect(mine.message, span).toMatch(theirs <= now ? /expired already|in the past/ : /at most 30 days/);
        expect(theirs <= now || theirs > now + 30 * day, span).toBe(true);
      }
    }
    // Otherwise the sample says nothing.
    expect(Math.min(...Object.values(told))).toBeGreaterThan(500);
  });
});

const pastText = /cannot have expired already\. Write the time that is left, such as "1h"/;
const spanText = /write a time span such as "15m", "1hr" or "2 days", a Unix time in seconds, or a Date/;
const noTime = /this is no time\. Give a time span such as "15m", whole Unix seconds, or a valid Date/;
const past = /in the past\. Give a time that is still to come/;
const far = /at most 30 days ahead\. Mint a new token when this one has expired/;
const milliseconds = /looks like milliseconds\. Give seconds since 1970: Math\.floor\(time \/ 1000\)/;

describe('an expiration is refused, with what to write instead', () => {
  it.each<[string, unknown, RegExp]>([
    ['an hour ago', '1 hour ago', pastText],
    ['an hour AGO', '1h AGO', pastText],
    ['minus an hour', '-1h', pastText],
    ['minus an hour, with a space', '- 1h', pastText],
    ['no seconds', '0s', past],
    ['less than half a second', '0.4s', past],
    ['more than 30 days', '31d', far],
    ['a year', '1y', far],
    ['far too many years', '999999999999999y', far],
    ['a sign and a suffix', '-1h ago', spanText],
    ['a plus and a suffix', '+1h from now', spanText],
    ['months', '1 month', spanText],
    ['months, in short', '1mo', spanText],
    ['half a number', '.5h', spanText],
    ['a number as text', '3600', spanText],
    ['no text', '', spanText],
    ['two spaces', '1  h', spanText],
    ['two spans', '1h 30m', spanText],
    ['a date as text', '2027-01-31T00:00:00Z', spanText],
    ['a line after it', '1h\n', spanText],
    ['now', now, past],
    ['1970', 0, past],
    ['before 1970', -1, past],
    ['a lifetime for a time', 3600, past],
    ['30 days and a second', now + 30 * day + 1, far],
    ['milliseconds', (now + 60) * 1000, milliseconds],
    ['a fraction of a second', now + 60.5, noTime],
    ['not a number', Number.NaN, noTime],
    ['infinity', Number.POSITIVE_INFINITY, noTime],
    ['minus infinity', Number.NEGATIVE_INFINITY, noTime],
    ['a date of now', new Date(now * 1000 + 999), past],
    ['a date before', new Date(0), past],
    ['a date too far ahead', new Date((now + 30 * day + 1) * 1000), far],
    ['no date', new Date('no date'), noTime],
    ['null', null, noTime],
    ['true', true, noTime],
    ['an object', { valueOf: () => now + 60 }, noTime],
    ['a list', ['1h'], noTime],
    ['a bigint', BigInt(now + 60), noTime],
  ])('%s', (_, expiration, message) => {
    expect(weRead(expiration)).toMatchObject({ code: 'expiration_invalid', path: 'expirationTime' });
    expect((weRead(expiration) as ConnectorError).message).toMatch(message);
  });

  it('in time linear in its length', () => {
    const start = performance.now();
    for (const text of [`${'1'.repeat(1e6)}x`, `1${' '.repeat(1e6)}h`, `${'1.'.repeat(5e5)}h`]) {
      expect(weRead(text)).toMatchObject({ code: 'expiration_invalid' });
    }
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

describe('without an expiration, a token lasts', () => {
  it.each<[string, string[] | undefined, number]>([
    ['15 minutes without scopes', undefined, 900],
    ['15 minutes with none', [], 900],
    ['15 minutes for runs', ['read:runs'], 900],
    ['1 hour for a session', ['read:sessions:chat-42'], 3600],
    ['1 hour to read and write one', ['read:sessions:a', 'write:sessions:a'], 3600],
    ['15 minutes for a session and a run', ['read:sessions:a', 'read:runs:run_1'], 900],
    ['15 minutes for a tag that is named like one', ['read:tags:read:sessions:a'], 900],
  ])('%s', (_, scopes, seconds) => {
    expect(expirationOf(undefined, now, lifetimeOf(scopes))).toBe(now + seconds);
  });
});
