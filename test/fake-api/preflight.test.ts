import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeApi, startFakeApi } from './index.js';

let api: FakeApi;
beforeAll(async () => {
  api = await startFakeApi({ runs: 0 });
});
afterAll(() => api.close());

const origin = 'https://page.example';

/** As browsers do before a request with a key; and the status and origin with which it was answered. */
async function preflight(method: string, path: string) {
  const headers = {
    origin,
    'access-control-request-method': method,
    'access-control-request-headers': 'authorization',
  };
  const response = await fetch(api.url + path, { method: 'OPTIONS', headers });
  const cors = [...response.headers.keys()].filter((name) => name.startsWith('access-control-'));
  return { status: response.status, origin: response.headers.get('access-control-allow-origin'), cors };
}

describe('the preflight of a browser', () => {
  it.each([
    ['POST', '/api/v1/tasks/hello-task/trigger'],
    ['POST', '/api/v3/batches'],
    ['POST', '/api/v2/tasks/batch'],
    ['GET', '/api/v2/batches/batch_1'],
    ['GET', '/api/v1/runs'],
    ['GET', '/api/v3/runs/run_1'],
    ['GET', '/realtime/v1/runs/run_1'],
    ['GET', '/realtime/v1/runs'],
    ['GET', '/realtime/v1/batches/batch_1'],
    ['POST', '/api/v1/sessions'],
    ['GET', '/api/v1/sessions'],
    ['GET', '/api/v1/sessions/chat'],
    ['POST', '/realtime/v1/sessions/chat/in/append'],
    ['GET', '/realtime/v1/sessions/chat/out/records'],
    ['GET', '/realtime/v1/sessions/chat/out'],
  ])('%s %s is answered for its origin', async (method, path) => {
    expect(await preflight(method, path)).toMatchObject({ status: 200, origin });
  });

  it.each([
    ['POST', '/api/v3/batches/batch_1/items', 405],
    ['POST', '/api/v2/runs/run_1/cancel', 400],
    // Not seen, and for no browser.
    ['POST', '/api/v1/runs/run_1/replay', 405],
    ['GET', '/api/v1/whoami', 405],
  ])('%s %s is refused', async (method, path, status) => {
    expect(await preflight(method, path)).toEqual({ status, origin: null, cors: [] });
  });
});
