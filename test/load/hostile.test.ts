import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeApi, type HostileApi, type Hostility, startFakeApi, startHostileApi } from '../fake-api/index.js';

const seconds = Number(process.env['HOSTILE_SECONDS'] ?? 100);
const hostileKinds: readonly Hostility[] = ['endless cursors', 'tiny rate limits', 'slow responses', 'no responses'];
const honestIds = Array.from({ length: 50 }, (_, index) => `honest-${index}`);
/** The lowest that there is. */
const frequencyMs = 30_000;

const bin = fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
const apiKey = randomUUID();
const apis: FakeApi[] = [];
let host: ChildProcess;
let url = '';
const started = new Map<string, number[]>();

/** When each sync started, from the log of the host. */
function note(line: string): void {
  if (line.includes('"sync.started"')) {
    const { connection, sync } = JSON.parse(line) as { connection: string; sync: string };
    const key = `${connection}/${sync}`;
    started.set(key, [...(started.get(key) ?? []), Date.now()]);
  }
}

beforeAll(async () => {
  host = spawn(process.execPath, [bin, 'serve', '--port', '0', '--log', 'json'], {
    env: {
      PATH: process.env['PATH'],
      TRIGGER_CONNECTOR_STORE: join(folder, 'store.db'),
      TRIGGER_CONNECTOR_API_KEY: apiKey,
      TRIGGER_CONNECTOR_ALLOW_HTTP: 'true',
      TRIGGER_CONNECTOR_ALLOW_PRIVATE_HOSTS: 'true',
    },
  });
  let rest = '';
  host.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(note);
  });
  url = await new Promise((resolve, reject) => {
    let said = '';
    host.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, at] = /Serving (\S+)/.exec(said) ?? [];
      if (at !== undefined) {
        resolve(at);
      }
    });
    host.once('exit', () => reject(new Error('The host ended.')));
  });
}, 60_000);

afterAll(async () => {
  host.kill('SIGKILL');
  await Promise.all(apis.map((api) => api.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function ask(path: string, body: unknown, method = 'POST'): Promise<number> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  await response.arrayBuffer();
  return response.status;
}

const named = { provider_config_key: 'trigger-dev' };

async function connect(id: string, api: FakeApi): Promise<void> {
  const status = await ask('/connections', {
    ...named,
    connection_id: id,
    credentials: { type: 'API_KEY', apiKey: api.project.keys['root:prod'] },
    connection_config: { baseUrl: api.url },
  });
  expect(status).toBe(201);
}

const ofHonest = (name: string) => name.startsWith('honest-');

it(
  `${hostileKinds.length} hostile and ${honestIds.length} honest connections for ${seconds} s: every honest sync starts in time`,
  async () => {
    const hostile: HostileApi[] = [];
    for (const kind of hostileKinds) {
      const api = await startHostileApi(kind);
      hostile.push(api);
      apis.push(api);
      await connect(kind.replace(' ', '-'), api);
    }
    const honest = await startFakeApi({ runs: 60 });
    apis.push(honest);
    // The hostile have all that they can get before the first honest one comes.
    await wait(2_000);
    const from = Date.now();
    for (const id of honestIds) {
      await connect(id, honest);
      const frequency = { ...named, connection_id: id, sync_name: 'runs', frequency: 'every 30 seconds' };
      expect(await ask('/sync/update-connection-frequency', frequency, 'PUT')).toBe(200);
    }
    const waits: number[] = [];
    const latencies: number[] = [];
    for (const until = from + seconds * 1_000; Date.now() < until; await wait(250)) {
      const before = performance.now();
      expect(await ask('/style.css', undefined, 'GET')).toBe(200);
      latencies.push(performance.now() - before);
    }
    const until = Date.now();
    const syncs = [...started].filter(([name]) => ofHonest(name)).flatMap(([, times]) => times).length;
    for (const id of honestIds) {
      const times = [from, ...(started.get(`${id}/runs`) ?? []), until];
      waits.push(...times.slice(1).map((at, index) => at - (times[index] ?? 0)));
    }
    const worst = Math.max(...waits);
    const sorted = latencies.toSorted((a, b) => a - b);
    const p99 = Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0);
    process.stdout.write(
      `hostile: ${syncs} honest syncs in ${seconds} s, the longest wait for one ${(worst / 1_000).toFixed(1)} s at a frequency of ${frequencyMs / 1_000} s; a static file p99 ${p99} ms; lists asked of the hostile: ${hostile.map((api, index) => `${hostileKinds[index]} ${api.asked()}`).join(', ')}\n`,
    );
    expect(syncs).toBeGreaterThan(0);
    expect(worst).toBeLessThanOrEqual(2 * frequencyMs);
  },
  seconds * 1_000 + 120_000,
);
