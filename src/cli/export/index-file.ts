/** As Nango's CLI finds its functions: by line, with or without the ending. */
const lineOf = (entry: string) =>
  new RegExp(`^import (['"])\\./${entry.replace(/\.ts$/, '').replaceAll('.', '\\.')}(?:\\.js)?\\1`);

export interface IndexChange {
  readonly text: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Commented out: the customer's way to leave a function out. */
  readonly off: readonly string[];
}

/** index.ts with a line for each entry, and without those of `gone`; every other line stays as it is. */
export function withImports(text: string, entries: readonly string[], gone: readonly string[]): IndexChange {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(/\r?\n/);
  const isLineOf = (entry: string) => {
    const pattern = lineOf(entry);
    return (line: string) => pattern.test(line);
  };
  const removed = gone.filter((entry) => lines.some(isLineOf(entry)));
  const left = lines.filter((line) => !removed.some((entry) => isLineOf(entry)(line)));
  const uncommented = left.map((line) => line.replace(/^\s*(?:\/\/|\/?\*)+\s*/, ''));
  const missing = entries.filter((entry) => !left.some(isLineOf(entry)));
  const off = missing.filter((entry) => uncommented.some(isLineOf(entry)));
  const added = missing.filter((entry) => !off.includes(entry));
  if (added.length > 0) {
    const block = added.map((entry) => `import './${entry.replace(/\.ts$/, '.js')}';`);
    const last = left.findLastIndex((line) => /^import ['"]\.\/trigger-dev\//.test(line));
    if (last >= 0) {
      left.splice(last + 1, 0, ...block);
    } else {
      const end = left.findLastIndex((line) => line.trim() !== '') + 1;
      left.splice(end, left.length, ...(end === 0 ? [] : ['']), '// -- Integration: trigger-dev', ...block, '');
    }
  }
  return { text: left.join(newline), added, removed, off };
}
