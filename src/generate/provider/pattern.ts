import { checkSync, type Diagnostics } from 'recheck';

const maxLength = 300;
// By steps and not by the clock, so that a busy machine comes to the same verdict. No longer value gets to a pattern.
const limits = {
  checker: 'fuzz',
  maxAttackStringSize: 1024,
  attackLimit: 100_000,
  maxIteration: 2,
  ...{ timeout: null, attackTimeout: null, incubationTimeout: null },
} as const;

const verdicts = new Map<string, Diagnostics>();

const atom = /\\.|\[(?:\\.|[^\]\\])*\]/g;
const group = /\((\?<?[=!])?[^()]*\)/g;
/** Stands for a look-around, and for a group with one in it. */
const looksAround = '\0';

/**
 * The top-level alternatives, each atom and group as one character; not checkable with a back reference, or with a
 * look-around that is repeated: `recheck` comes to no end on `^(?:x(?=.*y))*$`, whatever its limits.
 */
function outline(pattern: string): { readonly isCheckable: boolean; readonly branches: readonly string[] } {
  let rest = pattern.replace(atom, 'x');
  let isCheckable = !pattern.match(atom)?.some((found) => /^\\[1-9k]/.test(found));
  for (let before = ''; before !== rest; ) {
    before = rest;
    rest = rest.replace(group, (inner, look) => (look || inner.includes(looksAround) ? looksAround : 'x'));
    isCheckable &&= !/\0[*+{]/.test(rest);
  }
  return { isCheckable, branches: rest.split('|') };
}

/** What is wrong with the pattern of a field, if anything. Takes about a second for a long pattern. */
export function patternProblem(pattern: string): string | undefined {
  if (pattern.length > maxLength) {
    return `is longer than ${maxLength} characters`;
  }
  try {
    new RegExp(pattern);
  } catch {
    return 'is not a regular expression';
  }
  const { branches, isCheckable } = outline(pattern);
  if (!isCheckable) {
    return 'uses what cannot be checked: a back reference, or a look-around inside a repetition; write it without';
  }
  if (!branches.every((branch) => branch.startsWith('^') && branch.endsWith('$'))) {
    return 'is not anchored: begin every alternative with ^ and end it with $, or put them in ^(?:…)$';
  }
  // The config is read more than once in a run.
  const verdict = verdicts.get(pattern) ?? checkSync(pattern, '', limits);
  verdicts.set(pattern, verdict);
  const example = verdict.status === 'vulnerable' ? `, for example on ${verdict.attack.pattern}` : '';
  return verdict.status === 'safe' ? undefined : `can take very long${example}`;
}
