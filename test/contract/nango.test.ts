import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { loadNangoYaml } from '@nangohq/nango-yaml';
import { getProvider, updateProviderCache } from '@nangohq/providers';
import type { ProviderApiKey, SimplifiedJSONSchema } from '@nangohq/types';
import { describe, expect, it } from 'vitest';
import { providerConfig } from '../../src/connection/provider.generated.js';
import { listFunctions } from '../../src/host/runner/functions.js';
import { createFakeProject } from '../fake-api/index.js';
import { FakeNango } from '../nango/fake-nango.js';
import { loadWithRunnerZod } from '../nango/runner-zod.js';

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;
type Fields = Record<string, Partial<SimplifiedJSONSchema>>;
/** Nango's type asks every field for flags that its own entries leave out. */
type Entry = Omit<ProviderApiKey, 'credentials' | 'connection_config'> & {
  credentials: Fields;
  connection_config: Fields;
};

const root = new URL('../../', import.meta.url);

interface Manifest {
  providerConfigKey: string;
  actions: { name: string; description: string }[];
  syncs: {
    name: string;
    description: string;
    runs: string;
    output: string[];
    auto_start: boolean;
    json_schema?: unknown;
  }[];
}

function compiledManifest(): Manifest {
  // Written by the CLI when it compiled; `json_schema` is per function.
  const [manifest] = JSON.parse(readFileSync(new URL('integrations/.nango/nango.json', root), 'utf8')) as Manifest[];
  if (manifest === undefined) {
    throw new Error('nango.json holds no integration');
  }
  return manifest;
}

describe('compiled functions', async () => {
  const files = await listFunctions();

  it.each(files)('$kind/$name requires only what Nango’s runner answers', ({ path }) => {
    const code = readFileSync(path, 'utf8');
    const required = [...code.matchAll(/\brequire\((["'])(.+?)\1\)/g)].map(([, , name]) => name);
    expect(required).toContain('zod');
    expect(required.filter((name) => !['zod', 'crypto', 'url'].includes(name ?? ''))).toEqual([]);
    expect(code).not.toMatch(/\bimport\(/);
  });

  it('run under the zod of the runner', async () => {
    expect(createRequire(import.meta.url)('zod-4.0.5/package.json').version).toBe('4.0.5');
    const project = createFakeProject({ runs: 200 });
    const nango = new FakeNango(project);
    const handle = await (await loadWithRunnerZod('trigger-task')).exec(nango, { taskId: 'hello-task', payload: [1] });
    await (await loadWithRunnerZod('runs')).exec(nango);
    expect([...nango.records.keys()].sort()).toEqual(
      project
        .runsOf('prod')
        .map(({ id }) => id)
        .sort(),
    );
    expect(nango.records.has((handle as { id: string }).id)).toBe(true);
    await expect((await loadWithRunnerZod('list-runs')).exec(nango, { limit: 0 })).rejects.toMatchObject({
      payload: { code: 'input_invalid', path: 'limit' },
    });
  });
});

describe('nango.yaml', () => {
  const parser = loadNangoYaml({ fullPath: new URL('.', root).pathname });

  it('parses with Nango’s parser, without an error or a warning', () => {
    parser.parse();
    expect(parser.errors).toEqual([]);
    expect(parser.warnings).toEqual([]);
  });

  it('says what the compiled functions say', () => {
    const [integration] = parser.parsed?.integrations ?? [];
    const manifest = compiledManifest();
    expect(integration?.providerConfigKey).toBe(manifest.providerConfigKey);
    expect(integration?.actions.map(({ description, name }) => ({ name, description }))).toEqual(
      manifest.actions.map(({ description, name }) => ({ name, description })),
    );
    expect(
      integration?.syncs.map(({ auto_start, description, name, output, runs }) => ({
        auto_start,
        description,
        name,
        output,
        runs,
      })),
    ).toEqual(
      manifest.syncs.map(({ auto_start, description, name, output, runs }) => ({
        auto_start,
        description,
        name,
        output,
        runs,
      })),
    );
  });

  it('has the fields of the compiled models', () => {
    const fields = parser.parsed?.models
      .get('Run')
      ?.fields.map(({ name }) => name)
      .sort();
    const schema = JSON.parse(readFileSync(new URL('schemas/models/Run.json', root), 'utf8')) as { properties: object };
    expect(fields).toEqual(Object.keys(schema.properties).sort());
  });
});

describe('provider.yaml', () => {
  const published = getProvider('trigger-dev');

  it('is a provider entry by Nango’s types, and loads through its providers', () => {
    const entry: Entry = structuredClone(providerConfig) as unknown as Mutable<typeof providerConfig>;
    updateProviderCache({ 'trigger-dev': entry as ProviderApiKey });
    expect(getProvider('trigger-dev')).toMatchObject({ auth_mode: 'API_KEY', display_name: 'Trigger.dev' });
  });

  it('keeps the connection config keys of the published entry, so that connections go on working', () => {
    const known = Object.keys(published?.connection_config ?? {}).sort();
    expect(known).toEqual(['baseUrl', 'environment', 'projectRef', 'triggerBranch']);
    expect(Object.keys(providerConfig.connection_config).sort()).toEqual(known);
  });

  it('accepts additional keys, which the published pattern refuses', () => {
    const key = ['tr', 'prod', 'sk', 'Full'.repeat(6)].join('_');
    const pattern = published?.credentials?.['apiKey'] as { pattern: string };
    expect(new RegExp(pattern.pattern).test(key)).toBe(false);
    expect(new RegExp(providerConfig.credentials.apiKey.pattern).test(key)).toBe(true);
  });
});
