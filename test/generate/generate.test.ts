import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { generatedFiles, staleFiles } from '../../src/generate/main.js';
import { fillReadme } from '../../src/generate/readme.js';

describe('generated files', async () => {
  const files = await generatedFiles();

  it('are what would be generated now', async () => {
    expect(await staleFiles()).toEqual([]);
  });

  it('cover the form, every endpoint, action and model', () => {
    const names = [...files.keys()].filter((path) => path.endsWith('.json')).sort();
    expect(names).toEqual([
      'schemas/actions/list-runs.input.json',
      'schemas/actions/list-runs.output.json',
      'schemas/actions/trigger-task.input.json',
      'schemas/actions/trigger-task.output.json',
      'schemas/connect-form.json',
      'schemas/endpoints/projects.environments.input.json',
      'schemas/endpoints/projects.environments.output.json',
      'schemas/endpoints/envvars.list.input.json',
      'schemas/endpoints/envvars.list.output.json',
      'schemas/endpoints/runs.list.input.json',
      'schemas/endpoints/runs.list.output.json',
      'schemas/endpoints/runs.retrieve.input.json',
      'schemas/endpoints/runs.retrieve.output.json',
      'schemas/endpoints/tasks.trigger.input.json',
      'schemas/endpoints/tasks.trigger.output.json',
      'schemas/models/Run.json',
      'schemas/provider-entry.json',
    ]);
    for (const name of names) {
      expect(files.get(name.replace(/json$/, 'd.ts'))).toMatch(/^export (?:interface|type) /m);
    }
  });

  it.each([...files].filter(([path]) => path.endsWith('.json')))('%s is a valid JSON Schema', (_path, content) => {
    const ajv = new Ajv({ strict: false });
    addFormats.default(ajv);
    expect(() => ajv.compile(JSON.parse(content) as object)).not.toThrow();
  });
});

describe('fillReadme', () => {
  it('fills known sections and leaves the rest alone', () => {
    const filled = fillReadme(
      'a\n<!-- generated:matrix -->\nold\n<!-- /generated -->\nb <!-- generated:nope -->\nx\n<!-- /generated -->',
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
