import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeApi, RUNS_END, startFakeApi } from './index.js';

let api: FakeApi;
let now: number;

beforeEach(async () => {
  now = RUNS_END;
  api = await startFakeApi({ runs: 0, now: () => now });
});
afterEach(() => api.close());

interface Started {
  id: string;
  runId: string;
  publicAccessToken: string;
  isCached: boolean;
}

function ask(path: string, method = 'GET', body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const authorization = `Bearer ${api.project.keys['root:prod']}`;
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(api.url + path, { method, headers: { authorization, ...headers }, body: text ?? null });
}

async function start(externalId?: string, more: object = {}): Promise<Started> {
  const triggerConfig = { basePayload: { hello: 1 } };
  const body = { type: 'chat.agent', taskIdentifier: 'chat-agent', triggerConfig, externalId, ...more };
  return (await (await ask('/api/v1/sessions', 'POST', body)).json()) as Started;
}

describe('sessions', () => {
  it('have a live run, and are found by either id', async () => {
    const { id, runId, isCached } = await start('chat');
    expect(isCached).toBe(false);
    expect(api.project.run(runId)?.payload).toEqual({ hello: 1 });
    expect(await (await ask('/api/v1/sessions/chat')).json()).toMatchObject({ id, currentRunId: runId });
    expect((await ask(`/api/v1/sessions/${id}`)).status).toBe(200);
    expect(await start('chat')).toMatchObject({ id, runId, isCached: true });
    api.project.updateRun(runId, { status: 'COMPLETED' });
    expect((await start('chat')).runId).not.toBe(runId);
  });

  it('are listed newest first, page by page, and filtered', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      now += 1_000;
      ids.unshift((await start(`chat-${index}`, { tags: index % 2 === 0 ? ['even'] : [] })).id);
    }
    const seen: string[] = [];
    let after = '';
    do {
      const page = (await (await ask(`/api/v1/sessions?page[size]=2${after}`)).json()) as {
        data: { id: string }[];
        pagination: { next?: string };
      };
      seen.push(...page.data.map(({ id }) => id));
      after = page.pagination.next === undefined ? '' : `&page[after]=${page.pagination.next}`;
    } while (after !== '');
    expect(seen).toEqual(ids);
    const even = (await (await ask('/api/v1/sessions?filter[tags]=even')).json()) as { data: object[] };
    expect(even.data.length).toBe(3);
    expect((await ask('/api/v1/sessions?filter[status]=ACTIVE,CLOSED')).status).toBe(400);
  });

  it('keep why they were closed, and are not opened again', async () => {
    await start('chat');
    const closed = await (await ask('/api/v1/sessions/chat/close', 'POST', { reason: 'done' })).json();
    expect(closed).toMatchObject({ closedReason: 'done' });
    expect(await (await ask('/api/v1/sessions/chat/close', 'POST', { reason: 'again' })).json()).toEqual(closed);
    expect((await ask('/realtime/v1/sessions/chat/in/append', 'POST', 'x')).status).toBe(400);
    expect((await start('chat')) as object).toHaveProperty('error');
  });

  it('change what is given, and clear what is null', async () => {
    await start('chat', { metadata: { a: 1 } });
    expect(await (await ask('/api/v1/sessions/chat', 'PATCH', { tags: ['t'] })).json()).toMatchObject({
      tags: ['t'],
      metadata: { a: 1 },
    });
    expect(await (await ask('/api/v1/sessions/chat', 'PATCH', { metadata: null })).json()).toMatchObject({
      metadata: null,
    });
  });
});

describe('channels', () => {
  const append = (io: string, text: string, part?: string): Promise<Response> =>
    ask(`/realtime/v1/sessions/chat/${io}/append`, 'POST', text, part === undefined ? {} : { 'x-part-id': part });

  it('append a part once, and drain after a record', async () => {
    const { id, publicAccessToken } = await start('chat');
    await append('in', 'one', 'p1');
    expect(await (await append('in', 'one', 'p1')).json()).toEqual({ ok: true });
    expect(await (await append('in', 'two')).json()).toEqual({ ok: true, seq: 1 });
    const drained = await ask(`/realtime/v1/sessions/${id}/in/records?afterEventId=0`, 'GET', undefined, {
      authorization: `Bearer ${publicAccessToken}`,
    });
    expect(await drained.json()).toMatchObject({ records: [{ data: 'two', seqNum: 1 }] });
  });

  it('stream records as they come, go on after the last one seen, and end', async () => {
    await start('chat');
    await append('out', 'one');
    const stream = await ask('/realtime/v1/sessions/chat/out', 'GET', undefined, { 'timeout-seconds': '1' });
    const reader = stream.body?.getReader();
    const next = async (): Promise<string> => new TextDecoder().decode((await reader?.read())?.value);
    expect(await next()).toMatch(/^event: batch\nid: 0,1,0\ndata: \{"records":\[\{"seq_num":0,/);
    await append('out', 'two');
    expect(await next()).toContain('"seq_num":1,');
    expect(await next()).toBe('data: [DONE]\n\n');
    expect((await reader?.read())?.done).toBe(true);
    const resumed = await ask('/realtime/v1/sessions/chat/out', 'GET', undefined, {
      'timeout-seconds': '1',
      'last-event-id': '0',
    });
    const text = await resumed.text();
    expect([text.includes('one'), text.includes('two')]).toEqual([false, true]);
  });

  it('end when their server closes', async () => {
    const { publicAccessToken } = await start('chat');
    const headers = { authorization: `Bearer ${publicAccessToken}`, 'timeout-seconds': '600' };
    const stream = await ask('/realtime/v1/sessions/chat/out', 'GET', undefined, headers);
    const reading = expect(stream.text()).rejects.toThrow();
    await api.close();
    await reading;
  });
});
