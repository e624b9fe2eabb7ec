import { forms, type Reading, startOf, whole } from './encodings.js';
import { randomPartOf } from './families.js';

/** From a place in a text up to another. */
export type Range = readonly [from: number, to: number];

/** Characters of a secret in a row that are never shown; of a shorter one, all. */
const piece = 12;

/** Shorter values are words as well. */
const shortest = 8;

/** So many letters and digits in a row are looked up as one number, which stays a small integer. */
const gramLength = 5;
const alphabet = 62;
const gramsBefore = alphabet ** (gramLength - 1);

/** 0 to 61 for a digit or a letter of ASCII, otherwise -1. */
function digitOf(code: number): number {
  if (code >= 97) {
    return code <= 122 ? code - 61 : -1;
  }
  if (code >= 65) {
    return code <= 90 ? code - 55 : -1;
  }
  return code >= 48 && code <= 57 ? code - 48 : -1;
}

interface Grams {
  readonly grams: readonly number[];
  /** Where the last character of each is. */
  readonly ends: readonly number[];
}

/** Every row of five letters and digits, whatever else stands between them. */
function gramsOf(text: string): Grams {
  const grams: number[] = [];
  const ends: number[] = [];
  let gram = 0;
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    const digit = digitOf(text.charCodeAt(index));
    if (digit >= 0) {
      gram = (gram % gramsBefore) * alphabet + digit;
      count += 1;
      ends.push(index);
      if (count >= gramLength) {
        grams.push(gram);
      }
    }
  }
  return { grams, ends };
}

/** The fewest letters and digits that `length` characters in a row of it hold. */
function fewestIn(form: string, length: number): number {
  let fewest = length;
  let signs = 0;
  for (let index = 0; index < form.length; index += 1) {
    signs += digitOf(form.charCodeAt(index)) < 0 ? 1 : 0;
    signs -= index >= length && digitOf(form.charCodeAt(index - length)) < 0 ? 1 : 0;
    fewest = index >= length - 1 ? Math.min(fewest, length - signs) : fewest;
  }
  return fewest;
}

/** What is known of some secrets: which rows of five their forms hold, and how long a run of those gives one away. */
class Known {
  /** Those that are not looked into yet: most texts that fail come long after, or never. */
  readonly #values = new Set<string>();
  #looked = 0;
  /** The lengths of runs as bits. */
  readonly #runs = new Map<number, number>();
  readonly #lengths = new Set<number>();
  /** Values with too few letters and digits, to be found as they are. */
  readonly #signs: string[] = [];
  weight = 0;

  has(value: string): boolean {
    return this.#values.has(value);
  }

  add(value: string): void {
    this.#values.add(value);
    this.weight += value.length;
  }

  #lookInto(): void {
    if (this.#looked < this.#values.size) {
      for (const value of [...this.#values].slice(this.#looked)) {
        this.#index(value);
      }
      this.#looked = this.#values.size;
    }
  }

  #index(value: string): void {
    const random = randomPartOf(value);
    const length = Math.min(piece, random.length);
    if (fewestIn(random, length) < shortest) {
      this.#signs.push(...whole(value));
    }
    for (const { lengthOf, write } of forms) {
      const form = write(random);
      const run = fewestIn(form, lengthOf(length));
      if (run >= shortest) {
        this.#lengths.add(run);
        for (const gram of gramsOf(form).grams) {
          this.#runs.set(gram, (this.#runs.get(gram) ?? 0) | (1 << run));
        }
      }
    }
  }

  /** Can there be a piece? Looks at one row of five in several: any run that is long enough holds one of those. */
  #suspects(text: string): boolean {
    if (this.#runs.size === 0) {
      return false;
    }
    const step = Math.min(...this.#lengths) - gramLength + 1;
    let gram = 0;
    let count = 0;
    for (let index = 0; index < text.length; index += 1) {
      const digit = digitOf(text.charCodeAt(index));
      if (digit >= 0) {
        gram = (gram % gramsBefore) * alphabet + digit;
        count += 1;
        if (count % step === 0 && this.#runs.has(gram)) {
          return true;
        }
      }
    }
    return false;
  }

  *find(reading: Reading): Generator<Range, void, void> {
    this.#lookInto();
    const { text } = reading;
    for (const value of this.#signs) {
      for (let index = text.indexOf(value); index >= 0; index = text.indexOf(value, index + 1)) {
        yield [startOf(reading, index), startOf(reading, index + value.length)];
      }
    }
    if (this.#suspects(text)) {
      yield* this.#runsIn(reading);
    }
  }

  *#runsIn(reading: Reading): Generator<Range, void, void> {
    const { ends, grams } = gramsOf(reading.text);
    const found = grams.map((gram) => this.#runs.get(gram) ?? 0);
    for (const length of this.#lengths) {
      const bit = 1 << length;
      for (let from = 0; from < found.length; from += 1) {
        let to = from;
        while (((found[to] ?? 0) & bit) !== 0) {
          to += 1;
        }
        const last = to + gramLength - 2;
        if (to > from && last - from + 1 >= length) {
          yield [startOf(reading, ends[from] ?? 0), startOf(reading, (ends[last] ?? 0) + 1)];
        }
        from = to;
      }
    }
  }
}

/** What one generation holds: characters of values, and what looking into one takes up. */
const mostWeight = 400_000;
const weightOfOne = 250;

let current = new Known();
let former = new Known();

/** A project ref that somebody typed as a key stays readable, and so does what a placeholder such as `xxxxxxxx` repeats. */
const isNoSecret = (value: string): boolean => value.startsWith('proj_') || new Set(randomPartOf(value)).size < 3;

/**
 * Keeps a secret out of every text that is masked from now on. Only the last one to two thousand are known, so that a
 * process that meets ever new ones stays small; one that is used again is known again.
 */
export function keepSecret(value: string): void {
  if (current.has(value) || value.length < shortest || isNoSecret(value)) {
    return;
  }
  if (current.weight > mostWeight) {
    former = current;
    current = new Known();
  }
  current.add(value);
  current.weight += weightOfOne;
}

/** Where a reading of a text holds a piece of a known secret, in any form. */
export function* knownIn(reading: Reading): Generator<Range, void, void> {
  yield* current.find(reading);
  yield* former.find(reading);
}
