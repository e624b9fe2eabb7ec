import type { Flags } from './arguments.js';
import type { Terminal } from './terminal.js';

/** What a command works with; tests pass their own. */
export interface Context {
  readonly flags: Flags;
  readonly operands: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly readStdin: () => Promise<string>;
  readonly signal: AbortSignal;
}

/** A line of text, or of cells. */
type Line = string | readonly unknown[];

/** Data goes to stdout: as JSON with `--json`, otherwise as lines. */
export function print({ flags, stdout }: Context, data: unknown, lines: readonly Line[]): void {
  if (flags.json) {
    stdout.json(data);
    return;
  }
  for (const line of lines) {
    if (typeof line === 'string') {
      stdout.line(line);
    } else {
      stdout.row(line);
    }
  }
}
