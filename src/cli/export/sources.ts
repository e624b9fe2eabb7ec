import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFolder } from '../../host/package-folder.js';
import { type FunctionKind, testOf } from './tests.js';

/** Nango takes the first folder as the id of the integration. */
export const integration = 'trigger-dev';

/** Where the shared code goes, below the integration: a pull request or `nango pull` sees only that folder. */
export const shared = `${integration}/connector`;

/** What the functions import, and those rooms from one another; nothing else of this package. */
const rooms = ['api', 'connection', 'errors', 'gate', 'nango'] as const;

const kinds: readonly FunctionKind[] = ['actions', 'syncs', 'on-events'];

const root = fileURLToPath(packageFolder);

async function filesIn(folder: string, ending: string): Promise<string[]> {
  const entries = await readdir(`${root}${folder}`, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length).replaceAll('\\', '/'))
    .sort();
}

const read = (path: string) => readFile(`${root}${path}`, 'utf8');

/** Functions reach the shared code in another place than here. */
const relocated = (text: string) => text.replaceAll("'../../../src/", "'../connector/");

export interface Exported {
  /** Text by path, relative to the Nango project. */
  readonly files: ReadonlyMap<string, string>;
  /** The files that index.ts has to import. */
  readonly entries: readonly string[];
}

/** The integration as it lies in a Nango project of its own: it needs `nango` and `zod`, and nothing of this package. */
export async function exportedFiles(): Promise<Exported> {
  const files = new Map<string, string>();
  const entries: string[] = [];
  for (const kind of kinds) {
    for (const path of await filesIn(`integrations/${integration}/${kind}`, '.ts')) {
      const name = basename(path, '.ts');
      const entry = `${integration}/${kind}/${name}.ts`;
      entries.push(entry);
      files.set(entry, relocated(await read(path)));
      files.set(`${integration}/tests/${integration}-${name}.test.ts`, testOf(kind, name));
    }
  }
  for (const room of rooms) {
    for (const path of await filesIn(`src/${room}`, '.ts')) {
      files.set(path.replace(/^src/, shared), await read(path));
    }
  }
  for (const ending of ['.test.json', 'mock.ts']) {
    for (const path of await filesIn(`integrations/${integration}/tests`, ending)) {
      files.set(path.replace(/^integrations\//, ''), await read(path));
    }
  }
  files.set(`${integration}/provider.yaml`, await read(`integrations/${integration}/provider.yaml`));
  files.set(`${shared}/LICENSE`, await read('LICENSE'));
  return { files, entries };
}
