import { Shape, ShapeStream } from '@electric-sql/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeApi, RUNS_END, signPublicToken, startFakeApi } from './index.js';

let api: FakeApi;
const leaving: AbortController[] = [];

beforeEach(async () => {
  // The clock stands still: what has changed must show all the same.
  api = await startFakeApi({ runs: 0, now: () => RUNS_END, longPollMs: 150 });
});
afterEach(async () => {
  for (const controller of leaving.splice(0)) {
    controller.abort();
  }
  await api.close();
});

const authorization = (token: string = api.project.keys['root:prod']): { authorization: string } => ({
  authorization: `Bearer ${token}`,
});

async function token(...scopes: string[]): Promise<string> {
  return signPublicToken(api.project, api.project.environment('prod'), { scopes });
}

/** Every state of the shape that the client shows, in order. */
function follow(path: string, tags: string | undefined, bearer: string): string[][] {
  const controller = new AbortController();
  leaving.push(controller);
  const stream = new ShapeStream({
    url: `${api.url}${path}${tags === undefined ? '' : `?tags=${tags}`}`,
    headers: { ...authorization(bearer), 'x-trigger-electric-version': '1.0.0-beta.1' },
    signal: controller.signal,
  });
  const states: string[][] = [];
  const shape = new Shape(stream as ConstructorParameters<typeof Shape>[0]);
  shape.subscribe(({ rows }) => states.push(rows.map((row) => String(row['status']))));
  return states;
}

describe('a client of the shape protocol', () => {
  it('follows a run until it ends', async () => {
    const { id } = api.project.createRun('prod');
    const states = follow(`/realtime/v1/runs/${id}`, undefined, await token(`read:runs:${id}`));
    await expect.poll(() => states.at(-1)).toEqual(['PENDING']);
    api.project.updateRun(id, { status: 'EXECUTING' });
    await expect.poll(() => states.at(-1)).toEqual(['EXECUTING']);
    api.project.updateRun(id, { status: 'COMPLETED', output: { done: true } });
    await expect.poll(() => states.at(-1)).toEqual(['COMPLETED_SUCCESSFULLY']);
  });

  it('sees runs with all of its tags, and those that come later', async () => {
    api.project.createRun('prod', { tags: ['a'] });
    const first = api.project.createRun('prod', { tags: ['b', 'a'] });
    const states = follow('/realtime/v1/runs', 'a,b', await token('read:tags:a'));
    await expect.poll(() => states.at(-1)).toEqual(['PENDING']);
    api.project.createRun('prod', { tags: ['a', 'b'], status: 'DELAYED' });
    await expect.poll(() => states.at(-1)).toEqual(['PENDING', 'DELAYED']);
    api.project.updateRun(first.id, { status: 'CANCELED' });
    await expect.poll(() => states.at(-1)).toEqual(['CANCELED', 'DELAYED']);
  });

  it('sees the runs of a batch as they are created', async () => {
    const { id } = api.project.batches.add('prod', { runCount: 1 });
    const states = follow(`/realtime/v1/batches/${id}`, undefined, await token(`read:batch:${id}`));
    await expect.poll(() => states.at(-1)).toEqual([]);
    const body = '{"index":0,"task":"hello-task"}\n';
    const headers = { ...authorization(), 'content-type': 'application/x-ndjson' };
    await fetch(`${api.url}/api/v3/batches/${id}/items`, { method: 'POST', headers, body });
    await expect.poll(() => states.at(-1)).toEqual(['PENDING']);
  });
});

describe('a live request', () => {
  const ask = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(api.url + path, { headers: { ...authorization(), ...headers } });

  it('waits a while for a change, and says when there was none', async () => {
    const { id } = api.project.createRun('prod');
    const first = await ask(`/realtime/v1/runs/${id}?offset=-1`);
    const [handle, offset] = ['electric-shape-id', 'electric-chunk-last-offset'].map((name) => first.headers.get(name));
    const started = performance.now();
    const live = await ask(`/realtime/v1/runs/${id}?offset=${offset}&shape_id=${handle}&live=true`);
    expect(performance.now() - started).toBeGreaterThan(140);
    expect(await live.json()).toEqual([{ headers: { control: 'up-to-date' } }]);
    expect(live.headers.get('electric-cursor')).toMatch(/^\d+$/);
    expect(live.headers.get('electric-schema')).toBeNull();
  });

  it('leaves out the columns it is asked to, but for those that it needs', async () => {
    const { id } = api.project.createRun('prod', { payload: { secret: 1 } });
    const answer = await ask(`/realtime/v1/runs/${id}?offset=-1&skipColumns=payload,status`);
    const [{ value }] = (await answer.json()) as [{ value: Record<string, string> }];
    expect([value['payload'], value['status']]).toEqual([undefined, 'PENDING']);
    expect(JSON.parse(answer.headers.get('electric-schema') ?? '')).not.toHaveProperty('payload');
  });
});
