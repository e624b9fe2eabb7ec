import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/host/index.js';
import { type FakeApi, startFakeApi } from '../fake-api/index.js';
import { runNode } from '../setup/run-process.js';

const bin = fileURLToPath(new URL('../../src/cli/bin.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sigkill-'));
const path = join(folder, 'store.db');
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
let api: FakeApi;

beforeAll(async () => {
  // A checkpoint of one field at first, of several once many are open.
  api = await startFakeApi({ runs: 4_000, openRuns: 700 });
});

afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The command line, as a process of its own. */
const sync = (onSpawn?: (child: ChildProcess) => void) =>
  runNode(['--import', 'tsx', bin, 'sync', 'runs', '--json'], {
    env: {
      PATH: process.env['PATH'],
      TRIGGER_API_URL: api.url,
      TRIGGER_SECRET_KEY: api.project.keys['root:prod'],
      TRIGGER_CONNECTOR_STORE: path,
    },
    ...(onSpawn && { onSpawn }),
  });

/** Ends the process soon after its n-th answer: between page, record, checkpoint and what follows, wherever that is. */
const killAfter = (answers: number, moreMs: number) => (child: ChildProcess) => {
  const start = api.requests.length;
  const watch = setInterval(() => {
    if (api.requests.length - start >= answers) {
      clearInterval(watch);
      void wait(moreMs).then(() => child.kill('SIGKILL'));
    }
  }, 1);
  child.on('close', () => clearInterval(watch));
};

async function stored(): Promise<Map<string, unknown>> {
  const store = await openStore(path);
  const [connection] = store.connections();
  const records = connection === undefined ? [] : store.changedRecords(connection.id, 'Run', { limit: 100_000 });
  store.close();
  return new Map(records.map(({ body }) => [String(body['id']), body['status']]));
}

describe('a sync that is killed', () => {
  it(`ends with the records of the server, after 16 kills at any moment (SEED=${seed})`, {
    timeout: 120_000,
  }, async () => {
    let state = seed;
    const random = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state % below;
    };
    api.fail({ match: ({ path: asked }) => asked.startsWith('/api/v1/runs'), delayMs: 15, times: 1_000 });
    const before = new Map<string, unknown>();
    let killed = 0;
    for (let attempt = 0; attempt < 16; attempt += 1) {
      // Some before the first page is stored, most in the middle.
      const { signal } = await sync(killAfter(1 + random(5), random(25)));
      killed += signal === 'SIGKILL' ? 1 : 0;
      // Nothing that was stored is gone, and the file opens.
      const now = await stored();
      expect([...before.keys()].filter((id) => !now.has(id))).toEqual([]);
      for (const [id, status] of now) {
        before.set(id, status);
      }
      api.project.createRun('prod', { status: 'EXECUTING' });
      const open = api.project.runsOf('prod').filter(({ status }) => status === 'EXECUTING');
      api.project.updateRun(open[random(open.length)]?.id ?? '', { status: 'COMPLETED' });
    }
    expect(killed).toBeGreaterThanOrEqual(15);
    const last = await sync();
    expect([last.code, last.output]).toEqual([0, expect.stringContaining('"added"')]);
    expect(await stored()).toEqual(new Map(api.project.runsOf('prod').map(({ id, status }) => [id, status])));
  });

  it('keeps its checkpoint at Ctrl-C, ends with 130 and goes on from there', { timeout: 60_000 }, async () => {
    const [connection] = await openStore(path).then((store) => {
      const found = store.connections();
      store.reset(found[0]?.id ?? '', 'runs', ['Run']);
      store.close();
      return found;
    });
    const stopped = await sync((child) => {
      const start = api.requests.length;
      const watch = setInterval(() => {
        if (api.requests.length - start >= 12) {
          clearInterval(watch);
          child.kill('SIGINT');
        }
      }, 1);
    });
    expect([stopped.code, stopped.output]).toEqual([130, expect.stringContaining('"aborted"')]);
    const kept = (await stored()).size;
    expect(kept).toBeGreaterThan(100);
    const store = await openStore(path);
    expect(store.checkpoint(connection?.id ?? '', 'runs')).toMatchObject({
      version: 3,
      state1: expect.stringContaining('"prod"'),
    });
    store.close();
    const { output } = await sync();
    const { added } = JSON.parse(output) as { added: number };
    expect(added).toBe(api.project.runsOf('prod').length - kept);
  });
});
