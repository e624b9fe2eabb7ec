import { bundleBrowser, bundleConnect } from '../../src/generate/bundle.js';
import { compileFunctions } from '../../src/generate/compile.js';
import { writeGuide } from '../../src/generate/guide.js';

/** The Nango functions, compiled once by Nango's own CLI for all test files, the bundles of the form and of the browser client, and the guide. */
export async function setup(): Promise<void> {
  await bundleConnect();
  await bundleBrowser();
  await writeGuide();
  await compileFunctions((line) => process.stderr.write(`${line}\n`));
}
