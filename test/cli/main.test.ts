import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeApi, startFakeApi, unknownKeys } from '../fake-api/index.js';
import { runCli } from './run-cli.js';

let api: FakeApi;
const folder = mkdtempSync(join(tmpdir(), 'cli-'));

beforeAll(async () => {
  api = await startFakeApi({ runs: 250 });
});

afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

type Env = Record<string, string | undefined>;

async function cli(argv: string[], env: Env = {}, stdin = '') {
  const common = { TRIGGER_API_URL: api.url, TRIGGER_CONNECTOR_STORE: join(folder, 'store.db') };
  const { exit, ...output } = await runCli(argv, { ...common, ...env }, stdin);
  for (const key of [...Object.values(api.project.keys), ...Object.values(unknownKeys)]) {
    expect(output.stdout + output.stderr).not.toContain(key.slice(-14));
  }
  return { exit, ...output };
}

const secret = () => ({ TRIGGER_SECRET_KEY: api.project.keys['root:prod'] });
const token = () => ({ TRIGGER_ACCESS_TOKEN: api.project.keys['pat:alice'], TRIGGER_PROJECT_REF: api.project.ref });

describe('commands', () => {
  it('connect checks and verifies', async () => {
    const { exit, stdout } = await cli(['connect', '--json'], secret());
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'valid', connection: { kind: 'root', environment: 'prod' } });
    expect(await cli(['connect'], token())).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('dev, stg, preview, prod'),
    });
  });

  it('sync, records and action work on one store', async () => {
    const synced = await cli(['sync', '--json'], secret());
    expect(JSON.parse(synced.stdout)).toMatchObject({ added: api.project.runsOf('prod').length, updated: 0 });
    const done = await cli(['action', 'trigger-task', '--input', '-', '--json'], secret(), '{"taskId":"hello-task"}');
    const { id } = JSON.parse(done.stdout) as { id: string };
    expect((await cli(['sync'], secret())).stdout).toMatch(/^runs: 1 added, 0 updated, \d+ unchanged/);
    const all = JSON.parse((await cli(['records', 'runs', '--limit', '10000', '--json'])).stdout) as {
      records: { _nango_metadata: { cursor: string; last_modified_at: string } }[];
    };
    const { cursor } = all.records.at(-2)?._nango_metadata ?? {};
    const { stdout } = await cli(['records', 'runs', '--since', String(cursor), '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      records: [{ id, _nango_metadata: { last_action: 'ADDED', deleted_at: null } }],
      next_cursor: null,
    });
    const { last_modified_at } = all.records.at(-1)?._nango_metadata ?? {};
    expect((await cli(['records', 'Run', '--since', String(last_modified_at)])).stdout).toContain(id);
    expect((await cli(['records', '--limit', '2'])).stderr).toMatch(/^more: --since \S+\n$/);
  });

  it('reads the key from standard input', async () => {
    const { exit } = await cli(['connect', '--key-stdin'], {}, `${api.project.keys['root:stg']}\n`);
    expect(exit).toBe(0);
  });

  it('takes a variable that is set to nothing for none', async () => {
    const { ref, keys } = api.project;
    const env = { TRIGGER_SECRET_KEY: '', TRIGGER_ACCESS_TOKEN: keys['pat:alice'], TRIGGER_PROJECT_REF: ref };
    expect(await cli(['connect'], env)).toMatchObject({ exit: 0 });
  });

  it('matrix prints the support table', async () => {
    const { stdout } = await cli(['matrix']);
    expect(stdout).toMatch(/^runs\.list +yes +yes +yes$/m);
    expect(stdout).toMatch(/^runs\.retrieve +yes +yes +-$/m);
  });

  it('help and version', async () => {
    expect(await cli(['--help'])).toMatchObject({ exit: 0, stdout: expect.stringContaining('Exit codes') });
    expect(await cli([])).toMatchObject({ exit: 2 });
    expect((await cli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('exit codes and messages', () => {
  const gone = () => ({ TRIGGER_SECRET_KEY: unknownKeys['unknown:prod'] });
  it.each([
    { why: 'no key', argv: ['connect'], env: () => ({}), exit: 2, code: 'key_required' },
    {
      why: 'a PAT without project',
      argv: ['connect'],
      env: () => ({ ...token(), TRIGGER_PROJECT_REF: '' }),
      exit: 2,
      code: 'project_ref_required',
    },
    { why: 'an unknown flag', argv: ['connect', '--nope'], env: secret, exit: 2, code: 'input_invalid' },
    { why: 'an unknown command', argv: ['fly'], env: secret, exit: 2, code: 'input_invalid' },
    { why: 'bad JSON', argv: ['action', 'list-runs', '--input', '{'], env: secret, exit: 2, code: 'input_invalid' },
    {
      why: 'bad input',
      argv: ['action', 'list-runs', '--input', '{"limit":0}'],
      env: secret,
      exit: 2,
      code: 'input_invalid',
    },
    { why: 'a bad number', argv: ['records', '--limit', '1e3'], env: () => ({}), exit: 2, code: 'input_invalid' },
    { why: 'a bad cursor', argv: ['records', '--since', 'long ago'], env: () => ({}), exit: 2, code: 'input_invalid' },
    { why: 'records of nothing', argv: ['records', 'dreams'], env: () => ({}), exit: 5, code: 'not_found' },
    { why: 'a sync of nothing', argv: ['sync', 'dreams'], env: secret, exit: 5, code: 'not_found' },
    {
      why: 'metadata that is no object',
      argv: ['sync', '--metadata', '[1]'],
      env: secret,
      exit: 2,
      code: 'input_invalid',
    },
    {
      why: 'metadata that is wrong',
      argv: ['sync', '--metadata', '{"lookBackDays":-1}'],
      env: secret,
      exit: 2,
      code: 'input_invalid',
    },
    { why: 'a pause of nothing', argv: ['sync', '--every', '0'], env: secret, exit: 2, code: 'input_invalid' },
    { why: 'a revoked key', argv: ['sync'], env: gone, exit: 3, code: 'unauthorized' },
    { why: 'a rejected connection', argv: ['connect'], env: gone, exit: 3, code: 'unauthorized' },
    {
      why: 'an endpoint that is not open',
      argv: ['action', 'trigger-task', '--input', '{"taskId":"x"}'],
      env: token,
      exit: 4,
      code: 'endpoint_not_allowed',
    },
    { why: 'an unknown action', argv: ['action', 'fly'], env: secret, exit: 5, code: 'not_found' },
    {
      why: 'a foreign project',
      argv: ['connect'],
      env: () => ({ ...token(), TRIGGER_PROJECT_REF: 'proj_nope' }),
      exit: 5,
      code: 'project_not_found',
    },
    {
      why: 'no server',
      argv: ['sync'],
      env: () => ({ ...secret(), TRIGGER_API_URL: 'http://127.0.0.1:9' }),
      exit: 6,
      code: 'network',
    },
  ])('$why exits $exit, says $code', async ({ argv, code, env, exit }) => {
    const human = await cli(argv, env());
    expect([human.exit, human.stdout, human.stderr.startsWith(`${code}: `)]).toEqual([exit, '', true]);
    const machine = await cli([...argv, '--json'], env());
    expect(machine.exit).toBe(exit);
    expect(JSON.parse(machine.stdout)).toMatchObject({ error: { code, message: expect.any(String) } });
    expect(machine.stderr).toBe('');
  });

  it('refuses a key as an argument, without repeating it', async () => {
    const { exit, stderr } = await cli(['connect', `--input=${api.project.keys['root:prod']}`]);
    expect(exit).toBe(2);
    expect(stderr).toContain('must not be an argument');
  });

  it('lists every problem of a connection', async () => {
    const { stdout } = await cli(['connect', '--environment', 'live', '--json'], {
      ...token(),
      TRIGGER_PROJECT_REF: '',
    });
    const { error } = JSON.parse(stdout) as { error: { issues: { code: string }[] } };
    expect(error.issues.map(({ code }) => code)).toEqual(['project_ref_required', 'environment_invalid']);
  });
});
