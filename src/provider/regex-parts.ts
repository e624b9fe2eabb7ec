/** A part of a regular expression, as far as backtracking goes. */
export interface Part {
  /** The one-character expression of an atom; a group has `branches` instead. */
  readonly atom?: string;
  readonly branches?: readonly (readonly Part[])[];
  /** An assertion: takes no characters. */
  readonly isAssertion?: true;
  readonly min: number;
  readonly max: number;
}

const atomAt = /\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|c[A-Za-z]|[\s\S])|\[(?:[^\]\\]|\\[\s\S])*\]|[^\\()[\]|]/y;
const quantifierAt = /(?:[*+?]|\{(\d{1,9})(?:(,)(\d{0,9}))?\})\??/y;
const groupAt = /\((?:\?(?:(<?[=!])|:|<[A-Za-z_]\w*>))?/y;

function match(expression: RegExp, source: string, index: number): RegExpExecArray | null {
  expression.lastIndex = index;
  return expression.exec(source);
}

/** Takes a regular expression apart; undefined where it holds what is not understood, such as a back reference. */
export function partsOf(source: string): readonly (readonly Part[])[] | undefined {
  let index = 0;

  function range(): { min: number; max: number } {
    const found = match(quantifierAt, source, index);
    if (found === null) {
      return { min: 1, max: 1 };
    }
    index += found[0].length;
    const [sign = '', least, comma, most] = found;
    if (least === undefined) {
      return { min: sign[0] === '+' ? 1 : 0, max: sign[0] === '?' ? 1 : Number.POSITIVE_INFINITY };
    }
    const max = comma === undefined ? Number(least) : most === '' ? Number.POSITIVE_INFINITY : Number(most);
    return { min: Number(least), max };
  }

  function part(): Part | undefined {
    const group = match(groupAt, source, index);
    if (group !== null) {
      index += group[0].length;
      if (group[0] === '(' && source[index] === '?') {
        return undefined;
      }
      const branches = alternatives();
      if (branches === undefined || source[index] !== ')') {
        return undefined;
      }
      index += 1;
      return { branches, ...(group[1] !== undefined && { isAssertion: true }), ...range() };
    }
    const atom = match(atomAt, source, index)?.[0];
    if (atom === undefined || /^\\(?:[1-9]|k)/.test(atom)) {
      return undefined;
    }
    index += atom.length;
    return /^(?:\^|\$|\\[bB])$/.test(atom) ? { atom, isAssertion: true, min: 1, max: 1 } : { atom, ...range() };
  }

  function alternatives(): (readonly Part[])[] | undefined {
    const branches: Part[][] = [[]];
    while (index < source.length && source[index] !== ')') {
      if (source[index] === '|') {
        index += 1;
        branches.push([]);
        continue;
      }
      const next = part();
      if (next === undefined) {
        return undefined;
      }
      branches.at(-1)?.push(next);
    }
    return branches;
  }

  const all = alternatives();
  return index === source.length ? all : undefined;
}
