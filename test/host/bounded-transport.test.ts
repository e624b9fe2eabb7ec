import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { closeConnections } from '../../src/client/index.js';
import { boundedTransport } from '../../src/host/bounded-transport.js';
import { ownTurn } from '../../src/host/turns.js';
import { connectionTo } from '../client/connections.js';
import { httpServer } from '../client/loopback.js';

afterAll(closeConnections);

const request = { method: 'GET', path: '/', query: {}, headers: {} };
const mebibyte = 1024 * 1024;

async function bodyOf(text: string): Promise<unknown> {
  const server = await httpServer((response) => response.end(text));
  const { body } = await boundedTransport().send(connectionTo(server.url), request, { timeoutMs: 60_000 });
  return body;
}

describe('the transport of a host', () => {
  it.each([
    ['a short body', '{"a":[1,2]}', { a: [1, 2] }],
    ['a long body', `{"a":"${'x'.repeat(1.9 * mebibyte)}"}`, { a: 'x'.repeat(1.9 * mebibyte) }],
    ['a long body that is no JSON', 'x'.repeat(mebibyte), 'x'.repeat(mebibyte)],
    ['a list of 150,000', JSON.stringify(Array(150_000).fill(1)), Array(150_000).fill(1)],
  ])('reads %s', async (_, text, expected) => {
    expect(await bodyOf(text)).toEqual(expected);
  });

  it.each([
    ['more than 2 MiB', `"${'x'.repeat(2 * mebibyte)}"`, '2 MiB'],
    ['500,000 empty lists', `[${'[],'.repeat(499_999)}[]]`, '200000 values'],
    ['300,000 numbers', JSON.stringify(Array(300_000).fill(1)), '200000 values'],
    ['300,000 levels', `${'['.repeat(300_000)}${']'.repeat(300_000)}`, '200000 values'],
  ])('refuses %s before it is parsed', async (_, text, limit) => {
    await expect(bodyOf(text)).rejects.toMatchObject({
      code: 'response_too_large',
      message: expect.stringContaining(limit),
    });
  });

  it('reads long bodies that come at once each in a turn of the event loop of its own', async () => {
    const texts = Array.from({ length: 4 }, () => JSON.stringify(['x'.repeat(mebibyte)]));
    const answered = { send: async () => ({ status: 200, headers: {}, body: '' }) };
    let parse: ((text: string) => unknown) | undefined;
    const transport = boundedTransport({
      send: (_connection, _request, options) => {
        parse = options.parse;
        return answered.send();
      },
    });
    await transport.send(connectionTo('http://127.0.0.1'), request, { timeoutMs: 1 });
    let turns = 0;
    let isDone = false;
    const count = () => {
      turns += 1;
      if (!isDone) {
        setImmediate(count);
      }
    };
    setImmediate(count);
    onTestFinished(() => {
      isDone = true;
    });
    const at = await Promise.all(texts.map(async (text) => [await parse?.(text), turns]));
    const seen = at.map(([, turn]) => turn);
    expect(new Set(seen).size).toBe(texts.length);
  });
});

describe('a turn of its own', () => {
  it('comes after those that were asked for before, one in a turn', async () => {
    const order: string[] = [];
    const others = setImmediate(() => order.push('another'));
    onTestFinished(() => clearImmediate(others));
    await Promise.all(
      ['first', 'second'].map(async (name) => {
        await ownTurn();
        order.push(name);
      }),
    );
    expect(order).toEqual(['another', 'first', 'second']);
  });
});
