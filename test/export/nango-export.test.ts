import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import { connectedHost } from '../host/connected.js';
import { runNode } from '../setup/run-process.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const project = mkdtempSync(join(tmpdir(), 'nango-project-'));

const inProject = (path: string) => join(project, path);

const ownAction = `import { createAction } from 'nango';
import * as z from 'zod';

const action = createAction({
  description: 'An action of the customer.',
  version: '1.0.0',
  input: z.object({ name: z.string() }),
  output: z.object({ greeting: z.string() }),
  exec: async (_nango, { name }) => ({ greeting: name }),
});

export default action;
`;

/** A project as `nango init` leaves it, with a function of its own; only Nango's packages can be found from there. */
function createProject(): void {
  for (const folder of ['.nango', 'own/actions', 'node_modules']) {
    mkdirSync(inProject(folder), { recursive: true });
  }
  const packages = { nango: '0.71.10', zod: '4.3.6', vitest: '4.1.9' };
  const manifest = { name: 'nango-integrations', private: true, type: 'module', devDependencies: packages };
  writeFileSync(inProject('package.json'), JSON.stringify(manifest));
  writeFileSync(inProject('index.ts'), "import './own/actions/greet.js';\n");
  writeFileSync(inProject('own/actions/greet.ts'), ownAction);
  for (const name of [...Object.keys(packages), '@types']) {
    symlinkSync(join(root, 'node_modules', name), inProject(`node_modules/${name}`));
  }
}

async function exportInto(...flags: string[]): Promise<{ kept: string[]; added: string[] }> {
  let stdout = '';
  const exit = await main(['export', project, '--json', ...flags], {
    env: {},
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: () => undefined },
    readStdin: async () => '',
    signal: new AbortController().signal,
  });
  expect(exit).toBe(0);
  return JSON.parse(stdout) as { kept: string[]; added: string[] };
}

function run(script: string, args: readonly string[]) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:VITEST|VITE_|NODE_ENV)/.test(name)),
  );
  return runNode([join(root, 'node_modules', script), ...args], {
    cwd: project,
    env: { ...env, CI: 'true', NANGO_CLI_TELEMETRY: 'false', NO_COLOR: '1' },
  });
}

beforeAll(createProject);
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe('an export into a Nango project of its own', { timeout: 240_000 }, () => {
  const names = (kind: string) => readdirSync(join(root, 'integrations/trigger-dev', kind));
  const functions = [...names('actions'), ...names('syncs'), ...names('on-events')];

  it('compiles there with Nango’s own CLI, beside the functions that were there', async () => {
    await exportInto();
    const { code, output } = await run('nango/dist/index.js', ['compile']);
    expect([code, output]).toEqual([0, expect.stringContaining('Compiled')]);
    const compiled = readdirSync(inProject('build')).filter((name) => name.endsWith('.cjs'));
    expect(compiled).toContain('own_actions_greet.cjs');
    expect(compiled.filter((name) => name.startsWith('trigger-dev_'))).toHaveLength(functions.length);
  });

  it('passes its own tests there, over Nango’s mocks', async () => {
    const { code, output } = await run('vitest/vitest.mjs', ['run', 'trigger-dev']);
    expect([code, output]).toEqual([0, expect.stringMatching(new RegExp(`Test Files +${functions.length} passed`))]);
  });

  it('runs in the local host, compiled there', async () => {
    const { api, close, host, id } = await connectedHost({ runs: 60, functions: inProject('build') });
    const started = (await host.runAction(id, 'trigger-task', { taskId: 'hello-task' })) as { id: string };
    expect(await host.runAction(id, 'get-run', { runId: started.id })).toMatchObject({ taskIdentifier: 'hello-task' });
    expect(await host.runSync(id, 'runs')).toMatchObject({ added: api.project.runsOf('prod').length });
    await close();
  });

  it('stays the customer’s: what was changed there is kept, and index.ts left alone', async () => {
    const changed = 'trigger-dev/actions/list-runs.ts';
    appendFileSync(inProject(changed), '// Reviewed.\n');
    const index = readFileSync(inProject('index.ts'), 'utf8');
    expect(await exportInto()).toMatchObject({ kept: [changed], added: [] });
    expect(readFileSync(inProject('index.ts'), 'utf8')).toBe(index);
    expect(readFileSync(inProject(changed), 'utf8')).toContain('// Reviewed.');
  });
});
