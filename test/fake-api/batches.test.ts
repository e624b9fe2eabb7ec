import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FakeApi, RUNS_END, startFakeApi } from './index.js';

let api: FakeApi;

beforeEach(async () => {
  api = await startFakeApi({ runs: 0, now: () => RUNS_END });
});
afterEach(() => api.close());

async function ask(path: string, body?: string, type = 'application/json'): Promise<{ status: number; body: unknown }> {
  const headers = { authorization: `Bearer ${api.project.keys['root:prod']}`, 'content-type': type };
  const response = await fetch(api.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers,
    body: body ?? null,
  });
  return { status: response.status, body: await response.json() };
}

const lines = (...items: object[]): string => items.map((item) => `${JSON.stringify(item)}\n`).join('');

async function open(runCount: number, idempotencyKey?: string): Promise<string> {
  const { body } = await ask('/api/v3/batches', JSON.stringify({ runCount, idempotencyKey }));
  return (body as { id: string }).id;
}

const send = (id: string, ...items: object[]): Promise<{ status: number; body: unknown }> =>
  ask(`/api/v3/batches/${id}/items`, lines(...items), 'application/x-ndjson');

it('takes items until all have come, each once', async () => {
  const id = await open(3);
  const first = { index: 0, task: 'hello-task', payload: 1 };
  const second = { index: 1, task: 'no-such-task' };
  expect((await send(id, first, second)).body).toMatchObject({ itemsAccepted: 2, sealed: false, enqueuedCount: 2 });
  const rest = await send(id, first, second, { index: 2, task: 'hello-task' });
  expect(rest.body).toMatchObject({ itemsAccepted: 1, itemsDeduplicated: 2, sealed: true });
  expect((await send(id, first)).status).toBe(422);
  expect(api.project.runsOf('prod').length).toBe(3);
  expect(api.project.runsOf('prod').every(({ batchId }) => batchId === id)).toBe(true);
});

it('creates nothing of lines that are wrong', async () => {
  const id = await open(2);
  const answers = await Promise.all([
    send(id, { index: 2, task: 'hello-task' }),
    send(id, { index: 0 }),
    ask(`/api/v3/batches/${id}/items`, '{"index":0,', 'application/x-ndjson'),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([422, 422, 400]);
  expect(api.project.runsOf('prod')).toEqual([]);
});

it('is complete once every run has ended', async () => {
  const id = await open(1);
  await send(id, { index: 0, task: 'hello-task' });
  const [run] = api.project.runsOf('prod');
  expect((await ask(`/api/v2/batches/${id}`)).body).toMatchObject({ status: 'PENDING', runs: [run?.id] });
  api.project.updateRun(run?.id ?? '', { status: 'FAILED' });
  expect((await ask(`/api/v2/batches/${id}`)).body).toMatchObject({ status: 'COMPLETED', processing: { errors: [] } });
});

it('opens one batch for one idempotency key', async () => {
  await open(1, 'k');
  expect((await ask('/api/v3/batches', '{"runCount":1,"idempotencyKey":"k"}')).status).toBe(422);
});
