import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import { countsText, progressText } from '../../src/cli/sync-line.js';
import { createTerminal } from '../../src/cli/terminal.js';
import { openStore } from '../../src/host/index.js';
import { type FakeApi, startFakeApi } from '../fake-api/index.js';
import { runCli } from './run-cli.js';

let api: FakeApi;

beforeAll(async () => {
  api = await startFakeApi({ runs: 300 });
});

afterAll(() => api.close());

/** `sync … --watch`, stopped when `until` says so of what was printed. */
async function watch(argv: string[], until: (stdout: string) => boolean) {
  const stop = new AbortController();
  const output = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      output[name] += text;
      if (until(output.stdout)) {
        stop.abort();
      }
    },
  });
  const exit = await main(argv, {
    env: {
      TRIGGER_API_URL: api.url,
      TRIGGER_SECRET_KEY: api.project.keys['root:prod'],
      TRIGGER_CONNECTOR_STORE: ':memory:',
    },
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    readStdin: async () => '',
    signal: stop.signal,
  });
  return { exit, ...output };
}

const passes = (stdout: string) => stdout.match(/^runs: /gm)?.length ?? 0;

describe('sync --watch', () => {
  it('syncs again and again, shows what arrived, and ends with 130 at Ctrl-C', async () => {
    let triggered = false;
    const { exit, stdout } = await watch(['sync', 'runs', '--watch', '--every', '1'], (text) => {
      if (passes(text) === 1 && !triggered) {
        triggered = true;
        api.project.createRun('prod', { status: 'COMPLETED' });
      }
      return passes(text) === 2;
    });
    expect(exit).toBe(130);
    expect(stdout).toMatch(/\nruns: 1 added, 0 updated, \d+ unchanged in \d+ ms/);
  });

  const oddBody = '{"data":"?"}';
  it.each([
    {
      what: 'a refused request ends it',
      answer: { status: 400, body: '{"error":"no"}' },
      exit: 2,
      says: 'input_invalid',
    },
    {
      what: 'an answer that is none is waited out',
      answer: { status: 200, body: oddBody },
      exit: 130,
      says: 'invalid_response',
    },
  ])('$what', async ({ answer, exit, says }) => {
    let hasFailed = false;
    const watched = await watch(['sync', 'runs', '--watch', '--every', '1'], (text) => {
      if (passes(text) === 1 && !hasFailed) {
        hasFailed = true;
        api.fail({ match: ({ path }) => path.startsWith('/api/v1/runs'), ...answer });
      }
      return passes(text) === 2;
    });
    expect([watched.exit, watched.stderr]).toEqual([exit, expect.stringMatching(`^${says}: `)]);
  });
});

describe('while another process syncs', () => {
  it.each([
    { what: '--reset', argv: ['--reset'] },
    { what: '--metadata', argv: ['--metadata', '{"lookBackDays":1}'] },
    { what: 'both', argv: ['--reset', '--metadata', '{"lookBackDays":1}'] },
  ])('$what is refused and changes nothing', async ({ argv }) => {
    const folder = mkdtempSync(join(tmpdir(), 'sync-'));
    const path = join(folder, 'store.db');
    const env = {
      TRIGGER_API_URL: api.url,
      TRIGGER_SECRET_KEY: api.project.keys['root:prod'],
      TRIGGER_CONNECTOR_STORE: path,
    };
    await runCli(['sync', 'runs', '--metadata', '{"lookBackDays":7}'], env);
    const other = await openStore(path);
    try {
      const id = other.connections()[0]?.id ?? '';
      const kept = () => [other.countRecords(id, 'Run'), other.checkpoint(id, 'runs'), other.metadata(id)];
      const before = kept();
      expect(before).toEqual([expect.any(Number), expect.any(Object), { lookBackDays: 7 }]);
      expect(before[0]).toBeGreaterThan(0);
      const release = other.acquireWriter();
      const refused = await runCli(['sync', 'runs', ...argv], env);
      expect([refused.exit, refused.stderr]).toEqual([expect.any(Number), expect.stringContaining('store_locked')]);
      expect(refused.exit).not.toBe(0);
      expect(kept()).toEqual(before);
      release();
      expect(await runCli(['sync', 'runs', ...argv], env)).toMatchObject({ exit: 0 });
      // Given back with the end of the command.
      other.acquireWriter()();
    } finally {
      other.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

it('keeps the metadata that was there where other is refused', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sync-'));
  const env = {
    TRIGGER_API_URL: api.url,
    TRIGGER_SECRET_KEY: api.project.keys['root:prod'],
    TRIGGER_CONNECTOR_STORE: join(folder, 'store.db'),
  };
  const sync = (...argv: string[]) => runCli(['sync', 'runs', ...argv], env);
  expect((await sync('--metadata', '{"lookBackDays":7}')).exit).toBe(0);
  const refused = await sync('--metadata', '{"lookBackDays":-1}');
  expect([refused.exit, refused.stderr]).toEqual([2, expect.stringContaining('metadata.lookBackDays')]);
  expect((await sync()).exit).toBe(0);
  const store = await openStore(env.TRIGGER_CONNECTOR_STORE);
  expect(store.metadata(store.connections()[0]?.id ?? '')).toEqual({ lookBackDays: 7 });
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the line of progress', () => {
  const counts = { added: 1_200, updated: 30, deleted: 4, unchanged: 0 };
  it.each([
    {
      what: 'all that is known',
      done: 0.25,
      remaining: 700,
      text: '1,234 records · 13 pages · limit 700/750 · about 3 s left',
    },
    {
      what: 'minutes',
      done: 0.005 + 0.03,
      remaining: 1,
      text: '1,234 records · 13 pages · limit 1/750 · about 28 s left',
    },
    { what: 'no guess at the start', done: 0.01, remaining: 1, text: '1,234 records · 13 pages · limit 1/750' },
    { what: 'no guess at the end', done: 1, remaining: 1, text: '1,234 records · 13 pages · limit 1/750' },
  ])('shows $what', ({ done, remaining, text }) => {
    const state = { counts, pages: 13, done, rateLimit: { limit: 750, remaining }, message: undefined };
    expect(progressText(state, 1_000)).toBe(text);
  });

  it('shows what the sync waits for, and less where less is known', () => {
    const state = { counts, pages: 1, done: undefined, rateLimit: undefined, message: 'waiting' };
    expect(progressText(state, 1_000)).toBe('1,234 records · 1 page · waiting');
    expect(countsText(counts)).toBe('1200 added, 30 updated, 4 deleted, 0 unchanged');
    expect(countsText({ ...counts, deleted: 0 })).toBe('1200 added, 30 updated, 0 unchanged');
  });

  it('stands beside a bar that fills, or moves where nobody knows how far it is', () => {
    const lines: string[] = [];
    const stream = { isTTY: true, columns: 80, write: (text: string) => lines.push(text) };
    const progress = createTerminal(stream, { NO_COLOR: '1' }).progress();
    progress.update('half', 0.5);
    progress.update('unknown');
    const filled = (line = '') => line.match(/█/g)?.length;
    expect([filled(lines[0]), filled(lines[1])]).toEqual([12, 2]);
  });
});
