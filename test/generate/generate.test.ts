import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { endpointNames } from '../../src/api/index.js';
import { readFunctions } from '../../src/generate/functions.js';
import { generatedFiles, staleFiles } from '../../src/generate/main.js';
import { fillReadme } from '../../src/generate/readme.js';

/** Data about the actions and the document of the host's API lie beside the schemas; other tests hold them. */
const isSchema = (path: string) => path.endsWith('.json') && !/^schemas\/(?:actions|openapi)\.json$/.test(path);

describe('generated files', async () => {
  const files = await generatedFiles();
  const functions = await readFunctions();

  it('are what would be generated now', async () => {
    expect(await staleFiles()).toEqual([]);
  });

  it('cover the form, every endpoint, action and model', () => {
    const names = [...files.keys()].filter(isSchema).sort();
    const pairs = [
      ...endpointNames.map((name) => `endpoints/${name}`),
      ...functions.filter(({ kind }) => kind === 'actions').map(({ name }) => `actions/${name}`),
    ].flatMap((name) => [`schemas/${name}.input.json`, `schemas/${name}.output.json`]);
    const singles = [
      'connect-form',
      ...['EnvVar', 'Run', 'Schedule', 'Session'].map((model) => `models/${model}`),
      'provider-entry',
    ].map((name) => `schemas/${name}.json`);
    expect(names).toEqual([...pairs, ...singles].sort());
    for (const name of names) {
      expect(files.get(name.replace(/json$/, 'd.ts'))).toMatch(/^export (?:interface|type) /m);
    }
  });

  it.each([...files].filter(([path]) => isSchema(path)))('%s is a valid JSON Schema', (_path, content) => {
    const ajv = new Ajv({ strict: false });
    addFormats.default(ajv);
    expect(() => ajv.compile(JSON.parse(content) as object)).not.toThrow();
  });
});

describe('fillReadme', () => {
  it('fills known sections and leaves the rest alone', () => {
    const filled = fillReadme(
      'a\n<!-- generated:matrix -->\nold\n<!-- /generated -->\nb <!-- generated:nope -->\nx\n<!-- /generated -->',
      [],
    );
    expect(filled).toMatch(/^a\n<!-- generated:matrix -->\n\| Endpoint \|/);
    expect(filled).not.toContain('old');
    expect(filled.endsWith('b <!-- generated:nope -->\nx\n<!-- /generated -->')).toBe(true);
  });

  it('finds its sections in the README', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    expect([...readme.matchAll(/<!-- generated:(\w+) -->/g)].map(([, name]) => name).sort()).toEqual([
      'fields',
      'matrix',
    ]);
  });
});
