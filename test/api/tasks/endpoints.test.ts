import { describe, expect, it } from 'vitest';
import { keys } from '../../connection/cases.js';
import { build, connections, thrownBy } from '../../gate/connections.js';
import { type Bad, badSegments, oddSegments, refuses, takes } from '../schema/input-cases.js';

const cycle: Record<string, unknown> = {};
cycle['itself'] = cycle;

describe('the id of a task', () => {
  refuses('tasks.trigger', [
    ...[...badSegments, 'x'.repeat(129)].map((taskId): Bad => [{ taskId }, 'taskId']),
    [{}, 'taskId'],
    [{ taskId: 'a', option: {} }, ''],
  ]);
  takes(
    'tasks.trigger',
    oddSegments.map(([taskId, segment]) => [taskId, { taskId }, { path: `/api/v1/tasks/${segment}/trigger` }]),
  );
});

describe('a body', () => {
  const trigger = (payload: unknown, options?: unknown) =>
    build(connections.root, 'tasks.trigger', { taskId: 'a', payload, options }).body;

  it.each([
    [undefined, undefined, '{}'],
    [null, undefined, '{"payload":null}'],
    [0, undefined, '{"payload":0}'],
    ['', {}, '{"payload":"","options":{}}'],
    [{ a: [1, { b: 'ü"\n' }] }, undefined, '{"payload":{"a":[1,{"b":"ü\\"\\n"}]}}'],
    [
      { limit: Number.MAX_SAFE_INTEGER },
      { ttl: 60, tags: 'x' },
      '{"payload":{"limit":9007199254740991},"options":{"ttl":60,"tags":"x"}}',
    ],
  ])('%j with %j is %s', (payload, options, expected) => {
    expect(trigger(payload, options)).toBe(expected);
  });

  it('that throws when it is written is refused without what it says', () => {
    const payload = {
      toJSON() {
        throw new Error(keys.prod);
      },
    };
    const error = thrownBy(() => trigger(payload));
    expect(error).toMatchObject({ code: 'payload_unserialisable', path: 'payload', endpoint: 'tasks.trigger' });
    expect(String((error as Error).stack)).not.toContain(keys.prod);
    expect((error as Error).cause).toBeUndefined();
  });

  it.each([
    ['x', 1],
    ['ü', 2],
    ['€', 3],
    ['😀', 4],
  ])('may be 3 MiB of %s, and not a byte more', (letter, bytes) => {
    const room = 3_145_728 - '{"payload":""}'.length;
    const full = letter.repeat(Math.floor(room / bytes)) + 'x'.repeat(room % bytes);
    expect(Buffer.byteLength(trigger(full) ?? '')).toBe(3_145_728);
    expect(thrownBy(() => trigger(`${full}x`))).toMatchObject({
      code: 'payload_too_large',
      path: 'payload',
      endpoint: 'tasks.trigger',
    });
  });
});

const batches = [
  ['tasks.batchTrigger', { taskId: 'a' }, {}],
  ['batch.trigger', {}, { taskId: 'a' }],
] as const;

describe.each(batches)('%s', (name, shared, each) => {
  const items = (count: number) => Array.from({ length: count }, () => ({ ...each }));
  const withItem = (index: number, item: unknown) => ({
    ...shared,
    items: Object.assign(items(1_000), { [index]: item }),
  });

  refuses(name, [
    [{ ...shared }, 'items'],
    [{ ...shared, items: [] }, 'items'],
    [{ ...shared, items: items(1_001) }, 'items'],
    [{ ...shared, items: {} }, 'items'],
    // A bad item is named by its index.
    [withItem(0, null), 'items.0'],
    [withItem(7, 'x'), 'items.7'],
    [withItem(999, { ...each, option: {} }), 'items.999'],
    [withItem(412, { ...each, options: { ttl: -1 } }), 'items.412.options.ttl'],
    [withItem(3, { ...each, options: { debounce: { key: '', delay: '1h' } } }), 'items.3.options.debounce.key'],
    [{ ...shared, items: items(1), idempotencyKey: '' }, 'idempotencyKey'],
    [{ ...shared, items: items(1), idempotencyKey: 'x'.repeat(2_049) }, 'idempotencyKey'],
  ]);

  takes(name, [
    ['1 item', { ...shared, items: items(1) }, { body: '{"runCount":1,"taskIdentifiers":["a"]}' }],
    ['1,000 items', { ...shared, items: items(1_000) }, { body: '{"runCount":1000,"taskIdentifiers":["a"]}' }],
    [
      'a key',
      { ...shared, items: items(2), idempotencyKey: 'k' },
      { body: '{"runCount":2,"taskIdentifiers":["a"],"idempotencyKey":"k"}' },
    ],
  ]);

  it('names two bad items at once', () => {
    const error = thrownBy(() => build(connections.root, name, { ...shared, items: [null, { ...each }, 7] }));
    expect((error as Error).message).toMatch(/items\.0: .*; items\.2: /);
  });
});

describe('the tasks of a batch', () => {
  // JSON can hold half of a character pair, a path cannot.
  const badIdsInBodies = badSegments.filter((id) => id !== '\ud800');

  refuses('tasks.batchTrigger', [
    ...[...badIdsInBodies, 'x'.repeat(129)].map((taskId): Bad => [{ taskId, items: [{}] }, 'taskId']),
    [{ taskId: 'a', items: [{ taskId: 'b' }] }, 'items.0'],
  ]);
  refuses(
    'batch.trigger',
    [...badIdsInBodies, 'x'.repeat(129)].map(
      (taskId): Bad => [{ items: [{ taskId: 'a' }, { taskId }] }, 'items.1.taskId'],
    ),
  );

  it('are announced once each, so that a token for them is enough', () => {
    const items = ['a', 'b', 'a', 'c', 'b'].map((taskId) => ({ taskId }));
    expect(build(connections.triggerToken, 'batch.trigger', { items }).body).toBe(
      '{"runCount":5,"taskIdentifiers":["a","b","c"]}',
    );
  });
});
