import { getEventListeners } from 'node:events';
import { Agent } from 'undici';
import { afterAll, describe, expect, it } from 'vitest';
import { exchange } from '../../src/client/exchange.js';
import { httpServer } from './loopback.js';

const agent = new Agent();
afterAll(() => agent.close());

const request = (origin: string) => ({ origin, path: '/', method: 'GET' as const });

describe('exchange', () => {
  it('puts the pieces of an answer together before it reads them as text', async () => {
    const server = await httpServer((response) => {
      const bytes = Buffer.from('{"text":"é"}');
      response.write(bytes.subarray(0, 10));
      setTimeout(() => response.end(bytes.subarray(10)), 20);
    });
    const answer = await exchange(agent, request(server.url), { timeoutMs: 20_000 });
    expect(answer).toMatchObject({ status: 200, body: '{"text":"é"}' });
  });

  it('keeps answers apart that come in pieces side by side, short and long', async () => {
    const server = await httpServer((response, { target }) => {
      const length = Number(target.slice(1));
      response.write(`${length}:`);
      setTimeout(() => response.end('é'.repeat(length)), 5);
    });
    const lengths = [70_000, 0, 300_000, 1, 10, 140_000, 999];
    const answers = await Promise.all(
      lengths.map((length) => exchange(agent, { ...request(server.url), path: `/${length}` }, { timeoutMs: 20_000 })),
    );
    expect(answers.map(({ body }) => body)).toEqual(lengths.map((length) => `${length}:${'é'.repeat(length)}`));
  });

  it('leaves nothing behind on the signal, whether there was an answer or none', async () => {
    const server = await httpServer((response, { target }) => {
      if (target === '/') {
        response.end('ok');
      }
    });
    const { signal } = new AbortController();
    await exchange(agent, request(server.url), { signal, timeoutMs: 20_000 });
    const late = exchange(agent, { ...request(server.url), path: '/late' }, { signal, timeoutMs: 50 });
    await expect(late).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('sends nothing when it was stopped before there was a connection', async () => {
    const server = await httpServer((response) => response.end('ok'));
    const narrow = new Agent({ connections: 1 });
    const abort = new AbortController();
    const stopped = exchange(narrow, request(server.url), { signal: abort.signal, timeoutMs: 20_000 });
    abort.abort();
    await expect(stopped).rejects.toThrow('aborted');
    await narrow.close();
    expect(server.requests).toEqual([]);
  });

  it('sends nothing on a signal that was stopped before', async () => {
    const server = await httpServer((response) => response.end('ok'));
    const stopped = exchange(agent, request(server.url), { signal: AbortSignal.abort(), timeoutMs: 20_000 });
    await expect(stopped).rejects.toThrow('aborted');
    expect(server.requests).toEqual([]);
  });

  it('passes on what undici refuses', async () => {
    const wrong = { ...request('http://127.0.0.1:1'), headers: { accept: 'a\nb' } };
    await expect(exchange(agent, wrong, { timeoutMs: 20_000 })).rejects.toMatchObject({ code: 'UND_ERR_INVALID_ARG' });
  });
});
