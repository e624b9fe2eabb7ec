import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cronProblem, timezoneInput } from '../../../src/api/schedules/cron.js';
import { loadRecordings, recordingsFolder } from '../../contract/recordings.js';

const good = [
  '* * * * *',
  '0 9 * * 1-5',
  '*/30 * * * *',
  '5/15 * * * *',
  '1-5/2,7,59 * * * *',
  '0 0,12 1,15 */2 *',
  '0 0 * JAN-DEC SUN-SAT',
  '0 0 * jan mon-fri',
  '0 0 * * 7',
  '0 0 L * *',
  '0 0 ? * 1L',
  '0 0 * * 5#3',
  '0 0 30 2 *',
  '  0   9 * * *  ',
];

/** What is said of each: the field, or that there are not five. */
const bad: readonly (readonly [string, RegExp])[] = [
  ['', /five fields: minute/],
  ['nope', /five fields: minute/],
  ['@daily', /five fields: minute/],
  ['* * * *', /five fields: minute/],
  ['* * * * * *', /no seconds/],
  ['*/10 * * * * *', /no seconds/],
  ['* * * * * * *', /five fields: minute/],
  ['60 * * * *', /wrong minute \(0 to 59\)/],
  ['61 * * * *', /wrong minute/],
  ['-1 * * * *', /wrong minute/],
  ['1- * * * *', /wrong minute/],
  ['5-1 * * * *', /wrong minute/],
  ['1-2-3 * * * *', /wrong minute/],
  ['1,,2 * * * *', /wrong minute/],
  [', * * * *', /wrong minute/],
  ['*/0 * * * *', /wrong minute/],
  ['*/ * * * *', /wrong minute/],
  ['*/a * * * *', /wrong minute/],
  ['** * * * *', /wrong minute/],
  ['1.5 * * * *', /wrong minute/],
  ['1e1 * * * *', /wrong minute/],
  ['0x1 * * * *', /wrong minute/],
  ['L * * * *', /wrong minute/],
  ['JAN * * * *', /wrong minute/],
  ['* 24 * * *', /wrong hour \(0 to 23\)/],
  ['* 001 * * *', /wrong hour/],
  ['* * 0 * *', /wrong day of month \(1 to 31\)/],
  ['* * 32 * *', /wrong day of month/],
  ['* * L/2 * *', /wrong day of month/],
  ['* * MON * *', /wrong day of month/],
  ['* * * 0 *', /wrong month \(1 to 12\)/],
  ['* * * 13 *', /wrong month/],
  ['* * * JANUARY *', /wrong month/],
  ['* * * * 8', /wrong day of week \(0 to 7\)/],
  ['* * * * 5#6', /wrong day of week/],
  ['* * * * FRI-MON', /wrong day of week/],
  ['* * * * MONDAY', /wrong day of week/],
];

describe('a cron expression', () => {
  it.each(good)('%j is one', (cron) => {
    expect(cronProblem(cron)).toBeUndefined();
  });

  it.each(bad)('%j is none: %s', (cron, problem) => {
    expect(cronProblem(cron)).toMatch(problem);
  });

  it('has every number of its fields, and no other', () => {
    const limits = [59, 23, 31, 12, 7];
    for (const [index, to] of limits.entries()) {
      for (let number = 0; number <= 99; number += 1) {
        const fields = ['*', '*', '*', '*', '*'].with(index, String(number));
        const from = index === 2 || index === 3 ? 1 : 0;
        expect([fields, cronProblem(fields.join(' ')) === undefined]).toEqual([fields, number >= from && number <= to]);
      }
    }
  });

  it('is judged whatever it is, and fast', () => {
    const piece = fc.constantFrom('*', '/', '-', ',', '#', 'L', '?', 'MON', '5', '59', ' ', '\t', '😀', '__proto__');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
        ),
        (cron) => {
          expect(['string', 'undefined']).toContain(typeof cronProblem(cron));
        },
      ),
      { numRuns: 2_000 },
    );
    const began = performance.now();
    for (const text of ['1,', '*/', '-1', '* ', '#', 'L']) {
      cronProblem(text.repeat(100_000));
    }
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

describe('a time zone', () => {
  it.each(['UTC', 'Europe/Rome', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'Asia/Kolkata'])(
    '%s is one',
    (zone) => {
      expect(timezoneInput().safeParse(zone).success).toBe(true);
    },
  );

  // Offsets are time zones to newer runtimes, and to no server.
  it.each(['', ' UTC', 'Mars/Phobos', '+02:00', '-05:00', '+02', 'Europe', 'local', 'x'.repeat(65), 7, null])(
    '%j is none',
    (zone) => {
      expect(timezoneInput().safeParse(zone).success).toBe(false);
    },
  );
});

const recordings = loadRecordings();
if (recordings === undefined) {
  // biome-ignore lint/suspicious/noConsole: a skipped check must be seen
  console.warn(`SKIPPED recorded schedules: ${recordingsFolder} does not exist; set TRIGGER_RECORDINGS`);
}

describe.skipIf(recordings === undefined)('what a real server said', () => {
  const created = (recordings ?? []).filter(
    ({ request, response }) =>
      /\/schedules/.test(request.path) && 'cron' in Object(request.body) && [200, 422].includes(response.status),
  );

  it('of cron expressions and time zones is what is said here', () => {
    const verdicts = created.map(({ file, request, response }) => {
      const { cron, timezone } = request.body as { cron: string; timezone?: string };
      const taken = cronProblem(cron) === undefined && timezoneInput().optional().safeParse(timezone).success;
      const { error = '' } = response.body as { error?: string };
      return [file, taken, !/cron expression|timezone/i.test(error)];
    });
    expect(verdicts.filter(([, ours, theirs]) => ours !== theirs)).toEqual([]);
    expect(verdicts.filter(([, , theirs]) => theirs === false).length).toBeGreaterThanOrEqual(3);
    expect(verdicts.length).toBeGreaterThanOrEqual(7);
  });

  it('names time zones that are ones here, but for a few that this runtime does not know yet', () => {
    const zones = (recordings ?? []).flatMap(({ request, response }) =>
      request.path.startsWith('/api/v1/timezones') ? (response.body as { timezones: string[] }).timezones : [],
    );
    expect(zones.length).toBeGreaterThan(400);
    expect(zones.filter((zone) => !timezoneInput().safeParse(zone).success).length).toBeLessThan(5);
  });
});
