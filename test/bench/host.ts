// An action through the local host beside the same call of the client: `npm run bench:host`. A report, not a test.
import { fork } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { TriggerClient } from '../../src/client/index.js';
import { Host, openStore, serve } from '../../src/host/index.js';
import { createVault } from '../../src/host/vault/vault.js';
import { fakeKeys } from '../fake-api/keys.js';
import { type ApiOptions, serve as serveApi } from './api/serve.js';
import { spreadOf } from './statistics.js';

const self = fileURLToPath(import.meta.url);
const calls = 400;
const warm = 100;

/** A part of the whole in a process of its own, and where it listens. */
function part(role: 'api' | 'host', options: unknown): Promise<{ port: number; close(): void }> {
  const child = fork(self, [role, JSON.stringify(options)]);
  return new Promise((resolve) => {
    child.once('message', (port) => resolve({ port: port as number, close: () => child.disconnect() }));
  });
}

async function runHost({ apiKey, functions }: { apiKey: string; functions: string }): Promise<void> {
  const host = new Host({ store: await openStore(':memory:'), functions, vault: createVault(randomBytes(32)) });
  const policy = { allowHttp: true, allowPrivateHosts: true };
  const server = await serve({ host, apiKey, policy });
  process.send?.(Number(new URL(server.url).port));
  process.on('disconnect', () => process.exit());
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function compare(delayMs: number): Promise<void> {
  const options: ApiOptions = { runs: 1_000, delayMs };
  const api = await part('api', options);
  const apiKey = randomUUID();
  const host = await part('host', { apiKey, functions: `${process.cwd()}/integrations/build` });
  const headers = {
    authorization: `Bearer ${apiKey}`,
    'content-type': 'application/json',
    'connection-id': 'bench',
    'provider-config-key': 'trigger-dev',
  };
  const post = async (path: string, body: unknown) => {
    const answer = await request(`http://127.0.0.1:${host.port}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    const output: unknown = await answer.body.json();
    if (answer.statusCode >= 300) {
      throw new Error(JSON.stringify(output));
    }
    return output;
  };
  const baseURL = `http://127.0.0.1:${api.port}`;
  await post('/connections', {
    connection_id: 'bench',
    provider_config_key: 'trigger-dev',
    credentials: { type: 'API_KEY', apiKey: fakeKeys['root:prod'] },
    connection_config: { baseUrl: baseURL },
  });
  const client = new TriggerClient({ secretKey: fakeKeys['root:prod'], baseURL });
  const direct = () => client.runs.list({ limit: 20 });
  const through = () => post('/action/trigger', { action_name: 'list-runs', input: { limit: 20 } });
  const times = { direct: [] as number[], through: [] as number[] };
  for (let call = 0; call < warm + calls; call += 1) {
    const ms = { direct: await milliseconds(direct), through: await milliseconds(through) };
    if (call >= warm) {
      times.direct.push(ms.direct);
      times.through.push(ms.through);
    }
  }
  api.close();
  await host.close();
  const [ours, theirs] = [spreadOf(times.through).median, spreadOf(times.direct).median];
  process.stdout.write(
    `API answers in ${String(delayMs).padStart(2)} ms: action through the host ${ours.toFixed(2)} ms, client ${theirs.toFixed(2)} ms, ratio ${(ours / theirs).toFixed(2)}   budget <= 1.5\n`,
  );
}

const [role, options = '{}'] = process.argv.slice(2);
if (role === 'api') {
  serveApi(JSON.parse(options) as ApiOptions);
} else if (role === 'host') {
  await runHost(JSON.parse(options) as { apiKey: string; functions: string });
} else {
  process.stdout.write(`Node ${process.versions.node}, ${calls} calls each, in turn\n`);
  await compare(0);
  await compare(30);
  process.exit();
}
