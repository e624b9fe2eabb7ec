import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connected, connectedHost } from '../host/connected.js';
import { runNode } from '../setup/run-process.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
// The CLI compiles into its project; a copy leaves what the package ships as it is.
const copy = mkdtempSync(join(tmpdir(), 'dryrun-'));
const apiKey = randomUUID();
let { api, close, host, id, server } = {} as Connected;

beforeAll(async () => {
  mkdirSync(copy, { recursive: true });
  cpSync(join(root, 'integrations'), join(copy, 'integrations'), { recursive: true });
  // Each dry run compiles all that is imported.
  const used = [
    'syncs/runs',
    'syncs/schedules',
    'syncs/env-vars',
    'syncs/sessions',
    'actions/list-runs',
    'actions/get-run',
  ];
  const imports = used.map((name) => `import './trigger-dev/${name}.js';\n`).join('');
  writeFileSync(join(copy, 'integrations/index.ts'), imports);
  writeFileSync(join(copy, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  for (const name of ['src', 'node_modules']) {
    symlinkSync(join(root, name), join(copy, name));
  }
  ({ api, host, id, server, close } = await connectedHost({ runs: 600, apiKey }));
});

afterAll(async () => {
  await close();
  rmSync(copy, { recursive: true, force: true });
});

/** `nango dryrun`, as somebody types it whose Nango is the local host. */
function dryrun(name: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
  const cli = join(root, 'node_modules/nango/dist/index.js');
  return runNode([cli, 'dryrun', name, id, '-e', 'dev', '--validate', '--auto-confirm', ...args], {
    cwd: join(copy, 'integrations'),
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: copy,
      CI: 'true',
      NO_COLOR: '1',
      NANGO_CLI_TELEMETRY: 'false',
      NANGO_HOSTPORT: server.url,
      NANGO_SECRET_KEY_DEV: apiKey,
    },
  });
}

const listed = () => api.requests.filter(({ path }) => path.startsWith('/api/v1/runs?'));

describe('nango dryrun against the local host', () => {
  it('runs the sync of runs, its records checked by Nango', async () => {
    const { code, output } = await dryrun('runs');
    const saved = new Set(output.match(/(?<="id": ")run_\w+/g));
    expect(saved).toEqual(new Set(api.project.runsOf('prod').map((run) => run.id)));
    expect(code).toBe(0);
    expect(output).not.toContain(api.project.keys['root:prod']);
  });

  it('goes on from a checkpoint of an earlier sync', async () => {
    const stop = new AbortController();
    const stopped = host.runSync(id, 'runs', {
      signal: stop.signal,
      onProgress: ({ counts }) => counts.added >= 300 && stop.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
    const checkpoint = JSON.stringify(host.store.checkpoint(id, 'runs'));
    const before = listed().length;
    const { output } = await dryrun('runs', '--checkpoint', checkpoint);
    expect(output).toContain('"added":');
    const [first] = listed().slice(before);
    expect(first?.path).toContain('page%5Bafter%5D=');
  });

  it('takes metadata', async () => {
    const before = listed().length;
    await dryrun('runs', '--metadata', '{"tasks":["hello-task"]}');
    const asked = listed().slice(before);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.every(({ path }) => path.includes('filter%5BtaskIdentifier%5D=hello-task'))).toBe(true);
  });

  it.each(['schedules', 'env-vars', 'sessions'])('runs the sync %s', async (name) => {
    api.project.sessions.add('prod', { taskIdentifier: 'chat-agent' });
    const { code, output } = await dryrun(name);
    expect([code, output]).toEqual([0, expect.stringMatching(/"added": [1-9]/)]);
  });

  it('runs an action, and shows how one fails', async () => {
    const good = await dryrun('list-runs', '--input', '{"limit":1}');
    expect([good.code, good.output]).toEqual([0, expect.stringContaining('"taskIdentifier"')]);
    const bad = await dryrun('get-run', '--input', '{"runId":"run_missing"}');
    expect([bad.code, bad.output]).toEqual([12, expect.stringContaining('not_found')]);
  });
});
