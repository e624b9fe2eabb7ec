import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Work } from './peer.js';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifestOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

/** Bytes of a package, without what is nested in it. */
const sizeOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !join(entry.parentPath, '/').slice(folder.length).includes('/node_modules/'))
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

/** Where Node finds a package from a folder: in the nearest `node_modules`. */
function found(name: string, from: string): string | undefined {
  const path = join(from, 'node_modules', name);
  const parent = join(from, '..');
  return existsSync(path) ? path : parent === from ? undefined : found(name, parent);
}

/** The folders of all that a package needs. */
function needed(folder: string, seen = new Set<string>()): Set<string> {
  for (const name of Object.keys(manifestOf(folder).dependencies ?? {})) {
    const path = found(name, folder);
    if (path !== undefined && !seen.has(path)) {
      needed(path, seen.add(path));
    }
  }
  return seen;
}

/** Packages beside the one that is installed, and the megabytes (2^20 bytes) of all. */
export const install: Work = async ({ peer }) => {
  const root = process.cwd();
  const folder = peer === 'ours' ? root : join(root, 'node_modules/@trigger.dev/sdk');
  const others = [...needed(folder)];
  const own = peer === 'ours' ? packedSize(root) : sizeOf(folder);
  const bytes = others.reduce((sum, path) => sum + sizeOf(path), own);
  return { packages: others.length, megabytes: bytes / 2 ** 20 };
};

/** Of what is published, not of the checkout. */
function packedSize(root: string): number {
  const printed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root });
  const [{ unpackedSize = Number.NaN } = {}] = JSON.parse(printed.toString()) as { unpackedSize?: number }[];
  return unpackedSize;
}
