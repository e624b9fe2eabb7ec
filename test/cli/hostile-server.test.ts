import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../../src/cli/main.js';
import { httpServer } from '../client/loopback.js';
import { keys } from '../connection/cases.js';
import { obeyedIn } from '../host/hidden-ranges.js';
import { runCli } from './run-cli.js';

/** Clears the screen, sets the title, colours by C1, turns text around, ends lines, and hides. */
const hostile =
  'x\u001b[2J\u001b]0;owned\u0007\u009b31m\u007f\u202eabc\u2066d\u2028\u2029\u200be\ufefff\u{e0041}\u0085g\r\nforged\tcell';

const time = '2026-01-31T09:30:00.000Z';
const projectRef = `proj_${'test'.repeat(5)}`;

const run = {
  id: `run_${hostile}`,
  taskIdentifier: hostile,
  status: 'COMPLETED',
  createdAt: time,
  updatedAt: time,
  isTest: false,
  tags: [hostile],
  costInCents: 0,
  baseCostInCents: 0,
  durationMs: 1,
  env: { id: 'e', name: hostile },
};

const environment = (slug: string) => ({ id: hostile, slug, type: 'PRODUCTION', isBranchableEnvironment: false });

/** A Trigger.dev server that fails, or one that works; each with such texts wherever there can be one. */
async function hostileApi(fails: boolean) {
  const { url } = await httpServer((response, { target }) => {
    response.setHeader('content-type', 'application/json');
    const body = target.includes('/envvars')
      ? [{ name: hostile, value: hostile, isSecret: false }]
      : target.includes('/environments')
        ? [environment('prod'), environment(hostile)]
        : target.includes('/whoami')
          ? { project: { externalRef: projectRef } }
          : { data: target.includes('/runs') ? [run] : [], pagination: {} };
    if (fails) {
      response.writeHead(400).end(JSON.stringify({ error: hostile, details: [{ path: [hostile], message: hostile }] }));
    } else {
      response.end(JSON.stringify(body));
    }
  });
  return url;
}

function folder() {
  const path = mkdtempSync(join(tmpdir(), 'hostile-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const withKey = (url: string, store: string) => ({
  TRIGGER_API_URL: url,
  TRIGGER_SECRET_KEY: keys.prod,
  TRIGGER_CONNECTOR_STORE: store,
});

const linesOf = (text: string) => text.split('\n').slice(0, -1);

describe('the texts of a server', () => {
  it.each([
    ['connect', ['connect']],
    ['sync', ['sync', 'runs']],
    ['action', ['action', 'list-runs', '--input', '{}']],
    ['action with one id', ['action', 'get-run', '--input', '{"runId":"run_a"}']],
  ])('in an error of %s are one line that no terminal obeys, and are the same in JSON', async (_, argv) => {
    const env = withKey(await hostileApi(true), ':memory:');
    const { exit, stderr, stdout } = await runCli(argv, env);
    expect(exit).toBeGreaterThan(0);
    expect(stdout).toBe('');
    expect(obeyedIn(stderr)).toEqual([]);
    expect(stderr).toContain('x\\u001b[2J\\u001b]0;owned\\u0007\\u009b31m');
    expect(linesOf(stderr)).toHaveLength(1);
    const json = await runCli([...argv, '--json'], env);
    expect(obeyedIn(json.stdout)).toEqual([]);
    expect(linesOf(json.stdout)).toHaveLength(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      error: { message: expect.stringContaining('x\u001b[2J\u001b]0;owned\u0007\u009b31m') },
    });
  });

  it('are names, ids and values in what sync, records, actions and logs print', async () => {
    const env = withKey(await hostileApi(false), join(folder(), 'store.db'));
    const project = ['--project-ref', projectRef];
    const said: { argv: string[]; json: boolean; text: string; stdout: string }[] = [];
    for (const argv of [
      ['sync', 'runs'],
      ['sync', 'env-vars'],
      ['sync', 'schedules'],
      ['records', 'runs'],
      ['records', 'env-vars'],
      ['action', 'list-runs'],
      ['action', 'list-env-vars'],
      ['logs'],
    ]) {
      for (const more of [[], ['--json']]) {
        const { stderr, stdout } = await runCli(
          [...argv, ...(argv[0] === 'sync' || argv[0] === 'action' ? project : []), ...more],
          env,
        );
        said.push({ argv, json: more.length > 0, text: `${stdout}${stderr}`, stdout });
      }
    }
    expect(said.filter(({ text }) => obeyedIn(text).length > 0).map(({ argv }) => argv)).toEqual([]);
    const of = (json: boolean, ...argv: string[]) =>
      said.find((one) => one.json === json && argv.every((word, index) => one.argv[index] === word))?.stdout ?? '';
    expect(linesOf(of(false, 'records', 'runs'))).toHaveLength(1);
    expect(of(false, 'records', 'runs').split('\t')).toHaveLength(6);
    expect(JSON.parse(of(true, 'records', 'runs'))).toMatchObject({
      records: [{ id: run.id, taskIdentifier: hostile, tags: [hostile] }],
    });
    expect(JSON.parse(of(true, 'action', 'list-runs'))).toMatchObject({ data: [{ id: run.id }] });
    expect(JSON.parse(of(false, 'action', 'list-runs'))).toMatchObject({ data: [{ id: run.id }] });
  });

  it('are environments that connect lists', async () => {
    const env = {
      TRIGGER_API_URL: await hostileApi(false),
      TRIGGER_ACCESS_TOKEN: keys.pat,
      TRIGGER_ENVIRONMENT: 'prod',
    };
    const { stderr, stdout } = await runCli(['connect', '--project-ref', projectRef], env);
    expect(`${stdout}${stderr}`).toContain('\\u001b[2J');
    expect(obeyedIn(`${stdout}${stderr}`)).toEqual([]);
  });

  it('are no more in the progress and the log of a terminal', async () => {
    const output = { stdout: '', stderr: '' };
    const stop = new AbortController();
    const stream = (name: keyof typeof output) => ({
      isTTY: true,
      columns: 300,
      write: (text: string) => {
        output[name] += text;
      },
    });
    const surroundings = { stdout: stream('stdout'), stderr: stream('stderr'), readStdin: async () => '' };
    const env = withKey(await hostileApi(false), ':memory:');
    await main(['sync', 'runs'], { ...surroundings, env, signal: stop.signal });
    const apiKey = crypto.randomUUID();
    const serving = main(['serve', '--port', '0', '--log', 'pretty'], {
      ...surroundings,
      env: {
        TRIGGER_CONNECTOR_STORE: join(folder(), 'store.db'),
        TRIGGER_CONNECTOR_API_KEY: apiKey,
        TRIGGER_CONNECTOR_ALLOW_HTTP: 'true',
        TRIGGER_CONNECTOR_ALLOW_PRIVATE_HOSTS: 'true',
      },
      signal: stop.signal,
    });
    await expect.poll(() => /http:\S+/.test(output.stdout), { timeout: 20_000 }).toBe(true);
    const url = /http:\/\/[\d.:]+/.exec(output.stdout)?.[0] ?? '';
    await fetch(`${url}/${encodeURIComponent(hostile)}`, {
      headers: { authorization: `Bearer ${hostile.slice(0, 1)}` },
    });
    await expect.poll(() => output.stderr, { timeout: 20_000 }).toContain('request');
    stop.abort();
    await serving;
    // Its own: clearing the line of the progress, and colours.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    const text = `${output.stdout}${output.stderr}`.replace(/\r\x1b\[2K|\x1b\[\d+m/g, '');
    expect(obeyedIn(text)).toEqual([]);
  });

  it('are those of a Nango that connections are moved from', async () => {
    const { url } = await httpServer((response, { target }) => {
      response.setHeader('content-type', 'application/json');
      if (target.startsWith('/integrations/')) {
        response.end(JSON.stringify({ data: { provider: 'trigger-dev' } }));
      } else if (target.startsWith('/providers/')) {
        const config = { baseUrl: {}, projectRef: {}, environment: {}, triggerBranch: {} };
        response.end(JSON.stringify({ data: { connection_config: config } }));
      } else if (target.startsWith('/connections?')) {
        response.end(JSON.stringify({ connections: [{ connection_id: hostile }] }));
      } else {
        response.writeHead(400).end(JSON.stringify({ error: { code: hostile, message: hostile } }));
      }
    });
    const env = { TRIGGER_CONNECTOR_API_KEY: crypto.randomUUID(), NANGO_SECRET_KEY: crypto.randomUUID() };
    const argv = ['move', '--to', url, '--local', url, '--keep-running'];
    const { exit, stderr, stdout } = await runCli(argv, env);
    expect([exit, linesOf(stdout).length]).toEqual([1, 2]);
    expect(stdout).toContain('\\u001b[2J');
    expect(obeyedIn(`${stdout}${stderr}`)).toEqual([]);
    const json = await runCli([...argv, '--json'], env);
    expect(obeyedIn(`${json.stdout}${json.stderr}`)).toEqual([]);
    expect(JSON.parse(json.stdout)).toMatchObject({ connections: [{ id: hostile, outcome: 'refused' }] });
  });
});
