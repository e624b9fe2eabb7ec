import { main } from '../../src/cli/main.js';

/** The command line in this process: how it ended, and what it said on both streams. */
export async function runCli(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
  stdin = '',
  signal = new AbortController().signal,
): Promise<{ exit: number; stdout: string; stderr: string }> {
  const output = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof output) => ({
    write: (text: string) => {
      output[name] += text;
    },
  });
  const exit = await main(argv, {
    env,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    readStdin: async () => stdin,
    signal,
  });
  return { exit, ...output };
}
