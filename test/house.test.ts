import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../src/', import.meta.url));
const everywhere = ['errors', 'connection', 'api', 'gate', 'nango'];

/** Which rooms a room may use; a wall that moves is a decision, not a detail. */
const doors: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  connection: ['errors'],
  api: ['connection', 'errors', 'gate'],
  gate: ['connection', 'errors'],
  nango: ['api', 'connection', 'errors', 'gate'],
  tokens: ['api', 'connection', 'errors', 'gate'],
  client: ['api', 'connection', 'errors', 'gate', 'tokens'],
  browser: ['api', 'client', 'connection', 'errors', 'gate', 'tokens'],
  connect: ['connection', 'errors'],
  host: ['api', 'client', 'connection', 'errors', 'gate', 'nango'],
  cli: ['api', 'client', 'connection', 'errors', 'gate', 'host', 'provider', 'tokens'],
  provider: ['errors'],
  generate: ['api', 'connection', 'errors', 'gate', 'provider'],
};

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(file: string): string[] {
  return ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles.map(({ fileName }) => fileName);
}

const roomOf = (file: string) => relative(root, file).split('/')[0] ?? '';

describe('the rooms', () => {
  it('are the drawn ones', () => {
    const rooms = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(rooms.map(({ name }) => name).sort()).toEqual(Object.keys(doors).sort());
  });

  it.each(Object.entries(doors))('%s uses only %j', (room, allowed) => {
    const used = sources(join(root, room)).flatMap((file) =>
      importsOf(file)
        .filter((name) => name.startsWith('.'))
        .map((name) => roomOf(resolve(dirname(file), name)))
        .filter((other) => other !== room && !other.startsWith('..')),
    );
    expect([...new Set(used)].filter((other) => !allowed.includes(other))).toEqual([]);
  });

  it.each(everywhere)('%s runs everywhere: only zod, and crypto for nango', (room) => {
    const packages = sources(join(root, room)).flatMap((file) =>
      importsOf(file).filter((name) => !name.startsWith('.')),
    );
    expect([...new Set(packages)].filter((name) => name !== 'zod' && !(room === 'nango' && name === 'crypto'))).toEqual(
      [],
    );
  });

  it('are small: no source file over 250 lines', () => {
    const long = sources(root)
      .filter((file) => !file.endsWith('.generated.ts'))
      .map((file) => ({ file: relative(root, file), lines: readFileSync(file, 'utf8').split('\n').length }))
      .filter(({ lines }) => lines > 250);
    expect(long).toEqual([]);
  });

  it('build a path or a header in one place only', () => {
    const elsewhere = sources(root).filter((file) => {
      const text = readFileSync(file, 'utf8');
      return (
        /['"]\/api\/v\d|`\/api\/v\d|['"]x-trigger-(?:branch|api-version|request)/.test(text) &&
        // The probes of the provider entry are data for Nango, which sends them itself.
        !['api', 'gate', 'provider'].includes(roomOf(file))
      );
    });
    expect(elsewhere.filter((file) => !file.endsWith('.generated.ts'))).toEqual([]);
  });
});
