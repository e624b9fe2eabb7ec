import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../src/host/index.js';
import { type FakeApi, startFakeApi } from '../fake-api/index.js';
import { runNode } from '../setup/run-process.js';

const bin = fileURLToPath(new URL('../../src/cli/bin.ts', import.meta.url));
let api: FakeApi;
let folder = '';
let path = '';
const running = new Set<ChildProcess>();

beforeAll(async () => {
  api = await startFakeApi({ runs: 3_000 });
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'serve-'));
  path = join(folder, 'store.db');
});

afterEach(() => {
  for (const child of running) {
    child.kill('SIGKILL');
  }
  running.clear();
  rmSync(folder, { recursive: true, force: true });
});

afterAll(() => api.close());

const env = () => ({
  PATH: process.env['PATH'],
  TRIGGER_CONNECTOR_STORE: path,
  TRIGGER_CONNECTOR_ALLOW_HTTP: 'true',
  TRIGGER_CONNECTOR_ALLOW_PRIVATE_HOSTS: 'true',
});

/** `serve` as a process, once it says where it is. */
async function started(...flags: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', bin, 'serve', '--port', '0', ...flags], { env: env() });
  running.add(child);
  const said = { out: '', log: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.log += text;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  const url = await vi.waitFor(() => {
    const [, at] = /Serving (\S+)/.exec(said.out) ?? [];
    expect(at).toBeDefined();
    return at ?? '';
  }, 15_000);
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    running.delete(child);
    return ended;
  };
  return { url, said, stop, apiKey: /this once: (\S+)/.exec(said.out)?.[1] };
}

async function importProduction(url: string, apiKey: string, connection_id: string): Promise<void> {
  const response = await fetch(`${url}/connections`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      connection_id,
      provider_config_key: 'trigger-dev',
      credentials: { type: 'API_KEY', apiKey: api.project.keys['root:prod'] },
      connection_config: { baseUrl: api.url },
    }),
  });
  expect(response.status).toBe(201);
}

async function storedRuns(): Promise<number> {
  const store = await openStore(path);
  const count = store.countRecords('c1', 'Run');
  store.close();
  return count;
}

describe('trigger-dev-connector serve', () => {
  it('shows its API key once, stops at once in the middle of a sync, and goes on after the restart', async () => {
    const first = await started('--log', 'json');
    const apiKey = first.apiKey ?? '';
    expect(apiKey).toMatch(/^[0-9a-f-]{36}$/);
    api.fail({ match: ({ path: asked }) => asked.startsWith('/api/v1/runs?'), delayMs: 60, times: 1_000 });
    await importProduction(first.url, apiKey, 'c1');
    await vi.waitFor(
      () => expect(api.requests.filter((sent) => sent.path.includes('page%5Bafter%5D')).length).toBeGreaterThan(4),
      10_000,
    );
    const asked = Date.now();
    expect(await first.stop()).toBe(0);
    expect(Date.now() - asked).toBeLessThan(5_000);
    const half = await storedRuns();
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThan(api.project.runsOf('prod').length);

    const second = await started();
    expect(second.said.out).not.toContain(apiKey);
    expect(second.apiKey).toBeUndefined();
    await vi.waitFor(async () => expect(await storedRuns()).toBe(api.project.runsOf('prod').length), 20_000);
    const { status } = await fetch(`${second.url}/connections`, { headers: { authorization: `Bearer ${apiKey}` } });
    expect(status).toBe(200);
    expect(await second.stop('SIGINT')).toBe(0);

    // Nothing that a key could be read from.
    const lines = first.said.log.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(
      expect.arrayContaining(['host.started', 'connection.created', 'sync.started', 'sync.stopped', 'host.stopped']),
    );
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
    for (const text of [first.said.log, second.said.log, second.said.out, ...files]) {
      expect(text).not.toContain(api.project.keys['root:prod']);
      expect(text).not.toContain(apiKey);
    }
    expect(
      readdirSync(folder).filter((name) => (statSync(join(folder, name)).mode & 0o077) !== 0 && !/\.lock/.test(name)),
    ).toEqual([]);
  }, 60_000);

  it('serves a store once, makes another API key when asked, and tells what ran', async () => {
    const first = await started('--log', 'pretty');
    const run = (...args: string[]) => runNode(['--import', 'tsx', bin, ...args], { env: env() });
    expect(await run('serve', '--port', '0')).toMatchObject({
      code: 1,
      output: expect.stringContaining('store_locked'),
    });
    expect(await run('rotate-key')).toMatchObject({ output: expect.stringContaining('store_locked') });
    await importProduction(first.url, first.apiKey ?? '', 'c1');
    await vi.waitFor(
      () => expect(first.said.log).toMatch(/sync\.finished connection=c1 sync=env-vars execution=\S+ added=\d/),
      10_000,
    );
    await first.stop();
    const [, id = ''] = /sync=env-vars execution=(\S+)/.exec(first.said.log) ?? [];
    const list = await run('logs', '--json');
    expect(JSON.parse(list.output)).toEqual(
      expect.arrayContaining([expect.objectContaining({ id, name: 'env-vars' })]),
    );
    expect(await run('logs', id)).toMatchObject({ code: 0, output: expect.stringContaining('sync env-vars (c1)') });
    expect(await run('logs', 'unknown')).toMatchObject({ code: 5 });
    expect(await run('rotate-key', '--json')).toMatchObject({ code: 0, output: '{"sealed":1}\n' });
    const second = await started('--new-api-key');
    expect(second.apiKey).toMatch(/^[0-9a-f-]{36}$/);
    const asked = (key = '') => fetch(`${second.url}/connections`, { headers: { authorization: `Bearer ${key}` } });
    expect([(await asked(first.apiKey)).status, (await asked(second.apiKey)).status]).toEqual([401, 200]);
    expect(await (await asked(second.apiKey)).text()).toContain('"c1"');
    await second.stop();
  }, 60_000);
});

describe('what serve refuses before it opens anything', () => {
  it.each([
    { flags: ['--host', '0.0.0.0'], said: /--public-url/ },
    { flags: ['--host', '192.0.2.1'], said: /TRIGGER_CONNECTOR_API_KEY/ },
    { flags: ['--port', '70000'], said: /--port must be/ },
    { flags: ['--log', 'xml'], said: /json or pretty/ },
    { flags: ['--public-url', 'example.com/path'], said: /must be an origin/ },
    { flags: ['--allow-origin', '*'], said: /must be an origin/ },
  ])('$flags', async ({ flags, said }) => {
    const { code, output } = await runNode(['--import', 'tsx', bin, 'serve', ...flags], { env: env() });
    expect([code, output]).toEqual([2, expect.stringMatching(said)]);
  });
});
