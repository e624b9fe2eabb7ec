import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TriggerClient } from '../../src/index.js';
import { type FakeApi, type KeyName, startFakeApi } from '../fake-api/index.js';
import { runCli } from './run-cli.js';

let api: FakeApi;

beforeAll(async () => {
  api = await startFakeApi({ runs: 5 });
});
afterAll(() => api.close());

const cli = (argv: readonly string[], { key, stdin = '' }: { key?: KeyName; stdin?: string } = {}) =>
  runCli(argv, { TRIGGER_API_URL: api.url, ...(key && { TRIGGER_SECRET_KEY: api.project.keys[key] }) }, stdin);

describe('token', () => {
  it('create prints a token that works, and inspect says what it is', async () => {
    const { id } = await new TriggerClient({
      secretKey: api.project.keys['root:prod'],
      baseURL: api.url,
    }).tasks.trigger('hello-task');
    const { exit, stderr, stdout } = await cli(
      ['token', 'create', '--read-run', id, '--read-tag', 'a:b', '--expires', '1hr'],
      {
        key: 'root:prod',
      },
    );
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    const reader = new TriggerClient({ publicAccessToken: stdout.trim(), baseURL: api.url });
    expect((await reader.runs.retrieve(id)).id).toBe(id);

    const said = await cli(['token', 'inspect'], { stdin: stdout });
    expect(said.exit).toBe(0);
    expect(said.stdout).toContain('public access token');
    expect(said.stdout).toContain(`read the run ${id}`);
    expect(said.stdout).toContain('read runs with the tag a:b');
    expect(said.stdout).not.toContain(stdout.trim().split('.')[2]);
    const asJson = JSON.parse((await cli(['token', 'inspect', '--json'], { stdin: stdout })).stdout) as {
      issuedAt: number;
      expiresAt: number;
    };
    expect(asJson.expiresAt - asJson.issuedAt).toBe(3600);
  });

  it.each([
    [[], true],
    [['--multiple-use'], false],
  ] as const)('create --trigger-task %j is good for one trigger: %j', async (more, singleUse) => {
    const argv = ['token', 'create', '--trigger-task', 'hello-task', '--json', ...more];
    const made = JSON.parse((await cli(argv, { key: 'root:prod' })).stdout) as { token: string };
    const said = JSON.parse((await cli(['token', 'inspect', '--json'], { stdin: made.token })).stdout) as object;
    expect(said).toMatchObject({ kind: 'triggerToken', singleUse, scopes: ['trigger:tasks:hello-task'] });
  });

  it.each([
    ['without a scope', ['create'], 'root:prod', 'input_invalid', 2],
    ['in the past', ['create', '--read-run', 'run_1', '--expires', '1 hour ago'], 'root:prod', 'expiration_invalid', 2],
    ['a blank id', ['create', '--read-run', ' '], 'root:prod', 'scope_invalid', 2],
    [
      'with a personal access token',
      ['create', '--read-run', 'run_1', '--project-ref', 'proj_a'],
      'pat:alice',
      'cannot_mint',
      4,
    ],
    ['beyond the key', ['create', '--write-session', 'a'], 'additional:readRuns', 'scopes_exceed_key_access', 4],
    ['nothing to inspect', ['inspect'], 'root:prod', 'token_malformed', 2],
    ['no such command', ['mint'], 'root:prod', 'input_invalid', 2],
  ] as const)('%s', async (_, argv, key, code, exit) => {
    const done = await cli(['token', ...argv, '--json'], { key });
    expect(JSON.parse(done.stdout)).toMatchObject({ error: { code } });
    expect(done.exit).toBe(exit);
  });

  it('refuses a token among the arguments, without repeating it', async () => {
    const argument = ['eyJhbGciOiJIUzI1NiJ9', 'eyJwdWIiOnRydWV9', 'c2ln'].join('.');
    const done = await cli(['token', 'inspect', argument]);
    expect(done.exit).toBe(2);
    expect(done.stdout + done.stderr).not.toContain(argument.slice(-10));
  });
});
