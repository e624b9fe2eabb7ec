import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../src/', import.meta.url));

/** What writes to a stream of the process, or takes one that could be written to. */
const writes =
  /\bconsole\b|\bprocess\s*(?:\.|\[['"]|\?\.)\s*std(?:out|err)|\{[^}]*\bstd(?:out|err)\b[^}]*\}\s*=\s*process\b|\b(?:std(?:out|err)|stream|out|err|terminal)\??\.write\b|\bwriteSync\b|\/dev\/std(?:out|err)|createWriteStream|\bemitWarning\b|\.debug\b|\bdebuglog\b/;

/** Each with the reason why it may. */
const allowed: Readonly<Record<string, string>> = {
  'cli/bin.ts': 'hands the streams of the process to `main`, and writes to none',
  'cli/terminal.ts': 'is the only way to a stream',
  'client/auth.ts': 'warns of scopes that its caller passed, never of what a server sent',
  'host/runner/sandbox.ts': 'gives functions a console that writes nothing',
};

const sources = ['cli', 'host', 'client', 'tokens', 'provider', 'connection', 'errors', 'nango', 'api', 'gate']
  .flatMap((room) => readdirSync(join(root, room), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name));

const codeOf = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

describe('what is printed', () => {
  it.each([
    'process.stdout.write(text)',
    "process['stderr'].write(text)",
    'console.log(text)',
    'const { stdout } = process;',
    'stderr.write(`${text}\\n`)',
    'context.stdout.write(text)',
    'surroundings.stderr?.write(text)',
    'stream.write(text)',
    'writeSync(1, text)',
    "createWriteStream('/dev/stdout')",
    'process.emitWarning(text)',
  ])('would be found as %s', (code) => {
    expect(codeOf(code)).toMatch(writes);
  });

  it.each([
    'stdout.line(text)',
    'this.#rows.write(sent)',
    '// console.log(text)',
    'write(line)',
    'await write(folder)',
  ])('is not %s', (code) => {
    expect(codeOf(code)).not.toMatch(writes);
  });

  it('goes through a terminal, which shows what another would obey', () => {
    const found = sources.filter((file) => writes.test(codeOf(readFileSync(file, 'utf8'))));
    expect(found.map((file) => relative(root, file)).sort()).toEqual(Object.keys(allowed).sort());
  });

  it('is written as `shown` in the one place that writes', () => {
    const code = codeOf(readFileSync(join(root, 'cli/terminal.ts'), 'utf8'));
    const written = [...code.matchAll(/stream\.write\((.*)\);/g)].map(([, what]) => what);
    expect(written).toEqual([
      "`${pieces.map(pieceText).join('').trimEnd()}\\n`",
      "`${cells.map((cell) => shown(String(cell ?? ''))).join('\\t')}\\n`",
      "`${lines.map(shown).join('\\n')}\\n`",
      "`\\r\\x1b[2K${paint('cyan', line.slice(0, (stream.columns || 80) - 1))}`",
      "'\\r\\x1b[2K'",
    ]);
  });
});
