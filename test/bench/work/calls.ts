import { nangoPeer } from './nango.js';
import { type Job, loadOurs, loadSdk, loadUndici, originOf, passes, secretKey, type Work } from './peer.js';

type Call = () => Promise<{ readonly id: string }>;
interface Calls {
  readonly retrieve: Call;
  readonly trigger: Call;
}

const runId = 'run_cm1benchbenchbenchbenchru';
const payload = { order: 1, customer: 'user:123' };

async function ours(job: Job): Promise<Calls> {
  const { TriggerClient } = await loadOurs();
  const { runs, tasks } = new TriggerClient({ secretKey, baseURL: originOf(job) });
  return { retrieve: () => runs.retrieve(runId), trigger: () => tasks.trigger('send-invoice', payload) };
}

async function sdk(job: Job): Promise<Calls> {
  const { configure, runs, tasks } = await loadSdk();
  configure({ accessToken: secretKey, baseURL: originOf(job) });
  return { retrieve: () => runs.retrieve(runId), trigger: () => tasks.trigger('send-invoice', payload) };
}

async function undici(job: Job): Promise<Calls> {
  const { request } = await loadUndici();
  const headers = { authorization: `Bearer ${secretKey}`, accept: 'application/json' };
  const answered = async (path: string, options: object) => {
    const { body } = await request(`${originOf(job)}${path}`, { headers, ...options });
    return JSON.parse(await body.text()) as { id: string };
  };
  const post = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' } };
  return {
    retrieve: () => answered(`/api/v3/runs/${runId}`, {}),
    trigger: () =>
      answered('/api/v1/tasks/send-invoice/trigger', { ...post, body: JSON.stringify({ payload, options: {} }) }),
  };
}

async function nango(job: Job): Promise<Calls> {
  const peer = await nangoPeer(job);
  const trigger = { endpoint: '/api/v1/tasks/send-invoice/trigger', data: { payload, options: {} } };
  return {
    retrieve: async () => (await peer.get({ endpoint: `/api/v3/runs/${runId}` })).data as { id: string },
    trigger: async () => (await peer.post(trigger)).data as { id: string },
  };
}

const ways: Readonly<Record<string, (job: Job) => Promise<Calls>>> = { ours, undici, nango, sdk };

/** So many calls, of which as many as `atOnce` are under way. */
async function many(call: Call, count: number, atOnce: number): Promise<void> {
  let left = count;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left > 0) {
        left -= 1;
        const { id } = await call();
        if (id !== runId) {
          throw new Error(`Answered with ${id}.`);
        }
      }
    }),
  );
}

/** One call after the other, then 64 in flight, of one that reads and one that writes. */
export const calls: Work = async (job) => {
  const way = ways[job.peer];
  if (way === undefined) {
    throw new Error(`${job.peer} makes no calls.`);
  }
  const ready = await way(job);
  const figures: Record<string, number> = {};
  for (const name of ['retrieve', 'trigger'] as const) {
    for (const atOnce of [1, 64]) {
      const { warm, warmWall } = await passes(async () => () => many(ready[name], job.calls, atOnce));
      figures[`${name}${atOnce}.cpu`] = warm;
      figures[`${name}${atOnce}.perSecond`] = job.calls / (warmWall / 1000);
    }
  }
  return figures;
};
