import type { Flags } from './arguments.js';
import type { Stream } from './terminal.js';

/** What a command works with; tests pass their own. */
export interface Context {
  readonly flags: Flags;
  readonly operands: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly readStdin: () => Promise<string>;
  readonly signal: AbortSignal;
}

/** Data goes to stdout: as JSON with `--json`, otherwise as `text`. */
export function print({ flags, stdout }: Context, data: unknown, text: string): void {
  stdout.write(`${flags.json ? JSON.stringify(data) : text}\n`);
}
