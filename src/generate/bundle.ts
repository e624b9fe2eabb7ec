import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The form as one file for browsers; the host serves it, and `trigger-dev-connector/connect` is it. */
export const connectBundle = `${root}dist/connect.bundle.js`;

export async function bundleConnect(): Promise<void> {
  await build({
    entryPoints: [`${root}src/connect/index.ts`],
    outfile: connectBundle,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: ['es2022'],
    legalComments: 'none',
    logLevel: 'error',
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundleConnect();
}
