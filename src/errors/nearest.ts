/** Edits (insert, delete, replace) between two short names. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

const plain = (name: string) => name.toLowerCase().replace(/[_-]/g, '');

/** ` (did you mean "x"?)`, where one of the names is close enough to be meant. */
export function nearest(name: string, names: readonly string[]): string {
  if (name.length > 64) {
    return '';
  }
  const ranked = names
    .map((candidate) => ({ candidate, edits: distance(plain(name), plain(candidate)) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best !== undefined && best.edits <= Math.min(3, Math.floor(best.candidate.length / 3))
    ? ` (did you mean ${JSON.stringify(best.candidate)}?)`
    : '';
}
