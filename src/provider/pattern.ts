import { type Part, partsOf } from './regex-parts.js';

type Sequence = readonly Part[];

// A set of characters is known by which of these it takes, a bit each: all of Latin-1, and some beyond.
const sample = [...Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)), ...'Āя中\u2028\ufeff'];
const maxLength = 1000;
/** An unbounded repetition counts as this long: no longer value gets to a pattern. */
const unbounded = 1024;
/** From this many rounds on, alternatives that begin alike are too much. */
const manyRounds = 10;
/** Ways to match that one value may offer. */
const budget = 100_000;

const known = new WeakMap<Part, bigint>();

function charsOf(part: Part): bigint {
  const before = known.get(part);
  if (before !== undefined) {
    return before;
  }
  let chars = 0n;
  if (part.branches !== undefined) {
    chars = part.branches.flat().reduce((all, inner) => (inner.isAssertion ? all : all | charsOf(inner)), 0n);
  } else {
    const expression = new RegExp(`^(?:${part.atom})$`);
    sample.forEach((char, index) => {
      chars |= expression.test(char) ? 1n << BigInt(index) : 0n;
    });
  }
  known.set(part, chars);
  return chars;
}

/** Takes it at least one character? */
const consumes = (part: Part): boolean =>
  !part.isAssertion && part.min > 0 && (part.branches?.every((branch) => branch.some(consumes)) ?? true);

/** The characters that a sequence can begin with. */
function firstOf(sequence: Sequence): bigint {
  let chars = 0n;
  for (const part of sequence.filter(({ isAssertion }) => !isAssertion)) {
    chars |= part.branches?.map(firstOf).reduce((all, set) => all | set, 0n) ?? charsOf(part);
    if (consumes(part)) {
      break;
    }
  }
  return chars;
}

/** How many ways there are to give a part its characters; those of every round multiply. */
function ways({ branches = [], max, min }: Part): number {
  const rounds = Math.min(max, unbounded);
  return (rounds - Math.min(min, rounds) + 1) * Math.max(1, ...branches.map(waysOfSequence)) ** rounds;
}

/** Neighbours that can take each other's characters multiply; one that must take others separates. */
function waysOfSequence(sequence: Sequence): number {
  const parts = sequence.filter(({ isAssertion }) => !isAssertion);
  const counts = parts.map(ways);
  let worst = 1;
  parts.forEach((part, index) => {
    if (counts[index] === 1) {
      return;
    }
    let count = 1;
    for (let next = index; next < parts.length; next += 1) {
      const other = parts[next] as Part;
      if ((charsOf(part) & charsOf(other)) !== 0n) {
        count *= counts[next] ?? 1;
      } else if (consumes(other)) {
        break;
      }
    }
    worst = Math.max(worst, count);
  });
  return worst;
}

function beginAlike(branches: readonly Sequence[]): boolean {
  let seen = 0n;
  for (const first of branches.map(firstOf)) {
    if ((seen & first) !== 0n) {
      return true;
    }
    seen |= first;
  }
  return false;
}

function backtracking(branches: readonly Sequence[]): string | undefined {
  if (branches.some((sequence) => waysOfSequence(sequence) > budget)) {
    return 'can take very long: it has a repetition inside a repetition, or several of the same characters in a row';
  }
  for (const part of branches.flat()) {
    if (part.branches !== undefined && part.max >= manyRounds && beginAlike(part.branches)) {
      return 'can take very long: it repeats alternatives that begin alike';
    }
    // What an assertion looks at has been left out of the counts above.
    const inner = part.branches === undefined ? undefined : backtracking(part.branches);
    if (inner !== undefined) {
      return inner;
    }
  }
  return undefined;
}

/** An assertion is looked at again in every round. */
const repeatsAssertion = (part: Part, repeated = false): boolean =>
  (part.branches ?? []).flat().some((inner) => {
    const again = repeated || part.max > 1;
    return (again && inner.isAssertion && inner.branches !== undefined) || repeatsAssertion(inner, again);
  });

/**
 * What is wrong with the pattern of a field, if anything. Cheap and strict rather than exact:
 * it refuses some patterns that would be harmless, and none of a family known to blow up.
 */
export function patternProblem(pattern: string): string | undefined {
  if (pattern.length > maxLength) {
    return `is longer than ${maxLength} characters`;
  }
  try {
    new RegExp(pattern);
  } catch {
    return 'is not a regular expression';
  }
  const branches = partsOf(pattern);
  if (branches === undefined || branches.flat().some((part) => repeatsAssertion(part))) {
    return 'uses what cannot be checked, such as a back reference; write it without';
  }
  if (!branches.every((branch) => branch[0]?.atom === '^' && branch.at(-1)?.atom === '$')) {
    return 'is not anchored: begin every alternative with ^ and end it with $, or put them in ^(?:…)$';
  }
  return backtracking(branches);
}
