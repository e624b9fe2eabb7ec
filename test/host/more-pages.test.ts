import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { actionCatalogue } from '../../src/host/catalogue.js';
import { inputOf } from '../../src/host/http/try-routes.js';
import { runsChart } from '../../src/host/pages/chart.js';
import { type Connected, connectedHost } from './connected.js';

let connected = {} as Connected;

beforeAll(async () => {
  connected = await connectedHost({ runs: 300 });
  await connected.host.runSync(connected.id, 'runs');
});

afterAll(() => connected.close());

async function page(path: string, form?: Record<string, string>) {
  const response = await fetch(`${connected.server.url}${path}`, {
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
  });
  return { status: response.status, text: await response.text() };
}

describe('the chart of runs', () => {
  const of = (...counts: [string, string, number][]) =>
    String(runsChart(counts.map(([day, status, runs]) => ({ day, status, runs }))));

  it('draws each day between the first and the last, and says the sums in words', () => {
    const chart = of(
      ['2026-01-01', 'COMPLETED', 3],
      ['2026-01-03', 'FAILED', 1],
      ['2026-01-03', 'EXECUTING', 2],
      ['2026-01-03', 'EXPIRED', 1],
    );
    expect(chart).toContain(
      'aria-label="Runs by day of creation, 2026-01-01 to 2026-01-03: 3 completed, 1 failed, 1 canceled or expired, 2 open"',
    );
    expect(chart.match(/<rect/g)).toHaveLength(4);
    expect(chart).toContain('2026-01-03: 2 open');
  });

  it('shows thirty days at most, a status it does not know as open, and nothing for nothing', () => {
    const chart = of(['2026-01-01', 'COMPLETED', 1], ['2026-06-30', 'SOMETHING_NEW', 5]);
    expect(chart).toContain('2026-06-01 to 2026-06-30: 0 completed, 0 failed, 0 canceled or expired, 5 open');
    expect(String(runsChart([]))).toBe('');
  });
});

describe('records', () => {
  it('are filtered by status, and drawn by day', async () => {
    const all = await page('/records');
    expect(all.text).toContain('role="img"');
    const failed = await page(`/records?connection=${connected.id}&status=FAILED`);
    const shown = failed.text.match(/<td class="[A-Z_]+">/g) ?? [];
    expect(shown.length).toBeGreaterThan(0);
    expect(new Set(shown)).toEqual(new Set(['<td class="FAILED">']));
    expect((await page(`/records?status=${encodeURIComponent("' OR 1=1")}`)).status).toBe(200);
  });
});

describe('actions as forms', () => {
  it('take what their schema says', async () => {
    const entries = await actionCatalogue();
    const entry = (name: string) => {
      const found = entries.find((known) => known.name === name);
      expect(found).toBeDefined();
      return found as NonNullable<typeof found>;
    };
    expect(inputOf(entry('list-runs'), { limit: '5', tag: '', status: '["FAILED"]' })).toEqual({
      limit: 5,
      status: ['FAILED'],
    });
    expect(inputOf(entry('trigger-task'), { taskId: '42', payload: '{"a":1}', options: 'no json' })).toEqual({
      taskId: '42',
      payload: { a: 1 },
      options: 'no json',
    });
  });

  it('run, show what came out, and say what is wrong beside what was typed', async () => {
    expect((await page('/try')).text).toContain('/try/trigger-task');
    expect((await page('/try/list-runs')).text).toContain('id="field-limit"');
    const good = await page('/try/list-runs', { connection: connected.id, 'field-limit': '1' });
    expect([good.status, good.text]).toEqual([200, expect.stringContaining('taskIdentifier')]);
    const bad = await page('/try/get-run', { connection: connected.id, 'field-runId': '<script>..' });
    expect([bad.status, bad.text]).toEqual([422, expect.stringContaining('(input_invalid)')]);
    expect(bad.text).toContain('value="&lt;script&gt;..');
    expect((await page('/try/list-projects')).text).toContain('No connection may call it');
    expect((await page('/try/unknown')).status).toBe(404);
    expect((await page('/try/list-runs', { connection: 'nobody' })).status).toBe(422);
  });
});

describe('logs', () => {
  it('show what ran and what it said, and ask again while it runs', async () => {
    const list = await page('/logs');
    const [, id = ''] = /href="\/logs\/([0-9a-f-]{36})"/.exec(list.text) ?? [];
    expect((await page(`/logs/${id}`)).text).toMatch(/It said nothing|class="log"/);
    const execution = connected.host.store.executions.begin(connected.id, 'sync', 'runs');
    execution.log('waits for <b>the limit</b>');
    const running = await page(`/logs/${execution.id}`);
    expect(running.text).toContain('http-equiv="refresh" content="2"');
    expect(running.text).toContain('waits for &lt;b&gt;the limit');
    execution.finish(null);
    await vi.waitFor(async () =>
      expect((await page(`/logs/${execution.id}`)).text).not.toContain('http-equiv="refresh"'),
    );
    expect((await page('/logs/unknown')).status).toBe(404);
  });
});
