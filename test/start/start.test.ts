import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/host/index.js';
import { type FakeApi, startFakeApi } from '../fake-api/index.js';
import { runNode } from '../setup/run-process.js';

const script = fileURLToPath(new URL('./start.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'start-'));
const path = join(folder, 'store.db');
let api: FakeApi;

beforeAll(async () => {
  api = await startFakeApi({ runs: 2_000 });
});

afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The pass of `npm start -- --once`, on a project of our own instead of the user's. */
function start(
  argv: string[] = [],
  onSpawn: (child: ChildProcess) => void = () => undefined,
  more: Record<string, string> = {},
) {
  const { TRIGGER_ACCESS_TOKEN: _token, TRIGGER_PREVIEW_BRANCH: _branch, ...env } = process.env;
  return runNode(['--import', 'tsx', script, '--once', '--port', '0', ...argv], {
    env: {
      ...env,
      NO_COLOR: '1',
      TRIGGER_API_URL: api.url,
      TRIGGER_SECRET_KEY: api.project.keys['root:prod'],
      TRIGGER_CONNECTOR_STORE: path,
      ...more,
    },
    onSpawn,
  });
}

async function storedIds(): Promise<string[]> {
  const store = await openStore(path);
  const [connection] = store.connections();
  const records = connection === undefined ? [] : store.changedRecords(connection.id, 'Run', { limit: 10_000 });
  store.close();
  return records.map(({ body }) => String(body['id'])).sort();
}

const serverIds = () =>
  api.project
    .runsOf('prod')
    .map(({ id }) => id)
    .sort();

/** What differs from run to run: times, ids, ports, and how many windows the first sync was split into. */
const settled = (text: string) =>
  text
    .replace(/in \d+ ms/g, 'in … ms')
    .replace(/\brun_\w+/g, 'run_…')
    .replace(/\bprod-[0-9a-f]{10}\b/g, 'prod-…')
    .replace(/(?<=Bearer )[0-9a-f-]{36}/, '…')
    .replace(/(?<=127\.0\.0\.1:)\d+/g, '…')
    // The refused call sent nothing: both figures are the same.
    .replace(/(\d+) before, \1 after/, '… before, as many after')
    .trim();

describe('npm start -- --once', () => {
  it('prints what the README shows', async () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const shown = /```text\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    const fresh = { TRIGGER_SECRET_KEY: '', TRIGGER_API_URL: '', TRIGGER_CONNECTOR_STORE: join(folder, 'readme.db') };
    const { code, output } = await start([], undefined, fresh);
    expect(code).toBe(0);
    expect(settled(output)).toBe(settled(shown));
  });

  it('killed during the sync and started again, ends with the same record set', async () => {
    const lists = () => api.requests.filter(({ path: asked }) => asked.startsWith('/api/v1/runs')).length;
    api.fail({ match: (request) => request.path.startsWith('/api/v1/runs'), delayMs: 60, times: 30 });
    const killed = await start([], (child) => {
      const watch = setInterval(() => {
        if (lists() > 8) {
          clearInterval(watch);
          child.kill('SIGKILL');
        }
      }, 5);
    });
    expect(killed.code).toBeNull();
    const kept = (await storedIds()).length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(serverIds().length);

    const again = await start();
    expect(again).toMatchObject({ code: 0, output: expect.stringContaining('3. Sync runs') });
    expect(await storedIds()).toEqual(serverIds());
    // It went on where it was: what was stored before was not read once more.
    expect(again.output).toMatch(new RegExp(`${serverIds().length - kept} added, 0 updated, \\d{1,3} unchanged`));
  });

  it('reports the records as unchanged the next time, and only reads without --task', async () => {
    const before = api.requests.length;
    const { output } = await start();
    expect(output).toMatch(/✓ 0 added, 0 updated, \d+ unchanged/);
    expect(output).toContain('only read');
    expect(api.requests.slice(before).every(({ method }) => method === 'GET')).toBe(true);
  });

  it('triggers the task that is named, and shows its run arriving', async () => {
    const { output } = await start(['--task', 'hello-task']);
    expect(output).toMatch(/trigger-task hello-task: (run_\w+)\n {2}✓ 1 added, 0 updated, \d+ unchanged in \d+ ms/);
    expect(output).toMatch(/✓ run_\w+ arrived as an added record/);
    expect(output).toMatch(/runs\.retrieve cannot be called with a personal access token.*endpoint_not_allowed/);
    expect(output).toMatch(/projectRef: .*\(project_ref_required\)/);
    for (const key of Object.values(api.project.keys)) {
      expect(output).not.toContain(key.slice(-12));
    }
  });
});
