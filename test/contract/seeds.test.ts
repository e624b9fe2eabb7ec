import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { decodeJwt, jwtVerify } from 'jose';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { closeConnections, configure } from '../../src/index.js';
import { withoutVariables } from '../client/environment.js';
import { type FakeApi, startFakeApi } from '../fake-api/index.js';
import { blocksOf, loadSeeds, runnable, type SeedBlock, seedsFolder, wordsOf } from './seeds-blocks.js';

const seeds = loadSeeds();
if (seeds === undefined) {
  process.stderr.write(`Skipped: the code of the seed documents, for ${seedsFolder} does not exist.\n`);
}
const blocks = [...(seeds ?? [])].flatMap(([seed, text]) => blocksOf(seed, text));

const minting = blocks.filter(({ seed }) => seed === '000');
const [list, upload, update, curl, updateAgain, ...others] = blocks.filter(({ seed }) => seed !== '000');

const entry = fileURLToPath(new URL('../../src/index.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'seeds-'));
let files = 0;

withoutVariables();
afterAll(async () => {
  rmSync(folder, { recursive: true });
  configure({});
  await closeConnections();
});

/** The fake project as the documents suppose it: their variable exists, their keys are in the environment. */
async function world(): Promise<FakeApi> {
  const api = await startFakeApi({ runs: 300 });
  onTestFinished(api.close);
  // What a block before this one has set does not count.
  configure({});
  vi.stubEnv('TRIGGER_API_URL', api.url);
  vi.stubEnv('TRIGGER_SECRET_KEY', api.project.keys['root:prod']);
  vi.stubEnv('TRIGGER_ACCESS_TOKEN', api.project.keys['pat:alice']);
  api.project.setVariable('preview', { name: 'DATABASE_URL', value: 'of the parent' });
  api.project.setVariable('preview:feature/one', { name: 'DATABASE_URL', value: 'before' });
  return api;
}

/** The documents' names for what exists here; nothing else of a block changes. */
const withRealNames = (code: string, { project, url }: FakeApi) =>
  code
    // Another project that the token reaches: only the position tells which one is meant.
    .replaceAll('tr_proj_1234567890', project.otherRef)
    .replaceAll(/\bpro[fj]_1234\b/g, project.ref)
    .replaceAll('{projectRef}', project.ref)
    .replaceAll('feature-xyz', 'feature/one')
    .replaceAll('https://api.trigger.dev', url)
    .replaceAll('<token>', project.keys['pat:alice']);

async function run({ code }: SeedBlock, api: FakeApi): Promise<Record<string, unknown>> {
  files += 1;
  const file = join(folder, `block-${files}.ts`);
  writeFileSync(file, withRealNames(runnable(code, entry), api));
  return import(/* @vite-ignore */ pathToFileURL(file).href);
}

/** What the blocks of seed 000 mint, in its order: scopes, seconds, and whether a trigger token is good for one trigger. */
const minted: readonly (readonly [string[] | undefined, number, boolean?])[] = [
  [undefined, 900],
  [['read:runs'], 900],
  [['read:runs:run_1234', 'read:runs:run_5678'], 900],
  [['read:tasks:my-task-1', 'read:tasks:my-task-2'], 900],
  [['read:tags:my-tag-1', 'read:tags:my-tag-2'], 900],
  [['read:batch:batch_1234'], 900],
  [['read:tasks:my-task-1', 'read:tasks:my-task-2', 'read:tags:my-tag-1', 'read:tags:my-tag-2'], 900],
  [undefined, 3600],
  [['trigger:tasks:my-task'], 900, true],
  [['trigger:tasks:my-task-1', 'trigger:tasks:my-task-2'], 900, true],
  [['trigger:tasks:my-task'], 900, false],
  [['trigger:tasks:my-task'], 86_400, true],
];

const reads = (...statuses: number[]) =>
  ['run_1234', 'run_5678', 'run_9999'].map((id, index) => `GET /api/v3/runs/${id} ${statuses[index]}`);
const triggers = (...lines: [task: string, status: number][]) =>
  lines.map(([task, status]) => `POST /api/v1/tasks/${task}/trigger ${status}`);

/** What each of these tokens is then used for, and what a server answers. */
const uses: readonly (readonly string[])[] = [
  reads(403, 403, 403),
  [...reads(200, 200, 200), ...triggers(['my-task-1', 403])],
  reads(200, 200, 403),
  reads(200, 200, 403),
  reads(200, 200, 403),
  ['GET /api/v2/batches/batch_1234 200', 'GET /api/v2/batches/batch_5678 403', ...reads(403, 403, 403)],
  reads(200, 200, 403),
  reads(403, 403, 403),
  [...triggers(['other-task', 403], ['my-task', 200], ['my-task', 422]), ...reads(403, 403, 403)],
  triggers(['other-task', 403], ['my-task-2', 200], ['my-task-1', 422]),
  triggers(['other-task', 403], ['my-task', 200], ['my-task', 200]),
  triggers(['my-task', 200], ['my-task', 422]),
];

const taken = ({ requests, url }: FakeApi) =>
  requests.map(({ body, headers, method, path }) => {
    const { pathname, searchParams } = new URL(path, url);
    return {
      key: headers['authorization'],
      request: `${method} ${pathname}`,
      branch: headers['x-trigger-branch'],
      query: Object.fromEntries(searchParams),
      body: body === '' ? undefined : JSON.parse(body),
    };
  });

describe.skipIf(seeds === undefined)('the code of the seed documents', () => {
  it('is all there: blocks a document', () => {
    const counts = [...(seeds ?? [])].map(([seed, text]) => {
      const found = blocksOf(seed, text);
      return [seed, found.filter(({ language }) => language === 'ts').length, found.length];
    });
    expect(counts).toEqual([
      ['000', 12, 12],
      // Its blocks lost their code, also those of session tokens.
      ['001', 0, 0],
      ['002', 4, 5],
      ['003', 0, 0],
      ['004', 0, 0],
    ]);
    // No line that imports the SDK escapes the search.
    const imports = [...(seeds ?? [])].join('\n').match(/from ["']@trigger\.dev\/sdk["']/g);
    expect(imports).toHaveLength(blocks.filter(({ language }) => language === 'ts').length);
  });

  it('is run below, every block of it', () => {
    expect([list, upload, update, updateAgain].map((block) => block?.language)).toEqual(Array(4).fill('ts'));
    expect(curl?.language).toBe('curl');
    expect(others).toEqual([]);
    expect(minting).toHaveLength(minted.length);
  });

  it.each([...minted.entries()])('mints a token: block %d', async (index, [scopes, seconds, once]) => {
    const api = await world();
    const { publicToken, triggerToken } = await run(minting[index] as SeedBlock, api);
    const token = String(publicToken ?? triggerToken);
    const { exp = 0, iat = 0, ...claims } = decodeJwt(token);
    expect(exp - iat).toBe(seconds);
    expect(claims).toEqual({
      sub: api.project.environment('prod').id,
      pub: true,
      iss: 'https://id.trigger.dev',
      aud: 'https://api.trigger.dev',
      ...(scopes !== undefined && { scopes }),
      ...(once !== undefined && { otu: once }),
    });
    await jwtVerify(token, new TextEncoder().encode(api.project.keys['root:prod']), { algorithms: ['HS256'] });
    expect(taken(api).map(({ key, request }) => [key, request])).toEqual([
      ['root:prod', 'POST /api/v1/auth/jwt/claims'],
    ]);
  });

  it.each([...uses.entries()])(
    'mints a token that does what it says, and nothing else: block %d',
    async (index, use) => {
      const api = await world();
      const shared = { taskIdentifier: 'my-task-1', tags: ['my-tag-1'] };
      for (const id of ['run_1234', 'run_5678']) {
        api.project.createRun('prod', { id, ...shared });
      }
      api.project.createRun('prod', { id: 'run_9999', taskIdentifier: 'other-task' });
      for (const id of ['batch_1234', 'batch_5678']) {
        api.project.batches.add('prod', { id, runCount: 1 });
      }
      const { publicToken, triggerToken } = await run(minting[index] as SeedBlock, api);
      const headers = { authorization: `Bearer ${publicToken ?? triggerToken}`, 'content-type': 'application/json' };
      const answers: string[] = [];
      for (const request of use.map((line) => line.replace(/ \d+$/, ''))) {
        const [method = '', path = ''] = request.split(' ');
        const { status } = await fetch(`${api.url}${path}`, { method, headers, body: method === 'POST' ? '{}' : null });
        answers.push(`${request} ${status}`);
      }
      expect(answers).toEqual(use);
    },
  );

  it('lists runs with either kind of key, the project ref first', async () => {
    const api = await world();
    await run(list as SeedBlock, api);
    const { ref } = api.project;
    const filters = { 'filter[status]': 'COMPLETED', 'filter[createdAt][from]': '1', 'page[size]': '10' };
    const [withSecretKey, environments, ...pages] = taken(api);
    expect(withSecretKey).toMatchObject({ key: 'root:prod', request: 'GET /api/v1/runs', query: filters });
    expect(environments).toMatchObject({
      key: 'pat:alice',
      request: `GET /api/v1/projects/${ref}/environments`,
      query: {},
    });
    // A token that names no environment lists them together; each request asks for one.
    expect(pages.map(({ query }) => query['filter[env]'])).toEqual(['stg', 'prod', 'preview']);
    for (const { key, query, request } of pages) {
      expect({ key, request }).toEqual({ key: 'pat:alice', request: `GET /api/v1/projects/${ref}/runs` });
      expect(query).toMatchObject(filters);
    }
    expect(new Set(taken(api).map(({ branch }) => branch))).toEqual(new Set([undefined]));
  });

  it('uploads variables with a token', async () => {
    const api = await world();
    await run(upload as SeedBlock, api);
    expect(taken(api)).toEqual([
      {
        key: 'pat:alice',
        request: `POST /api/v1/projects/${api.project.ref}/envvars/dev/import`,
        branch: undefined,
        query: {},
        body: { variables: { MY_ENV_VAR: 'MY_ENV_VAR_VALUE' }, override: true },
      },
    ]);
    expect(api.project.variablesOf('dev')).toContainEqual({
      name: 'MY_ENV_VAR',
      value: 'MY_ENV_VAR_VALUE',
      isSecret: false,
    });
  });

  const send = async (block: SeedBlock, api: FakeApi): Promise<void> => {
    const words = wordsOf(withRealNames(block.code, api));
    const values = (name: string) => words.filter((_, index) => words[index - 1] === name);
    const headers = values('--header').map((header) => header.split(': ') as [string, string]);
    const [method = '', body = '', url = ''] = ['--request', '--data', '--url'].map((name) => values(name)[0]);
    expect((await fetch(url, { method, body, headers })).status).toBe(200);
  };

  it.each([
    ['with the branch', update, run],
    ['with the branch, said again', updateAgain, run],
    ['with curl', curl, send],
  ] as const)('changes the variable of a preview branch %s', async (_, block, how) => {
    const api = await world();
    await how(block as SeedBlock, api);
    const value = 'your_preview_database_url';
    expect(taken(api)).toEqual([
      {
        key: 'pat:alice',
        request: `PUT /api/v1/projects/${api.project.ref}/envvars/preview/DATABASE_URL`,
        branch: 'feature/one',
        query: {},
        body: { value },
      },
    ]);
    const valueIn = (env: 'preview' | 'preview:feature/one') =>
      api.project.variablesOf(env).find(({ name }) => name === 'DATABASE_URL')?.value;
    expect([valueIn('preview:feature/one'), valueIn('preview')]).toEqual([value, 'of the parent']);
  });
});
