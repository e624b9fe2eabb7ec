import { type ChildProcess, spawn } from 'node:child_process';

export interface RunOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly onSpawn?: (child: ChildProcess) => void;
}

/** Node with these arguments, as a process of its own: how it ended, and what it said on both streams. */
export function runNode(
  args: readonly string[],
  { cwd, env, onSpawn }: RunOptions,
): Promise<{ code: number | null; signal: NodeJS.Signals | null; output: string }> {
  const child = spawn(process.execPath, args, { env, cwd });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  onSpawn?.(child);
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, output }));
  });
}
