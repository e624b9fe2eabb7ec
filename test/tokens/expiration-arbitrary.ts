import fc from 'fast-check';

/** Every unit that seed 000 lists, and the seconds of it. */
export const units: Readonly<Record<string, number>> = {
  ...Object.fromEntries(['s', 'sec', 'secs', 'second', 'seconds'].map((unit) => [unit, 1])),
  ...Object.fromEntries(['m', 'min', 'mins', 'minute', 'minutes'].map((unit) => [unit, 60])),
  ...Object.fromEntries(['h', 'hr', 'hrs', 'hour', 'hours'].map((unit) => [unit, 3600])),
  ...Object.fromEntries(['d', 'day', 'days'].map((unit) => [unit, 86_400])),
  ...Object.fromEntries(['w', 'week', 'weeks'].map((unit) => [unit, 604_800])),
  ...Object.fromEntries(['y', 'yr', 'yrs', 'year', 'years'].map((unit) => [unit, 31_557_600])),
};

const cased = (text: string) =>
  fc.constantFrom(
    text,
    text,
    text.toUpperCase(),
    text.replace(/^./, (first) => first.toUpperCase()),
  );

const count = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 120 }).map(String) },
  fc.integer({ min: 0, max: 3_000_000 }).map(String),
  fc.tuple(fc.integer({ min: 0, max: 60 }), fc.stringMatching(/^\d{1,6}$/)).map(([whole, part]) => `${whole}.${part}`),
  fc.stringMatching(/^0{1,4}\d{1,3}$/),
);

/** Time spans of jose's grammar, the ones that lie in the past and too far ahead among them. */
export const someSpan = fc
  .tuple(
    fc.constantFrom('', '', '', '', '+', '-', ' ', '+ ', '- '),
    count,
    fc.constantFrom('', ' '),
    fc.constantFrom(...Object.keys(units)).chain(cased),
    fc.constantFrom('', '', '', ' from now', ' FROM NOW', ' ago', ' Ago'),
  )
  .map((parts) => parts.join(''));

/** Spans that this package takes: of those that jose does, those ahead, and at most 30 days. */
export const someExpiration = (now: number) =>
  fc.oneof(
    { weight: 3, arbitrary: someSpan },
    fc.integer({ min: now + 1, max: now + 30 * 86_400 }),
    fc.integer({ min: now * 1000 + 1000, max: (now + 30 * 86_400) * 1000 }).map((time) => new Date(time)),
    fc.constant(undefined),
  );
