import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FullConnection } from '../../src/cli/move/moved-connection.js';
import { post, type Served, servedHost } from '../host/served.js';
import { runCli } from './run-cli.js';

let local = {} as Served;
let nango = {} as Served;

beforeEach(async () => {
  [local, nango] = await Promise.all([servedHost({ runs: 3 }), servedHost({ runs: 3, platform: 'nango' })]);
});

afterEach(async () => {
  await Promise.all([local.close(), nango.close()]);
});

const imported = (host: Served, id: string, more: Record<string, unknown> = {}) =>
  post(host, '/connections', {
    connection_id: id,
    provider_config_key: 'trigger-dev',
    credentials: { type: 'API_KEY', apiKey: local.api.project.keys['root:prod'] },
    connection_config: { baseUrl: local.api.url },
    ...more,
  });

const readFrom = async (host: Served, id: string) => {
  const response = await fetch(`${host.server.url}/connections/${id}?provider_config_key=trigger-dev`, {
    headers: { authorization: `Bearer ${host.apiKey}` },
  });
  return (await response.json()) as FullConnection & { error?: unknown };
};

const states = (host: Served, id: string) =>
  Object.fromEntries(host.scheduler.syncs.map((name) => [name, host.scheduler.schedule(id, name).state]));

const keys = () => ({ TRIGGER_CONNECTOR_API_KEY: local.apiKey, NANGO_SECRET_KEY: nango.apiKey });

async function move(flags: readonly string[], env: Record<string, string> = keys(), stdin = '') {
  const sides = flags.includes('--from') ? [] : ['--to', nango.server.url];
  const result = await runCli(['move', ...sides, '--local', local.server.url, ...flags], env, stdin);
  const said = `${result.stdout}${result.stderr}`;
  const secrets = [local.apiKey, nango.apiKey, ...Object.values(local.api.project.keys)];
  expect(secrets.filter((secret) => said.includes(secret))).toEqual([]);
  return result;
}

const all = {
  metadata: { rateShare: 0.5, tasks: ['hello-task'] },
  tags: { team: 'a', end_user_id: 'u-1', end_user_email: 'a@example.com' },
  end_user: { id: 'u-1', email: 'a@example.com' },
};

describe('move', () => {
  it('brings keys, config, metadata, tags and users, and pauses the syncs here', async () => {
    const config = { baseUrl: local.api.url, environment: 'prod', customerId: '42' };
    expect((await imported(local, 'one', { ...all, connection_config: config })).status).toBe(201);
    expect((await imported(local, 'two')).status).toBe(201);
    await post(local, '/sync/pause', { provider_config_key: 'trigger-dev', connection_id: 'one', syncs: ['env-vars'] });
    await post(local, '/sync/start', { provider_config_key: 'trigger-dev', connection_id: 'one', syncs: ['sessions'] });

    const { exit, stdout } = await move([]);
    expect([exit, stdout]).toEqual([0, expect.stringMatching(/^one +moved\ntwo +moved\n2 moved\n$/)]);
    const [before, after] = await Promise.all([readFrom(local, 'one'), readFrom(nango, 'one')]);
    const moved = ({ connection_config, connection_id, credentials, end_user, metadata, tags }: FullConnection) => ({
      connection_config,
      connection_id,
      credentials,
      end_user,
      metadata,
      tags,
    });
    expect(moved(after)).toEqual(moved(before));
    expect(after).toMatchObject({ connection_config: config, ...all });
    // What was paused stays so, what somebody had started is started, and nothing runs twice.
    expect(states(nango, 'one')).toEqual({
      'env-vars': 'paused',
      runs: 'started',
      schedules: 'paused',
      sessions: 'started',
    });
    expect(new Set(Object.values(states(local, 'one')))).toEqual(new Set(['paused']));
  });

  it('leaves the syncs running where that is wanted', async () => {
    await imported(local, 'one');
    expect((await move(['--keep-running'])).exit).toBe(0);
    expect(states(local, 'one')).toMatchObject({ runs: 'started', 'env-vars': 'started' });
  });

  it('says with --dry-run what it would do, and does nothing', async () => {
    await imported(local, 'one');
    await imported(local, 'tagged', { tags: { a: 'b' } });
    const { exit, stdout } = await move(['--dry-run']);
    expect([exit, stdout]).toEqual([0, expect.stringMatching(/^one +would move\ntagged +would move\n2 would move\n$/)]);
    expect(nango.host.connections.ids()).toEqual([]);
    expect(states(local, 'one')).toMatchObject({ runs: 'started' });
  });

  it('goes on where it was stopped: what was moved before is only paused here', async () => {
    await imported(local, 'one');
    await move(['--keep-running']);
    await imported(local, 'two');
    const before = nango.api.requests.length;
    const { exit, stdout } = await move([]);
    expect([exit, stdout]).toEqual([0, expect.stringMatching(/^one +moved before\ntwo +moved\n/)]);
    expect(states(local, 'one')).toMatchObject({ runs: 'paused' });
    expect(nango.api.requests.length).toBe(before);
  });

  it('leaves alone what is there with other values, unless it is to be replaced', async () => {
    await imported(local, 'one', { tags: { from: 'here' } });
    const other = { type: 'API_KEY', apiKey: local.api.project.keys['root:stg'] };
    await imported(nango, 'one', { credentials: other, tags: { from: 'there' } });
    const left = await move([]);
    expect([left.exit, left.stdout]).toEqual([0, expect.stringMatching(/^one +left alone +another one .* --replace/)]);
    expect(await readFrom(nango, 'one')).toMatchObject({ credentials: other, tags: { from: 'there' } });
    expect(states(local, 'one')).toMatchObject({ runs: 'started' });
    const replaced = await move(['--replace']);
    expect([replaced.exit, replaced.stdout]).toEqual([0, expect.stringMatching(/^one +replaced\n/)]);
    expect(await readFrom(nango, 'one')).toMatchObject({ tags: { from: 'here' } });
  });

  it('refuses what could not work there before anything is sent, goes on, and ends with 1', async () => {
    await imported(local, 'revoked', {
      credentials: { type: 'API_KEY', apiKey: local.api.project.keys['additional:full'] },
    });
    await imported(local, 'works');
    local.api.fail({
      match: ({ headers }) => headers['authorization'] === 'additional:full',
      status: 401,
      body: { error: 'Invalid API key' },
      times: 99,
    });
    const { exit, stdout } = await move([]);
    expect([exit, stdout]).toEqual([
      1,
      expect.stringMatching(
        /^revoked +refused +The server does not accept this key.*\nworks +moved\n1 refused, 1 moved\n$/,
      ),
    ]);
    expect(nango.host.connections.ids()).toEqual(['works']);
    expect(states(local, 'revoked')).toMatchObject({ runs: 'started' });
  });

  it('reports as JSON, with the lines on the other stream', async () => {
    await imported(local, 'one');
    const { stderr, stdout } = await move(['--json', '--dry-run']);
    expect(JSON.parse(stdout)).toEqual({
      from: local.server.url,
      to: nango.server.url,
      connections: [{ id: 'one', outcome: 'would move', notes: [] }],
    });
    expect(stderr).toMatch(/^one +would move\n$/);
  });

  it('moves one of them alone', async () => {
    await imported(local, 'one');
    await imported(local, 'two');
    expect((await move(['--connection', 'two'])).stdout).toMatch(/^two +moved\n1 moved\n$/);
    expect(nango.host.connections.ids()).toEqual(['two']);
    const unknown = await move(['--connection', 'three']);
    expect([unknown.exit, unknown.stderr]).toEqual([5, expect.stringContaining('no connection of that id')]);
  });

  it('brings connections back', async () => {
    await imported(nango, 'one', all);
    const { exit, stdout } = await move(['--from', nango.server.url]);
    expect([exit, stdout]).toEqual([0, expect.stringMatching(/^one +moved\n/)]);
    expect(await readFrom(local, 'one')).toMatchObject({ connection_config: { baseUrl: local.api.url }, ...all });
    expect(states(nango, 'one')).toMatchObject({ runs: 'paused' });
    expect(states(local, 'one')).toMatchObject({ runs: 'started' });
  });

  it.each([
    { what: 'both from the environment', env: keys, stdin: () => '' },
    { what: 'both from standard input', env: () => ({}), stdin: () => `${local.apiKey}\n${nango.apiKey}\n` },
    {
      what: 'one of each',
      env: () => ({ TRIGGER_CONNECTOR_API_KEY: local.apiKey }),
      stdin: () => `${nango.apiKey}\r\n`,
    },
  ])('takes the keys $what', async ({ env, stdin }) => {
    const flags = stdin() === '' ? [] : ['--key-stdin'];
    const { exit, stdout } = await move(flags, env() as Record<string, string>, stdin());
    expect([exit, stdout]).toEqual([0, expect.stringContaining('There is no connection')]);
  });

  it('names the key that is missing or refused, and the side that does not answer', async () => {
    const missing = await move([], { TRIGGER_CONNECTOR_API_KEY: local.apiKey });
    expect([missing.exit, missing.stderr]).toEqual([2, expect.stringContaining('set NANGO_SECRET_KEY')]);
    const wrong = await move([], { ...keys(), NANGO_SECRET_KEY: crypto.randomUUID() });
    expect([wrong.exit, wrong.stderr]).toEqual([
      3,
      expect.stringContaining('does not accept the key NANGO_SECRET_KEY'),
    ]);
    const odd = await move([], { ...keys(), NANGO_SECRET_KEY: 'a key' });
    expect([odd.exit, odd.stderr]).toEqual([2, expect.stringContaining('NANGO_SECRET_KEY holds a space')]);
    const silent = await runCli(['move', '--to', 'http://127.0.0.1:9', '--local', local.server.url], keys());
    expect([silent.exit, silent.stderr]).toEqual([
      6,
      expect.stringMatching(/^network: Nango does not answer at http:\/\/127\.0\.0\.1:9: .*Then move again\.\n$/),
    ]);
  });

  it.each([
    { flags: [], says: 'Say where to' },
    { flags: ['--to', 'https://a.example', '--from', 'https://b.example'], says: 'Say where to' },
    { flags: ['--to', 'http://nango.example.com'], says: 'must start with https://' },
    { flags: ['--to', 'nango'], says: 'must be an address' },
    { flags: ['--to', 'https://user:pass@nango.example.com'], says: 'must be an address' },
    { flags: ['--to', 'https://:pass@nango.example.com'], says: 'must be an address' },
  ])('refuses $flags', async ({ flags, says }) => {
    const { exit, stderr } = await runCli(['move', ...flags], keys());
    expect([exit, stderr]).toEqual([2, expect.stringContaining(says)]);
  });
});
