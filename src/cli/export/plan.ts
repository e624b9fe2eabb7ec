import { createHash } from 'node:crypto';

/** What becomes of a file of the customer's project. */
export type Outcome =
  | 'added'
  | 'updated'
  | 'unchanged'
  | 'removed'
  /** The customer changed it: it stays. */
  | 'kept'
  /** The customer deleted it: it stays away. */
  | 'absent';

export interface Step {
  readonly path: string;
  readonly outcome: Outcome;
  /** What to write. */
  readonly text?: string;
  /** What the next export compares with; absent where the file is none of ours. */
  readonly hash?: string;
}

/** Git may turn line endings around on its way: that is no change. */
export const hashOf = (text: string) => createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');

interface Given {
  /** What should be there. */
  readonly wanted: ReadonlyMap<string, string>;
  /** What is there. */
  readonly present: ReadonlyMap<string, string>;
  /** Hashes of what the last export wrote. */
  readonly exported: ReadonlyMap<string, string>;
  readonly force: boolean;
}

function stepFor(path: string, text: string, { exported, force, present }: Given): Step {
  const before = exported.get(path);
  const current = present.get(path);
  const hash = hashOf(text);
  const write = { path, text, hash };
  const old = before === undefined ? {} : { hash: before };
  if (current === undefined) {
    return before === undefined || force ? { ...write, outcome: 'added' } : { path, outcome: 'absent', ...old };
  }
  const found = hashOf(current);
  if (found === hash) {
    return { path, outcome: 'unchanged', hash };
  }
  return found === before || force ? { ...write, outcome: 'updated' } : { path, outcome: 'kept', ...old };
}

/** What to do with each file, so that nothing the customer did is lost unless that is forced. */
export function planExport(given: Given): Step[] {
  const { exported, force, present, wanted } = given;
  const steps = [...wanted].map(([path, text]) => stepFor(path, text, given));
  for (const [path, hash] of exported) {
    const current = present.get(path);
    if (!wanted.has(path) && current !== undefined) {
      const isOurs = hashOf(current) === hash;
      steps.push(isOurs || force ? { path, outcome: 'removed' } : { path, outcome: 'kept', hash });
    }
  }
  return steps;
}
