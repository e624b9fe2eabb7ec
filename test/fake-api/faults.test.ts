import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeApi, RUNS_END, rateLimitFault, startFakeApi } from './index.js';

let api: FakeApi;
let now: number;

beforeEach(async () => {
  now = RUNS_END;
  api = await startFakeApi({ now: () => now });
});
afterEach(() => api.close());

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = {
    authorization: `Bearer ${api.project.keys['root:prod']}`,
    ...(init.headers as Record<string, string>),
  };
  return fetch(api.url + path, { ...init, headers });
}

const trigger = (headers: Record<string, string> = {}, options: object = {}): Promise<Response> =>
  ask('/api/v1/tasks/hello-task/trigger', { method: 'POST', headers, body: JSON.stringify({ payload: 1, options }) });

describe('faults', () => {
  const count = (): number => api.project.runsOf('prod').length;

  it('answers with a scripted status, then as ever, and does nothing meanwhile', async () => {
    api.fail({ ...rateLimitFault(now + 500), times: 2, match: ({ method }) => method === 'POST' });
    expect((await ask('/api/v1/runs')).status).toBe(200);
    const limited = await trigger();
    expect(limited.status).toBe(429);
    expect(limited.headers.get('x-ratelimit-reset')).toBe(String(now + 500));
    expect((await trigger()).status).toBe(429);
    expect(count()).toBe(2930);
    expect((await trigger()).status).toBe(200);
  });

  it('drops a connection before anything happened', async () => {
    api.fail({ drop: 'before' });
    await expect(trigger()).rejects.toThrow();
    expect(count()).toBe(2930);
    expect(api.requests.length).toBe(1);
  });

  it('drops a connection after the run was created; a re-send finds it', async () => {
    const headers = { 'x-trigger-request-idempotency-key': 'lost' };
    api.fail({ drop: 'after' });
    await expect(trigger(headers)).rejects.toThrow();
    expect(count()).toBe(2931);
    const newest = api.project.runsOf('prod').find(({ status, payload }) => status === 'QUEUED' && payload === 1);
    expect(await (await trigger(headers)).json()).toEqual({ id: newest?.id, isCached: false });
    expect(count()).toBe(2931);
  });

  it('handles and still lies about it', async () => {
    api.fail({ status: 502, body: 'bad gateway', handle: true });
    expect((await trigger()).status).toBe(502);
    expect(count()).toBe(2931);
  });

  it('truncates a body', async () => {
    api.fail({ drop: 'truncate' });
    const response = await ask('/api/v1/runs');
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  it('adds headers, delays, and closes promptly while delaying', async () => {
    api.fail({ headers: { 'x-ratelimit-remaining': '0' }, delayMs: 30 });
    const started = performance.now();
    expect((await ask('/api/v1/runs')).headers.get('x-ratelimit-remaining')).toBe('0');
    expect(performance.now() - started).toBeGreaterThanOrEqual(29);
    api.fail({ delayMs: 60_000 });
    const hanging = expect(ask('/api/v1/runs')).rejects.toThrow();
    while (api.requests.length < 2) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const closing = performance.now();
    await api.close();
    await hanging;
    expect(performance.now() - closing).toBeLessThan(5_000);
  });
});
