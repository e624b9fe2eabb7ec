import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type EnvName,
  type FakeApi,
  type PublicTokenOptions,
  RUNS_END,
  signPublicToken,
  startFakeApi,
} from './index.js';

let api: FakeApi;
let now: number;

beforeEach(async () => {
  now = RUNS_END;
  api = await startFakeApi({ runs: 0, now: () => now, rateLimit: { enforce: true } });
});
afterEach(() => api.close());

const sign = (options: PublicTokenOptions, env: EnvName = 'prod'): Promise<string> =>
  signPublicToken(api.project, api.project.environment(env), options);

function ask(token: string, path = '/api/v1/runs', init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) };
  return fetch(api.url + path, { ...init, headers });
}

const trigger = (token: string, task = 'hello-task', options: object = {}): Promise<Response> =>
  ask(token, `/api/v1/tasks/${task}/trigger`, { method: 'POST', body: JSON.stringify({ options }) });

describe('public tokens', () => {
  it('read until they expire', async () => {
    const token = await sign({ scopes: ['read:runs'], expiresInSeconds: 60 });
    expect((await ask(token)).status).toBe(200);
    now += 60_000;
    const late = await ask(token);
    expect([late.status, await late.json()]).toEqual([401, { error: 'Public Access Token is invalid' }]);
  });

  it('stand for the branch they were signed for, whatever branch is asked for', async () => {
    const { id } = api.project.createRun('preview:feature/one');
    const token = await sign({ scopes: ['read:runs'] }, 'preview:feature/one');
    const answer = await ask(token, '/api/v1/runs', { headers: { 'x-trigger-branch': 'no-such-branch' } });
    expect(await answer.json()).toMatchObject({ data: [{ id, env: { name: 'preview-featureone' } }] });
  });

  it('are no keys where only keys will do', async () => {
    const token = await sign({ scopes: ['admin'] });
    const { id } = api.project.createRun('prod', { status: 'DELAYED' });
    const post = { method: 'POST', body: '{"delay":"2h"}' };
    expect((await ask(token, `/api/v1/runs/${id}/reschedule`, post)).status).toBe(401);
    expect((await ask(token, `/api/v1/runs/${id}/replay`, post)).status).toBe(401);
    expect((await ask(token, `/api/v2/runs/${id}/cancel`, post)).status).toBe(200);
    expect(api.project.run(id)?.status).toBe('CANCELED');
  });

  it('trigger once when they are for one use, and are not spent by a refusal', async () => {
    const once = await sign({ scopes: ['trigger:tasks:hello-task'], oneTime: true });
    expect((await trigger(once, 'other-task')).status).toBe(403);
    expect((await trigger(once, 'hello-task', { tags: Array.from({ length: 11 }, String) })).status).toBe(422);
    expect((await trigger(once, 'hello-task', { idempotencyKey: 'k' })).status).toBe(200);
    expect(await (await trigger(once, 'hello-task', { idempotencyKey: 'k' })).json()).toMatchObject({ isCached: true });
    const again = await trigger(once);
    expect([again.status, await again.json()]).toEqual([
      422,
      { error: 'Cannot trigger hello-task with a one-time use token as it has already been used.' },
    ]);
  });

  // As recorded (07-trigger/354 to 360, 08-batch/382 to 384): the mark that a token was used is kept by environment.
  it('for one use are all spent with the first of their environment, each kind of use by itself', async () => {
    const scopes = ['trigger:tasks:hello-task', 'batchTrigger:tasks'];
    const [first, second] = [await sign({ scopes, oneTime: true }), await sign({ scopes, oneTime: true })];
    const elsewhere = await sign({ scopes, oneTime: true }, 'stg');
    const lasting = await sign({ scopes });
    const batch = async (token: string): Promise<[number, unknown]> => {
      const answer = await ask(token, '/api/v2/tasks/batch', {
        method: 'POST',
        body: JSON.stringify({ items: [{ task: 'hello-task', payload: 1 }] }),
      });
      return [answer.status, ((await answer.json()) as { error?: string }).error];
    };
    expect((await trigger(first)).status).toBe(200);
    expect((await trigger(second)).status).toBe(422);
    expect((await trigger(elsewhere)).status).toBe(200);
    expect((await trigger(lasting)).status).toBe(200);
    expect(await batch(second)).toEqual([202, undefined]);
    expect(await batch(first)).toEqual([
      422,
      'Cannot batch trigger with a one-time use token as it has already been used.',
    ]);
    expect((await batch(lasting))[0]).toBe(202);
  });

  it('for one batch are not spent by what is refused for another reason', async () => {
    const once = await sign({ scopes: ['batchTrigger:tasks'], oneTime: true });
    const open = (body: object): Promise<Response> =>
      ask(once, '/api/v3/batches', { method: 'POST', body: JSON.stringify(body) });
    expect((await open({ runCount: 0 })).status).toBe(400);
    expect((await open({ runCount: 1001 })).status).toBe(400);
    expect((await open({ runCount: 1 })).status).toBe(202);
    expect((await open({ runCount: 1 })).status).toBe(422);
  });

  it('may ask 60 times a minute, each', async () => {
    const [token, other] = [await sign({ scopes: ['read:runs'] }), await sign({ scopes: ['read:all'] })];
    for (let left = 59; left >= 0; left -= 1) {
      expect((await ask(token, '/api/v1/runs?page[size]=1')).headers.get('x-ratelimit-remaining')).toBe(String(left));
    }
    expect((await ask(token)).status).toBe(429);
    expect((await ask(other)).status).toBe(200);
    now += 60_000;
    expect((await ask(token)).status).toBe(200);
  });
});
