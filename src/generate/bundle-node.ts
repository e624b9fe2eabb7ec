import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

const forNode = {
  bundle: true,
  splitting: true,
  packages: 'external',
  outbase: `${root}src`,
  outdir: `${root}dist`,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: ['node20'],
  // Names stay, for those who read a stack.
  minifyWhitespace: true,
  // Node prints the line that threw: not all of them.
  lineLimit: 160,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'error',
} as const satisfies BuildOptions;

/**
 * zod within: as a package it is ninety files, half of them messages in other languages, and loading them costs more
 * than all else that an import does.
 */
const zodWithin: Plugin = {
  name: 'zod-within',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^zod$/ }, () => ({ path: `${root}node_modules/zod/index.js` }));
    onResolve({ filter: /locales\/index\.js$/ }, () => ({ path: 'locales', namespace: 'none' }));
    onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'export {};' }));
  },
};

/** What an earlier build or compiler left would be published too. */
async function removeScripts(): Promise<void> {
  const entries = await readdir(`${root}dist`, { recursive: true, withFileTypes: true }).catch(() => []);
  const scripts = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.js'));
  await Promise.all(scripts.map((entry) => rm(`${entry.parentPath}/${entry.name}`)));
}

/** The entries for Node, with what they share in chunks: a file for each module would cost 40 ms of CPU an import. */
export async function bundleNode(): Promise<void> {
  await removeScripts();
  await build({
    ...forNode,
    entryPoints: ['index', 'host/index', 'cli/bin'].map((name) => `${root}src/${name}.ts`),
    plugins: [zodWithin],
  });
  // Runs in browsers as well, where a customer's own bundle may have its zod already.
  await build({ ...forNode, splitting: false, entryPoints: [`${root}src/form.ts`], platform: 'neutral' });
  const licence = await readFile(`${root}node_modules/zod/LICENSE`, 'utf8');
  await writeFile(
    `${root}dist/LICENSES.txt`,
    `The files of this folder hold parts of zod (https://zod.dev):\n\n${licence}`,
  );
}
