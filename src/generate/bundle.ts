import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { errorCodes } from '../errors/index.js';
import { bundleNode } from './bundle-node.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

const forBrowsers = {
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: ['es2022'],
  legalComments: 'none',
  logLevel: 'error',
} as const satisfies BuildOptions;

/** The form as one file for browsers; the host serves it, and `trigger-dev-connector/connect` is it. */
export const connectBundle = `${root}dist/connect.bundle.js`;

export async function bundleConnect(): Promise<void> {
  await build({ ...forBrowsers, entryPoints: [`${root}src/connect/index.ts`], outfile: connectBundle });
}

/** The browser client as one file; only the shape protocol's client stays a package of its own. */
export const browserBundle = `${root}dist/browser.bundle.js`;

const description = /\.describe\(\s*(?:'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`),?\s*\)/g;

/** What a row says for tables and tools. */
const said = /^ {2}(?:summary|documentedAs):\s+(?:'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`),\n/gm;

/**
 * What errors in a page read of the table of codes: each that is thrown there has a message of its own, so the hints, a
 * twentieth of the bundle, are left out. Without a message an error shows its code.
 */
function codesForPages(): string {
  const retried = Object.entries(errorCodes).flatMap(([code, { retry }]) => (retry === 'now' ? [code] : []));
  return `const retried = ${JSON.stringify(retried)};
export const errorCodes = new Proxy({}, { get: (_, hint) => ({ hint, retry: retried.includes(hint) ? 'now' : '' }) });
export const isErrorCode = (value) => typeof value === 'string';`;
}

/** Replaces modules by others that do the same for less: see `src/browser/zod-lite.ts`. */
const lighter: Plugin = {
  name: 'lighter',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^zod$/ }, () => ({ path: `${root}src/browser/zod-lite.ts` }));
    onResolve({ filter: /\/plain-check\.js$/ }, () => ({ path: `${root}src/browser/no-plain-check.ts` }));
    onResolve({ filter: /\/known-secrets\.js$/ }, () => ({ path: `${root}src/browser/no-known-secrets.ts` }));
    onResolve({ filter: /\/redact\.js$/ }, () => ({ path: `${root}src/browser/redact-token.ts` }));
    onResolve({ filter: /\/merged-runs\.js$/ }, () => ({ path: `${root}src/browser/runs-of-one.ts` }));
    onResolve({ filter: /\/(?:check-project|resolve)\.js$/ }, () => ({ path: `${root}src/browser/no-project.ts` }));
    onLoad({ filter: /\/src\/errors\/codes\.ts$/ }, () => ({ contents: codesForPages(), loader: 'js' }));
    // Nothing here reads them.
    onLoad({ filter: /\/src\/(?:api|gate)\/.*\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(description, '').replace(said, ''),
      loader: 'ts',
    }));
  },
};

export function browserBuild(more: BuildOptions = {}): BuildOptions {
  return {
    ...forBrowsers,
    entryPoints: [`${root}src/browser/index.ts`],
    external: ['@electric-sql/client'],
    plugins: [lighter],
    ...more,
  };
}

export async function bundleBrowser(): Promise<void> {
  await build(browserBuild({ outfile: browserBundle }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundleNode();
  await bundleConnect();
  await bundleBrowser();
}
