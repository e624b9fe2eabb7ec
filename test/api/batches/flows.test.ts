import { describe, expect, it } from 'vitest';
import { endpoints, triggerBatch } from '../../../src/api/index.js';
import { ConnectorError } from '../../../src/errors/index.js';
import { namesOf, rejectionOf, scriptedAsk } from '../../gate/scripted-ask.js';

const id = 'batch_a';
const announced = { id, runCount: 2, isCached: false };
const accepted = (sealed: boolean) => ({ id, itemsAccepted: 1, itemsDeduplicated: 0, sealed });
const sealed = { 'tasks.batchTrigger': [announced], 'batch.trigger': [announced], 'batch.addItems': [accepted(true)] };
const cycle: Record<string, unknown> = {};
cycle['itself'] = cycle;

const linesOf = (asked: ReturnType<typeof scriptedAsk>['asked']) =>
  asked.flatMap(({ input, name }) => (name === 'batch.addItems' ? [input['lines'] as string[]] : []));

describe('a batch', () => {
  it('of one task is announced, then its items follow', async () => {
    const { ask, asked } = scriptedAsk(sealed);
    const items = [{ payload: { a: 1 } }, { options: { tags: ['x'] } }];
    await expect(triggerBatch(ask, endpoints['tasks.batchTrigger'], { taskId: 'hello', items })).resolves.toEqual({
      batchId: id,
      runCount: 2,
      isCached: false,
    });
    expect(namesOf(asked)).toEqual(['tasks.batchTrigger', 'batch.addItems']);
    expect(asked[1]?.input).toEqual({
      batchId: id,
      lines: ['{"index":0,"task":"hello","payload":{"a":1}}', '{"index":1,"task":"hello","options":{"tags":["x"]}}'],
    });
  });

  it('of several tasks names one with each item', async () => {
    const { ask, asked } = scriptedAsk(sealed);
    await triggerBatch(ask, endpoints['batch.trigger'], { items: [{ taskId: 'a', payload: null }, { taskId: 'b' }] });
    expect(linesOf(asked)).toEqual([['{"index":0,"task":"a","payload":null}', '{"index":1,"task":"b"}']]);
  });

  it('names the type of a payload that is text, which the server would read as JSON', async () => {
    const { ask, asked } = scriptedAsk(sealed);
    const items = [{ payload: '123' }, { payload: '{"a":1}', options: { tags: ['x'] } }];
    await triggerBatch(ask, endpoints['tasks.batchTrigger'], { taskId: 'a', items });
    expect(
      linesOf(asked)
        .flat()
        .map((line) => JSON.parse(line) as object),
    ).toEqual([
      { index: 0, task: 'a', payload: '123', options: { payloadType: 'text/plain' } },
      { index: 1, task: 'a', payload: '{"a":1}', options: { tags: ['x'], payloadType: 'text/plain' } },
    ]);
  });

  it.each([2, 3])('is sent whole again until it is sealed: in round %i', async (rounds) => {
    const answers = Array.from({ length: rounds }, (_, round) => accepted(round === rounds - 1));
    const { ask, asked } = scriptedAsk({ ...sealed, 'batch.addItems': answers });
    await expect(triggerBatch(ask, endpoints['batch.trigger'], { items: [{ taskId: 'a' }] })).resolves.toMatchObject({
      batchId: id,
    });
    expect(namesOf(asked)).toEqual(['batch.trigger', ...Array<string>(rounds).fill('batch.addItems')]);
    expect(new Set(linesOf(asked).map(String)).size).toBe(1);
  });

  it('that is never sealed is an error which names it', async () => {
    const { ask, asked } = scriptedAsk({ ...sealed, 'batch.addItems': [accepted(false)] });
    const error = await rejectionOf(() => triggerBatch(ask, endpoints['batch.trigger'], { items: [{ taskId: 'a' }] }));
    expect(error).toMatchObject({ code: 'invalid_response', endpoint: 'batch.trigger' });
    expect((error as Error).message).toContain(id);
    expect(asked).toHaveLength(4);
  });

  // The answer that said so was lost: the server then refuses the same items instead of saying it again.
  it('that is sealed already is complete', async () => {
    const refusal = new ConnectorError('conflict', 'takes no more', { status: 422 });
    const { ask, asked } = scriptedAsk({ ...sealed, 'batch.addItems': [refusal] });
    await expect(triggerBatch(ask, endpoints['batch.trigger'], { items: [{ taskId: 'a' }] })).resolves.toMatchObject({
      batchId: id,
    });
    expect(asked).toHaveLength(2);
  });

  it.each(['unauthorized', 'unprocessable', 'conflict', 'network', 'rate_limited'] as const)(
    'fails with what its items fail with: %s',
    async (code) => {
      const { ask, asked } = scriptedAsk({ ...sealed, 'batch.addItems': [new ConnectorError(code)] });
      const error = await rejectionOf(() =>
        triggerBatch(ask, endpoints['batch.trigger'], { items: [{ taskId: 'a' }] }),
      );
      expect(error).toMatchObject({ code });
      expect(asked).toHaveLength(2);
    },
  );

  it('sends no items where its announcement fails', async () => {
    const { ask, asked } = scriptedAsk({ 'batch.trigger': [new ConnectorError('conflict')] });
    const error = await rejectionOf(() =>
      triggerBatch(ask, endpoints['batch.trigger'], { items: [{ taskId: 'a' }], idempotencyKey: 'k' }),
    );
    expect(error).toMatchObject({ code: 'conflict' });
    expect(namesOf(asked)).toEqual(['batch.trigger']);
    expect(asked[0]?.input).toMatchObject({ idempotencyKey: 'k' });
  });
});

describe('the requests of a large batch', () => {
  const limit = 4 * 1024 * 1024;
  const mebibyte = 'x'.repeat(1024 * 1024);

  it.each([
    [1, 1],
    [3, 1],
    [4, 2],
    [7, 3],
    [10, 4],
  ])('for %i items of a mebibyte are %i', async (count, requests) => {
    const { ask, asked } = scriptedAsk(sealed);
    const items = Array.from({ length: count }, () => ({ taskId: 'a', payload: mebibyte }));
    await triggerBatch(ask, endpoints['batch.trigger'], { items });
    const chunks = linesOf(asked);
    expect(chunks).toHaveLength(requests);
    expect(chunks.flat().map((line) => (JSON.parse(line) as { index: number }).index)).toEqual([...items.keys()]);
    for (const chunk of chunks) {
      expect(chunk.join('').length <= limit || chunk.length === 1).toBe(true);
    }
  });

  it('are all sent in each round', async () => {
    const { ask, asked } = scriptedAsk({
      ...sealed,
      'batch.addItems': [accepted(false), accepted(false), accepted(false), accepted(true)],
    });
    const items = Array.from({ length: 4 }, () => ({ taskId: 'a', payload: mebibyte }));
    await triggerBatch(ask, endpoints['batch.trigger'], { items });
    const chunks = linesOf(asked);
    expect(chunks).toHaveLength(4);
    expect(chunks.slice(2)).toEqual(chunks.slice(0, 2));
  });

  it('are one for 1,000 small items', async () => {
    const { ask, asked } = scriptedAsk(sealed);
    await triggerBatch(ask, endpoints['batch.trigger'], {
      items: Array.from({ length: 1_000 }, () => ({ taskId: 'a' })),
    });
    expect(linesOf(asked).map((lines) => lines.length)).toEqual([1_000]);
  });
});

describe('a batch that cannot be', () => {
  const items = (bad: unknown) => [{ taskId: 'a' }, { taskId: 'a', payload: 1 }, bad];

  it.each([
    ['a cycle', { taskId: 'a', payload: cycle }, 'payload_unserialisable', 'items.2.payload.itself'],
    ['a function', { taskId: 'a', payload: () => 1 }, 'payload_unserialisable', 'items.2.payload'],
    ['a BigInt', { taskId: 'a', payload: { big: 1n } }, 'payload_unserialisable', 'items.2.payload.big'],
    [
      'a Map in its metadata',
      { taskId: 'a', options: { metadata: { m: new Map() } } },
      'payload_unserialisable',
      'items.2.options.metadata.m',
    ],
    ['too large', { taskId: 'a', payload: 'x'.repeat(3_145_728) }, 'payload_too_large', 'items.2.payload'],
    ['bad options', { taskId: 'a', options: { ttl: -1 } }, 'input_invalid', 'items.2.options.ttl'],
    ['no task', {}, 'input_invalid', 'items.2.taskId'],
    ['null', null, 'input_invalid', 'items.2'],
    ['text', 'a', 'input_invalid', 'items.2'],
  ] as const)('has an item that is %s: nothing is sent', async (_, bad, code, path) => {
    const { ask, asked } = scriptedAsk(sealed);
    const error = await rejectionOf(() =>
      triggerBatch(ask, endpoints['batch.trigger'], { items: items(bad) } as never),
    );
    expect(error).toMatchObject({ name: 'ConnectorError', code, path, endpoint: 'batch.trigger' });
    expect(asked).toEqual([]);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['no items', {}],
    ['an empty list', { items: [] }],
    ['too many', { items: Array.from({ length: 1_001 }, () => ({ taskId: 'a' })) }],
    ['text for items', { items: 'abc' }],
  ])('is %s: nothing is sent', async (_, input) => {
    for (const name of ['batch.trigger', 'tasks.batchTrigger'] as const) {
      const { ask, asked } = scriptedAsk(sealed);
      const error = await rejectionOf(() => triggerBatch(ask, endpoints[name], input as never));
      expect(error).toMatchObject({ name: 'ConnectorError', code: 'input_invalid', endpoint: name });
      expect(asked).toEqual([]);
    }
  });
});
