import { nangoPeer } from './nango.js';
import { type Job, loadOurs, loadSdk, loadUndici, originOf, passes, secretKey, type Work } from './peer.js';

type Pass = () => Promise<number>;

async function ours(job: Job): Promise<Pass> {
  const { TriggerClient } = await loadOurs();
  const { runs } = new TriggerClient({ secretKey, baseURL: originOf(job) });
  return async () => {
    let count = 0;
    for await (const { data } of runs.list({ limit: 100 }).iterPages()) {
      count += data.length;
    }
    return count;
  };
}

async function sdk(job: Job): Promise<Pass> {
  const { configure, runs } = await loadSdk();
  configure({ accessToken: secretKey, baseURL: originOf(job) });
  return async () => {
    let count = 0;
    for await (const run of runs.list({ limit: 100 })) {
      count += run.id.length > 0 ? 1 : 0;
    }
    return count;
  };
}

async function undici(job: Job): Promise<Pass> {
  const { request } = await loadUndici();
  const headers = { authorization: `Bearer ${secretKey}`, accept: 'application/json' };
  return async () => {
    let count = 0;
    let after = '';
    do {
      const cursor = after === '' ? '' : `&page%5Bafter%5D=${after}`;
      const { body } = await request(`${originOf(job)}/api/v1/runs?page%5Bsize%5D=100${cursor}`, { headers });
      const { data, pagination } = JSON.parse(await body.text()) as {
        data: unknown[];
        pagination: { next?: string };
      };
      count += data.length;
      after = pagination.next ?? '';
    } while (after !== '');
    return count;
  };
}

async function nango(job: Job): Promise<Pass> {
  const peer = await nangoPeer(job);
  return async () => {
    let count = 0;
    const pages = peer.paginate({
      endpoint: '/api/v1/runs',
      params: {},
      paginate: {
        type: 'cursor',
        cursor_path_in_response: 'pagination.next',
        cursor_name_in_request: 'page[after]',
        response_path: 'data',
        limit_name_in_request: 'page[size]',
        limit: 100,
      },
    });
    for await (const page of pages) {
      count += page.length;
    }
    return count;
  };
}

const ways: Readonly<Record<string, (job: Job) => Promise<Pass>>> = { ours, undici, nango, sdk };

/** Every run of the history, page after page. */
export const list: Work = (job) =>
  passes(async () => {
    const pass = await ways[job.peer]?.(job);
    return async () => {
      const count = await pass?.();
      if (count !== job.runs) {
        throw new Error(`${job.peer} listed ${count} of ${job.runs} runs.`);
      }
    };
  });
