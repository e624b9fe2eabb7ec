interface Field {
  min: number;
  max: number;
  names?: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const fields: readonly Field[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: ['', ...months] },
  // Both 0 and 7 are Sunday.
  { min: 0, max: 7, names: days },
];

/** The five sets of numbers that an expression allows. */
export interface Cron {
  minutes: ReadonlySet<number>;
  hours: ReadonlySet<number>;
  daysOfMonth: ReadonlySet<number>;
  months: ReadonlySet<number>;
  daysOfWeek: ReadonlySet<number>;
  /** When days are restricted both ways, either will do. */
  eitherDay: boolean;
}

/** Throws with the words of the server's own parser, at least where an expression is plainly wrong. */
export function parseCron(expression: string): Cron {
  if (expression.split(' ').length > 5) {
    throw new Error('CRON expressions with seconds are not allowed');
  }
  if (expression === '') {
    throw new Error('CRON expression is required');
  }
  const atoms = expression.trim().split(/\s+/);
  // Missing fields are those on the left: "nope" is a day of the week.
  const padded = [...Array<string>(Math.max(0, 5 - atoms.length)).fill('*'), ...atoms];
  const [minutes, hours, daysOfMonth, monthNumbers, weekdays] = fields.map((field, index) =>
    parseField(padded[index] ?? '*', field),
  ) as [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>];
  return {
    minutes,
    hours,
    daysOfMonth,
    months: monthNumbers,
    daysOfWeek: new Set([...weekdays].map((day) => day % 7)),
    eitherDay: padded[2] !== '*' && padded[4] !== '*',
  };
}

function parseField(atom: string, { min, max, names }: Field): Set<number> {
  const text =
    names === undefined
      ? atom
      : atom.replaceAll(/[a-z]{3}/gi, (name) => {
          const index = names.indexOf(name.toLowerCase());
          if (index < 0) {
            throw new Error(`Validation error, cannot resolve alias "${name.toLowerCase()}"`);
          }
          return String(index);
        });
  if (!/^[,*\d/-]+$/.test(text)) {
    throw new Error(`Invalid characters, got value: ${text}`);
  }
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step = '1'] = part.split('/');
    const [from, to = part.includes('/') ? max : from] = range === '*' ? [min, max] : range.split('-').map(Number);
    for (const bound of [from, to]) {
      if (bound === undefined || Number.isNaN(bound) || bound < min || bound > max) {
        throw new Error(`Constraint error, got value ${bound} expected range ${min}-${max}`);
      }
    }
    for (let value = from as number; value <= (to as number); value += Math.max(1, Number(step))) {
      found.add(value);
    }
  }
  return found;
}

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** Milliseconds of the first time after `now`; null for what never comes, such as the 31st of February. */
export function nextRunAfter({ eitherDay, ...cron }: Cron, timeZone: string, now: number): number | null {
  const first = Math.floor(wallClock(now, timeZone) / MINUTE) * MINUTE + MINUTE;
  const startOfDay = Math.floor(first / DAY) * DAY;
  const hours = [...cron.hours].sort((a, b) => a - b);
  const minutes = [...cron.minutes].sort((a, b) => a - b);
  for (let day = startOfDay; day < startOfDay + 3000 * DAY; day += DAY) {
    const date = new Date(day);
    const ofMonth = cron.daysOfMonth.has(date.getUTCDate());
    const ofWeek = cron.daysOfWeek.has(date.getUTCDay());
    if (!cron.months.has(date.getUTCMonth() + 1) || !(eitherDay ? ofMonth || ofWeek : ofMonth && ofWeek)) {
      continue;
    }
    for (const hour of hours) {
      for (const minute of minutes) {
        const wall = day + (hour * 60 + minute) * MINUTE;
        const at = wall < first ? 0 : instantOf(wall, timeZone);
        if (at > now) {
          return at;
        }
      }
    }
  }
  return null;
}

/** What a clock on the wall shows there, as if it were UTC. */
function wallClock(ms: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(ms);
  const part = (type: string): number => Number(parts.find((candidate) => candidate.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

function instantOf(wall: number, timeZone: string): number {
  const offsetAt = (ms: number): number => wallClock(ms, timeZone) - ms;
  // The second look-up is for guesses on the other side of a change to or from summer time.
  return wall - offsetAt(wall - offsetAt(wall));
}

/** English for the plain expressions; the others describe themselves. */
export function describeCron(expression: string): string {
  const [minute = '', hour = '', ...rest] = expression.trim().split(/\s+/);
  if (rest.join(' ') !== '* * *') {
    return expression;
  }
  const every = /^\*\/(\d+)$/.exec(minute)?.[1];
  if (hour === '*' && (minute === '*' || every !== undefined)) {
    return every === undefined || every === '1' ? 'Every minute' : `Every ${every} minutes`;
  }
  if (!/^\d+$/.test(minute)) {
    return expression;
  }
  if (hour === '*') {
    return minute === '0' ? 'Every hour' : `At ${minute} minutes past the hour`;
  }
  if (!/^\d+$/.test(hour)) {
    return expression;
  }
  const twelve = String(Number(hour) % 12 || 12).padStart(2, '0');
  return `At ${twelve}:${minute.padStart(2, '0')} ${Number(hour) < 12 ? 'AM' : 'PM'}`;
}
