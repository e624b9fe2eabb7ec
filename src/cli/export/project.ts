import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { ConnectorError } from '../../errors/index.js';
import { version } from '../../host/version.js';
import { integration, shared } from './sources.js';

const manifestPath = `${shared}/manifest.json`;

// A manifest that names a file outside of the integration must not get that file deleted.
const ownPath = z.string().regex(new RegExp(`^${integration}(?:/(?!\\.)[\\w.-]+)+$`));

const Manifest = z.object({
  about: z.string(),
  version: z.string(),
  files: z.record(ownPath, z.string().regex(/^[0-9a-f]{64}$/)),
});

const wrong = (message: string) => new ConnectorError('input_invalid', message, { field: 'folder' });

const whichFolder =
  'Give the folder where you run `nango compile`, with index.ts and package.json. `npx nango init` makes a new one.';

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}

const Package = z.looseObject({
  type: z.string().optional(),
  dependencies: z.record(z.string(), z.unknown()).optional(),
  devDependencies: z.record(z.string(), z.unknown()).optional(),
});

/** Refuses a folder that is no Nango project; returns what would keep `nango compile` from working there. */
export async function checkProject(folder: string): Promise<string[]> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    throw wrong(`There is no such folder. ${whichFolder}`);
  }
  const names = new Set(await readdir(folder));
  if (names.has('nango.yaml')) {
    throw wrong('This project still uses nango.yaml. Run `npx nango migrate-to-zero-yaml` there first.');
  }
  const missing = ['index.ts', 'package.json'].filter((name) => !names.has(name));
  if (missing.length > 0) {
    throw wrong(`This folder is no Nango project: it has no ${missing.join(' and no ')}. ${whichFolder}`);
  }
  const parsed = Package.safeParse(await readJson(join(folder, 'package.json')).catch(() => undefined));
  if (!parsed.success) {
    throw wrong('The package.json of this folder cannot be read. Correct it first.');
  }
  const { dependencies, devDependencies, type } = parsed.data;
  const packages = { ...dependencies, ...devDependencies };
  if (!names.has('.nango') && packages['nango'] === undefined) {
    throw wrong(`This folder is no Nango project: it has no .nango folder and does not use nango. ${whichFolder}`);
  }
  return [
    ...(names.has('.nango') ? [] : ['There is no .nango folder, and `nango compile` asks for one: make an empty one.']),
    ...(type === 'module' ? [] : ['`nango compile` needs "type": "module" in package.json.']),
  ];
}

export async function readManifest(folder: string, force: boolean): Promise<ReadonlyMap<string, string>> {
  let stored: unknown;
  try {
    stored = await readJson(join(folder, manifestPath));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      return new Map();
    }
    if (code !== undefined) {
      throw unwritable(manifestPath, error);
    }
  }
  const parsed = Manifest.safeParse(stored);
  if (parsed.success) {
    return new Map(Object.entries(parsed.data.files));
  }
  if (force) {
    return new Map();
  }
  throw wrong(
    `${manifestPath} cannot be read, so what you changed cannot be told. Restore it, or overwrite all with --force.`,
  );
}

/** What is there of these files. */
export async function readPresent(folder: string, paths: Iterable<string>): Promise<Map<string, string>> {
  const present = new Map<string, string>();
  for (const path of paths) {
    try {
      present.set(path, await readFile(join(folder, path), 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        throw unwritable(path, error);
      }
    }
  }
  return present;
}

function unwritable(path: string, error: unknown): ConnectorError {
  const { code } = error as NodeJS.ErrnoException;
  return wrong(`${path} cannot be written (${code ?? 'unknown error'}). Make room for it there, then export again.`);
}

async function attempt(path: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw unwritable(path, error);
  }
}

export async function write(folder: string, path: string, text: string): Promise<void> {
  await attempt(path, async () => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  });
}

export const remove = (folder: string, path: string) => attempt(path, () => rm(join(folder, path)));

export async function writeManifest(folder: string, hashes: ReadonlyMap<string, string>): Promise<void> {
  const manifest: z.input<typeof Manifest> = {
    about: 'Written by trigger-dev-connector export: what it wrote, so that the next export can tell what you changed.',
    version,
    files: Object.fromEntries([...hashes].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  await write(folder, manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);
}
