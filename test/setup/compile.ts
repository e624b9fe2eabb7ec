import { compileFunctions } from '../../src/generate/compile.js';

/** The Nango functions, compiled once by Nango's own CLI for all test files. */
export async function setup(): Promise<void> {
  await compileFunctions((line) => process.stderr.write(`${line}\n`));
}
