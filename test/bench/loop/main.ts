// How long a request for a static file waits while the host does its worst work: `npm run bench:loop`. A report that
// exits with 1 where one in a hundred waits for more than 100 ms.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Database from 'libsql';
import { request } from 'undici';
import { parseConnection } from '../../../src/connection/index.js';
import { Host, openStore, Scheduler, serve } from '../../../src/host/index.js';
import { fakeKeys } from '../../fake-api/keys.js';
import { serve as serveApi } from '../api/serve.js';
import { quantile, spreadOf } from '../statistics.js';
import { hostileCases, serveHostile } from './hostile.js';

const self = fileURLToPath(import.meta.url);
const mostMs = 100;
const connections = 4;

/** A part of the whole in a process of its own. */
const part = (role: string, ...options: string[]) => fork(self, [role, ...options]);

const numberFrom = async (child: ReturnType<typeof part>) => {
  const [message] = (await once(child, 'message')) as [number];
  return message;
};

/** Four connections to one server, whose runs are synced again and again; a write of its own every 50 ms besides. */
async function runHost(path: string, apiPort: string, work: string): Promise<void> {
  const host = new Host({ store: await openStore(path), functions: `${process.cwd()}/integrations/build` });
  const scheduler = new Scheduler(host);
  const server = await serve({ host, scheduler });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const stop = new AbortController();
  const failures = new Map<string, number>();
  const note = (error: unknown) => {
    const code = String((error as { code?: string }).code);
    failures.set(code, (failures.get(code) ?? 0) + 1);
  };
  for (let number = 0; number < connections; number += 1) {
    const baseUrl = `http://127.0.0.1:${apiPort}`;
    const policy = { allowHttp: true, allowPrivateHosts: true };
    const parsed = parseConnection({ apiKey: `${fakeKeys['root:prod']}${number}`, baseUrl }, policy);
    if (!parsed.ok) {
      throw new Error(JSON.stringify(parsed.issues));
    }
    const { id } = host.connect(parsed.connection);
    host.setMetadata(id, { rateShare: 1 });
    void (async () => {
      while (work !== 'nothing' && !stop.signal.aborted) {
        await host.runSync(id, 'runs', { signal: stop.signal }).catch(note);
        await wait(50);
      }
    })();
  }
  process.once('message', async () => {
    stop.abort();
    const records = host.connections.ids().map((id) => host.store.countRecords(id, 'Run'));
    process.send?.({
      loopMax: delay.max / 1e6,
      loopP99: delay.percentile(99) / 1e6,
      records: records.reduce((sum, some) => sum + some, 0),
      failures: Object.fromEntries(failures),
      rss: process.resourceUsage().maxRSS / 1024,
    });
  });
  process.on('disconnect', () => process.exit());
  delay.enable();
  process.send?.(Number(new URL(server.url).port));
}

interface Told {
  readonly loopMax: number;
  readonly loopP99: number;
  readonly records: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly rss: number;
}

const ended: Told = { loopMax: 0, loopP99: 0, records: 0, failures: { 'the host ended': 1 }, rss: 0 };

/** Holds the write lock of a store. */
function lock(path: string): void {
  new Database(path).exec('BEGIN IMMEDIATE');
  process.send?.(0);
  process.on('disconnect', () => process.exit());
}

/** Milliseconds of each request for a static file, one every 10 ms and none after the other. */
async function waitsOf(port: number, seconds: number): Promise<number[]> {
  const waits: Promise<number>[] = [];
  for (const until = performance.now() + seconds * 1_000; performance.now() < until; await wait(10)) {
    const startedAt = performance.now();
    waits.push(
      request(`http://127.0.0.1:${port}/style.css`, { headersTimeout: 120_000, bodyTimeout: 120_000 })
        .then(({ body }) => body.text())
        // One that is given up counts as long as it waited.
        .catch(() => undefined)
        .then(() => performance.now() - startedAt),
    );
  }
  return Promise.all(waits);
}

async function measure(name: string, seconds: number): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'loop-'));
  const path = join(folder, 'store.db');
  const isLocked = name.includes('lock');
  const api = isLocked || name === 'nothing' ? part('api') : part('hostile', name);
  const host = part('host', path, String(await numberFrom(api)), name);
  const port = await numberFrom(host);
  await wait(500);
  const locker = isLocked ? part('lock', path) : undefined;
  if (locker !== undefined) {
    await numberFrom(locker);
  }
  const waits = await waitsOf(port, seconds);
  locker?.disconnect();
  host.send('end');
  const told = (await Promise.race([
    once(host, 'message').then(([some]) => some),
    once(host, 'exit').then(() => ended),
  ])) as Told;
  for (const child of [host, api]) {
    child.kill('SIGKILL');
  }
  rmSync(folder, { recursive: true, force: true });
  const p99 = quantile(waits, 0.99);
  const { median, high } = spreadOf(waits);
  const failures = Object.entries(told.failures).map(([code, times]) => `${times} × ${code}`);
  process.stdout.write(
    `${name.padEnd(38)} ${[median, p99, high].map((ms) => ms.toFixed(0).padStart(7)).join('')}   loop p99 ${told.loopP99.toFixed(0).padStart(6)} max ${told.loopMax.toFixed(0).padStart(6)}   ${String(told.records).padStart(7)} records, ${told.rss.toFixed(0)} MB${failures.length === 0 ? '' : `, ${failures.join(', ')}`}\n`,
  );
  return p99 <= mostMs;
}

const { positionals, values } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '20' }, only: { type: 'string', default: '' } },
});
const [role, ...given] = positionals;
if (role === 'host') {
  await runHost(String(given[0]), String(given[1]), String(given[2]));
} else if (role === 'api') {
  serveApi({ runs: 20_000, delayMs: 0 });
} else if (role === 'hostile') {
  serveHostile(String(given[0]));
} else if (role === 'lock') {
  lock(String(given[0]));
} else {
  const seconds = Number(values.seconds);
  process.stdout.write(
    `Node ${process.versions.node}, ${seconds} s each: milliseconds for a static file, median, p99, longest; budget p99 <= ${mostMs}\n`,
  );
  let isMet = true;
  for (const name of ['nothing', ...hostileCases, 'a write lock of another process'].filter((one) =>
    one.includes(values.only),
  )) {
    isMet = (await measure(name, seconds)) && isMet;
  }
  process.exit(isMet ? 0 : 1);
}
