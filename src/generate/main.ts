import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { actionCatalogue } from './catalogue.js';
import { readFunctions } from './functions.js';
import { nangoYaml } from './nango-yaml.js';
import { openApi } from './openapi/document.js';
import { providerModule, readProvider } from './provider/module.js';
import { fillReadme } from './readme.js';
import { schemaFiles } from './schemas.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const providerFile = 'src/connection/provider.generated.ts';

/** The text of a file, or nothing where there is none. */
const current = (path: string) => readFile(`${root}${path}`, 'utf8').catch(() => undefined);

/** Every generated file by path. */
export async function generatedFiles(): Promise<Map<string, string>> {
  const provider = await readProvider(root);
  const functions = await readFunctions();
  const files = await schemaFiles(functions);
  files.set('schemas/actions.json', actionCatalogue(functions));
  files.set(providerFile, providerModule(provider));
  files.set('nango.yaml', nangoYaml(functions));
  files.set('schemas/openapi.json', await openApi(functions));
  for (const page of ['README.md', 'docs/connect.md', 'docs/errors.md', 'docs/nango.md']) {
    files.set(page, fillReadme((await current(page)) ?? '', functions));
  }
  return files;
}

/** Paths that differ from what would be generated now, and files in schemas/ that nothing generates. */
export async function staleFiles(): Promise<string[]> {
  const files = await generatedFiles();
  const stale: string[] = [];
  for (const [path, content] of files) {
    if ((await current(path)) !== content) {
      stale.push(path);
    }
  }
  const present = await readdir(`${root}schemas`, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = present
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length));
  return [...stale, ...paths.filter((path) => !files.has(path))];
}

async function write(): Promise<void> {
  // The rules read the provider module, so it has to be current before the rest is made from them.
  const provider = providerModule(await readProvider(root));
  if ((await current(providerFile)) !== provider) {
    await writeFile(`${root}${providerFile}`, provider);
    // This process has loaded the module as it was.
    execFileSync(process.execPath, [...process.execArgv, ...process.argv.slice(1)], { stdio: 'inherit' });
    return;
  }
  const files = await generatedFiles();
  await rm(`${root}schemas`, { recursive: true, force: true });
  for (const [path, content] of files) {
    await mkdir(dirname(`${root}${path}`), { recursive: true });
    await writeFile(`${root}${path}`, content);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--check')) {
    const stale = await staleFiles();
    process.stderr.write(
      stale.length === 0 ? 'generated files are current\n' : `stale, run npm run generate:\n${stale.join('\n')}\n`,
    );
    process.exitCode = stale.length === 0 ? 0 : 1;
  } else {
    await write();
  }
}
