import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { mockOf, recordedAt } from '../../integrations/trigger-dev/tests/mock.js';
import { createFakeProject, type KeyName } from '../fake-api/index.js';
import { actionCases, prepare } from './action-cases.js';
import { FakeNango } from './fake-nango.js';

const integration = fileURLToPath(new URL('../../integrations/trigger-dev/', import.meta.url));
const fixtures = `${integration}tests`;

interface NangoFunction {
  readonly models?: Record<string, unknown>;
  exec(nango: unknown, input?: unknown): Promise<unknown>;
}

async function load(kind: string, name: string): Promise<NangoFunction> {
  const { default: definition } = (await import(pathToFileURL(`${integration}${kind}/${name}.ts`).href)) as {
    default: NangoFunction;
  };
  return definition;
}

const functions = ['actions', 'syncs', 'on-events'].flatMap((kind) =>
  readdirSync(`${integration}${kind}`).map((file) => ({ kind, name: basename(file, '.ts') })),
);

const shown = new Set(['x-trigger-api-version', 'x-trigger-branch', 'x-part-id']);
const isFresh = (headers: Record<string, string> = {}) => 'x-trigger-request-idempotency-key' in headers;

/** What was sent and answered, as Nango's mocks look for it. */
function apiOf({ answers, proxied }: FakeNango) {
  const api: Record<string, Record<string, unknown[]>> = {};
  proxied.forEach(({ data, endpoint, headers = {}, method, params = {} }, index) => {
    const answer = answers[index];
    const request = {
      params,
      headers: Object.fromEntries(
        Object.entries(headers).filter(([name, value]) => shown.has(name) || /^text|ndjson/.test(value)),
      ),
      ...(data !== undefined && { data }),
    };
    const byPath = api[method.toLowerCase()] ?? {};
    // A header that is made anew each time cannot be looked for.
    const call = { ...(isFresh(headers) ? {} : { request }), response: answer?.data, status: answer?.status };
    byPath[endpoint] = [...(byPath[endpoint] ?? []), call];
    api[method.toLowerCase()] = byPath;
  });
  return api;
}

/** The same on every machine, and nothing in it that looks like a credential. */
function settled(fixture: object): string {
  const ids = new Map<string, string>();
  const text = JSON.stringify(fixture, null, 2)
    // The server spreads schedules over a minute, by their random ids.
    .replace(/("nextRunEffectiveAt": "[^"]*:)[\d.]+Z/g, (_, minute: string) => `${minute}00.000Z`)
    // Whose key it is, the server answers with the key.
    .replace(/("apiKey": )"[^"]*"/g, '$1"<masked>"')
    .replace(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, 'public.access.token')
    .replace(/\b(run|batch|session|sched)_c[0-9a-z]{19,25}\b/g, (id, prefix: string) => {
      const known = ids.get(id) ?? `${prefix}_cm1example${String(ids.size + 1).padStart(15, '0')}`;
      ids.set(id, known);
      return known;
    });
  return `${text}\n`;
}

async function record(kind: string, name: string): Promise<string> {
  vi.useFakeTimers({ now: recordedAt, toFake: ['Date'] });
  const project = createFakeProject({ runs: 3, now: () => recordedAt });
  const example = actionCases.find(({ action }) => action === name);
  if (example !== undefined || name === 'sessions') {
    prepare(project);
  }
  const key: KeyName = example?.key ?? 'root:prod';
  const nango = new FakeNango(project, project.keys[key]);
  nango.config['projectRef'] = project.ref;
  // A hash has a salt that is new each time; a value is the same.
  const metadata = name === 'env-vars' ? { includeValues: true } : {};
  nango.metadata = metadata;
  const definition = await load(kind, name);
  const output = await definition.exec(nango, example?.input);
  const [model] = Object.keys(definition.models ?? {});
  const { connection_config } = await nango.getConnection();
  return settled({
    ...(example && { input: example.input, output }),
    nango: {
      getConnection: { kind: key === 'pat:alice' ? 'personal access token' : 'secret key', connection_config },
      ...(model !== undefined && { getMetadata: metadata, batchSave: { [model]: [...nango.records.values()] } }),
    },
    api: apiOf(nango),
  });
}

afterEach(() => {
  vi.useRealTimers();
});

describe('the fixtures that an export takes along', () => {
  // After a change that is meant: vitest run test/nango/fixtures.test.ts --update
  it.each(functions)('$name is what the fake API answers', async ({ kind, name }) => {
    await expect(await record(kind, name)).toMatchFileSnapshot(`${fixtures}/${name}.test.json`);
  });

  it('belong to a function each', () => {
    const files = readdirSync(fixtures).filter((file) => file.endsWith('.json'));
    expect(files).toEqual(functions.map(({ name }) => `${name}.test.json`).sort());
  });

  it.each(functions)('$name gives the same over Nango’s own mocks', async ({ kind, name }) => {
    const nango = mockOf(fixtures, name);
    const output = await (await load(kind, name)).exec(nango, await nango.getInput());
    if (kind === 'actions') {
      expect(output).toEqual(await nango.getOutput());
    } else if (kind === 'syncs') {
      const [model = ''] = Object.keys((await load(kind, name)).models ?? {});
      const saved = new Map<string, object>();
      for (const [records, of] of nango.batchSave.mock.calls as [{ id: string }[], string][]) {
        expect(of).toBe(model);
        for (const item of records) {
          saved.set(item.id, item);
        }
      }
      expect([...saved.values()]).toEqual(await nango.getBatchSaveData(model));
    }
    expect(nango.proxy).toHaveBeenCalled();
  });
});
