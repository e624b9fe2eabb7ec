import * as sdk from '@trigger.dev/sdk';
import superjson from 'superjson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TriggerClient as PageClient } from '../../src/browser/index.js';
import { createApi } from '../../src/client/api/index.js';
import { callerFor, closeConnections, type Transport, TriggerClient } from '../../src/client/index.js';
import type { HttpResponse, Serializer } from '../../src/gate/index.js';
import { signed } from '../tokens/token.js';
import { connectionTo, failureOf, secretKey } from './connections.js';
import { all } from './fake.js';
import { httpServer } from './loopback.js';
import { place, row, upToDate } from './odd-shapes.js';

beforeAll(() => import('@electric-sql/client'));
afterAll(closeConnections);

const rich = {
  map: new Map([['a', new Set([1n])]]),
  at: new Date(0),
  never: undefined,
  link: new URL('https://example.com/'),
  big: 12345678901234567890n,
  nan: Number.NaN,
};

async function api() {
  const server = await httpServer((response, { target }) => {
    const body = target.endsWith('/items')
      ? { id: 'batch_1', itemsAccepted: 2, itemsDeduplicated: 0, sealed: true }
      : target.includes('/batches')
        ? { id: 'batch_1', runCount: 2, isCached: false }
        : { id: 'run_1', isCached: false };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const packets = () =>
    server.requests
      .filter(({ target }) => target.endsWith('/trigger') || target.endsWith('/items'))
      .flatMap(({ body }) => body.trim().split('\n'))
      .map((line) => JSON.parse(line) as { payload?: unknown; options?: { payloadType?: unknown } })
      .map(({ options, payload }) => ({ payload: unversioned(payload), payloadType: options?.payloadType }));
  return { server, packets };
}

const clientOf = (baseURL: string, serializer: Serializer | undefined = superjson) =>
  new TriggerClient({ secretKey: secretKey(), baseURL, serializer });

/** The superjson inside the SDK is older than the one that adds the version of its notes, and reads both. */
const unversioned = (text: unknown) => (typeof text === 'string' ? text.replace(/,"v":1(?=\}\}$)/, '') : text);

describe('a payload that superjson writes', () => {
  it.each<[string, unknown]>([
    ['rich values', rich],
    ['plain values', { a: [1, null, 'x'] }],
    ['null', null],
    ['text', 'as it is'],
    ['a number', 0],
    ['a list with undefined', [undefined, 1]],
  ])('travels as the official SDK sends it: %s', async (_, payload) => {
    const { packets, server } = await api();
    await sdk.auth.withAuth({ accessToken: secretKey(), baseURL: server.url }, async () => {
      await sdk.tasks.trigger('a', payload);
      await sdk.tasks.batchTrigger('a', [{ payload }, { payload }]);
    });
    const theirs = packets();
    const { tasks, batch } = clientOf(server.url);
    await tasks.trigger('a', payload);
    await tasks.batchTrigger('a', [{ payload }, { payload }]);
    const ours = packets().slice(theirs.length);
    expect(theirs).toHaveLength(3);
    expect(ours).toEqual(theirs);
    await batch.trigger([{ id: 'a', payload }]);
    expect(packets().at(-1)).toEqual(theirs[0]);
  });

  it('is the same in a page', async () => {
    const { packets, server } = await api();
    const triggerToken = await signed({ scopes: ['trigger:tasks:a'] });
    await new PageClient({ triggerToken, baseURL: server.url, serializer: superjson }).tasks.trigger('a', rich);
    expect(packets()).toEqual([
      { payload: unversioned(superjson.stringify(rich)), payloadType: 'application/super+json' },
    ]);
  });

  it('has no type where there is no payload, and keeps its other options', async () => {
    const { server } = await api();
    const { tasks } = clientOf(server.url);
    await tasks.trigger('a');
    await tasks.trigger('a', 1, { tags: ['x'] });
    expect(server.requests.map(({ body }) => JSON.parse(body))).toEqual([
      {},
      { payload: '{"json":1}', options: { tags: ['x'], payloadType: 'application/super+json' } },
    ]);
  });

  it('has metadata that is JSON as ever', async () => {
    const { server } = await api();
    const promise = clientOf(server.url).tasks.trigger('a', rich, { metadata: { m: new Map() } });
    expect(await failureOf(promise, 'payload_unserialisable')).toMatchObject({ path: 'options.metadata.m' });
    expect(server.requests).toEqual([]);
  });
});

describe('what comes back', () => {
  const text = superjson.stringify(rich);
  const type = 'application/super+json';
  const running = (response: Omit<HttpResponse, 'status'>, serializer?: Serializer) => {
    const transport: Transport = { send: async () => ({ status: 200, ...response }) };
    const connection = connectionTo('https://trigger.example.com');
    return createApi(() => callerFor(connection, transport, undefined, undefined, serializer)).runs;
  };
  const followed = {
    headers: place,
    body: [
      row('run_1', {
        status: 'COMPLETED_SUCCESSFULLY',
        payload: text,
        payloadType: type,
        output: '{"a":1}',
        outputType: 'application/json',
      }),
      upToDate,
    ],
  };
  const retrieved = (fields: object) => ({
    headers: {},
    body: {
      ...{ id: 'run_1', taskIdentifier: 'a', status: 'COMPLETED', createdAt: '2026-01-31T09:00:00.000Z' },
      ...{ updatedAt: '2026-01-31T09:00:00.000Z', isTest: false, tags: [], costInCents: 0, baseCostInCents: 0 },
      ...{ durationMs: 0, ...fields },
    },
  });

  it('is read in a subscription', async () => {
    const [run] = await all(running(followed, superjson).subscribeToRun('run_1'));
    expect(run?.payload).toEqual(rich);
    expect(run?.output).toEqual({ a: 1 });
  });

  it('is the JSON inside, in a subscription without a serializer', async () => {
    const [run] = await all(running(followed).subscribeToRun('run_1'));
    expect(run?.payload).toEqual(superjson.serialize(rich).json);
  });

  it('is read in a run whose server names the type, and stays where it names none', async () => {
    const named = retrieved({ payload: text, payloadType: type, output: text, outputType: 'text/plain' });
    const run = await running(named, superjson).retrieve('run_1');
    expect(run).toMatchObject({ payload: rich, output: text });
    expect(await running(named).retrieve('run_1')).toMatchObject({ payload: text });
    const plain = retrieved({ payload: { a: 1 } });
    expect(await running(plain, superjson).retrieve('run_1')).toEqual(plain.body);
  });

  it('is invalid_response where it cannot be read', async () => {
    const broken = retrieved({ payload: '{"json', payloadType: type });
    await failureOf(running(broken, superjson).retrieve('run_1'), 'invalid_response');
    const rows = { headers: place, body: [row('run_1', { payload: '{"json', payloadType: type }), upToDate] };
    await failureOf(all(running(rows, superjson).subscribeToRun('run_1')), 'invalid_response');
  });
});

describe('a serializer', () => {
  it.each([null, 1, 'superjson', {}, { stringify: JSON.stringify }, { parse: JSON.parse }, { stringify: 1, parse: 2 }])(
    'that is %j is refused by name',
    (serializer) => {
      const wrong = expect.objectContaining({ code: 'input_invalid', path: 'serializer' });
      expect(() => clientOf('https://trigger.example.com', serializer as never)).toThrow(wrong);
    },
  );

  it.each<[string, Serializer['stringify']]>([
    [
      'that fails',
      (value) => {
        throw new Error(`cannot write ${value}`);
      },
    ],
    ['that makes no text', () => undefined as never],
  ])('%s is told with the path, before anything is sent', async (_, stringify) => {
    const { server } = await api();
    const { tasks } = clientOf(server.url, { stringify, parse: JSON.parse });
    const one = await failureOf(tasks.trigger('a', { secret: 'x' }), 'payload_unserialisable');
    expect(one.path).toBe('payload');
    expect(one.message).not.toMatch(/cannot write/);
    const many = await failureOf(tasks.batchTrigger('a', [{}, { payload: 1 }]), 'payload_unserialisable');
    expect(many.path).toBe('items.1.payload');
    expect(server.requests).toEqual([]);
  });
});
