import { bundleConnect } from '../../src/generate/bundle.js';
import { compileFunctions } from '../../src/generate/compile.js';

/** The Nango functions, compiled once by Nango's own CLI for all test files, and the bundle of the form. */
export async function setup(): Promise<void> {
  await bundleConnect();
  await compileFunctions((line) => process.stderr.write(`${line}\n`));
}
