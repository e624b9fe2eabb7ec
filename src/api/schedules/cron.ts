import { later } from '../schema/later.js';
import { string } from '../schema/scalars.js';

const names = (list: string) => list.split(' ');
const months = names('JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC');
const days = names('SUN MON TUE WED THU FRI SAT');

/** The five fields: lowest and highest number, names for numbers, and what only this field may say. */
const fields = [
  { name: 'minute', from: 0, to: 59 },
  { name: 'hour', from: 0, to: 23 },
  { name: 'day of month', from: 1, to: 31, also: /^(?:\?|L)$/ },
  { name: 'month', from: 1, to: 12, names: months },
  { name: 'day of week', from: 0, to: 7, names: days, also: /^(?:\?|[0-7](?:L|#[1-5]))$/ },
] as const;

type Field = { name: string; from: number; to: number; names?: readonly string[]; also?: RegExp };

const numberOf = (text: string, { from, names = [] }: Field) => {
  const named = names.indexOf(text.toUpperCase());
  // Days of the week count from 0, months from 1, as the field itself does.
  return named >= 0 ? named + from : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
};

function holds(part: string, field: Field): boolean {
  const [, range = '', step] = /^([^/]*)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
  if (range === '' || (step !== undefined && Number(step) < 1)) {
    return false;
  }
  if (range === '*' || (step === undefined && field.also?.test(range))) {
    return true;
  }
  const ends = range.split('-');
  const [first = Number.NaN, last = first] = ends.map((end) => numberOf(end, field));
  return ends.length <= 2 && first >= field.from && last <= field.to && first <= last;
}

/** What is wrong with a cron expression of five fields, or nothing. */
export function cronProblem(cron: string): string | undefined {
  const parts = cron.trim().split(/\s+/);
  if (parts.length === 6) {
    return 'must have five fields: schedules have no seconds';
  }
  if (parts.length !== fields.length) {
    return 'must have five fields: minute, hour, day of month, month, day of week';
  }
  const wrong = fields.find((field, index) => !parts[index]?.split(',').every((part) => holds(part, field)));
  return wrong && `has a wrong ${wrong.name} (${wrong.from} to ${wrong.to})`;
}

export const cronInput = later(() =>
  string()
    .max(256)
    .superRefine((cron, context) => {
      const problem = cronProblem(cron);
      if (problem !== undefined) {
        context.addIssue({ code: 'custom', message: problem });
      }
    })
    .describe('Cron expression of five fields. Example: "0 9 * * 1-5"'),
);

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

export const timezoneInput = later(() =>
  string()
    .max(64)
    .refine((name) => !/^[+-]/.test(name) && isTimezone(name), 'must be an IANA time zone')
    .describe('IANA time zone; UTC when left out. Example: "Europe/Rome"'),
);
