import { describe, expect, it } from 'vitest';
import { buildRequest, type EndpointName } from '../../src/endpoints/index.js';
import { keys } from '../connection/cases.js';
import { connections, thrownBy } from './connections.js';

const cycle: Record<string, unknown> = {};
cycle['itself'] = cycle;

const odd = ['', ' ', 'x y', '..', '../..', 7, null, {}, [], true];
const moment = 1_767_225_600_000;

/** By endpoint: inputs to refuse, and how the path that the refusal names begins; '' is the input as a whole. */
const refusals: Readonly<Record<string, readonly (readonly [unknown, string])[]>> = {
  'runs.list': [
    ...[0, -1, 1.5, 101, '10', Number.NaN, Number.POSITIVE_INFINITY, null].map(
      (limit) => [{ limit }, 'limit'] as const,
    ),
    ...['', 'x'.repeat(1_025), 7].flatMap((cursor) => [
      [{ after: cursor }, 'after'] as const,
      [{ before: cursor }, 'before'] as const,
    ]),
    [{ after: 'a', before: 'b' }, 'before'],
    ...['completed', 'FROZEN', '', [], ['COMPLETED', 'x'], 7].map((status) => [{ status }, 'status'] as const),
    ...['', 'a,b', ['a', 'b,c'], [], 'x'.repeat(257), Array<string>(101).fill('x'), 7].flatMap((value) =>
      ['taskIdentifier', 'version', 'tag'].map((name) => [{ [name]: value }, name] as const),
    ),
    ...['true', 1, null].map((isTest) => [{ isTest }, 'isTest'] as const),
    // Seconds, a date without a zone, dates that are none.
    ...[1_767_225_600, 1, -moment, 1.5, Number.NaN, 8.64e15 + 1, 1e300].map((from) => [{ from }, 'from'] as const),
    ...[
      '2026-01-01',
      '2026-01-01T00:00:00',
      'yesterday',
      '',
      String(moment),
      '2026-13-01T00:00:00Z',
      '2026-01-01T:::::Z',
    ].map((to) => [{ to }, 'to'] as const),
    ...[null, {}, new Date(moment)].map((from) => [{ from }, 'from'] as const),
    [{ from: moment, to: moment - 1 }, 'to'],
    [{ from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 'to'],
    ...['7', 'd', '7 d', '7y', '-7d', '1.5h', '99999d', 7].map((period) => [{ period }, 'period'] as const),
    [{ period: '7d', from: moment }, 'period'],
    [{ period: '7d', to: moment }, 'period'],
    ...['a/b', '..', '', 'x'.repeat(65), 7].map((projectRef) => [{ projectRef }, 'projectRef'] as const),
    ...['Prod', 'test', '', 'dev,prod', 7, ['prod']].map((environment) => [{ environment }, 'environment'] as const),
    [{ nope: 1 }, ''],
    [{ [keys.prod]: 1 }, ''],
    [JSON.parse('{"__proto__": {"limit": 5}}'), ''],
    ['text', ''],
    [[], ''],
  ],
  'runs.retrieve': [
    ...[
      ...odd,
      'run_',
      'run_x/../../y',
      'run_%2e%2e',
      'run_a b',
      'run_a?x',
      'RUN_a',
      'run_ä',
      `run_${'x'.repeat(65)}`,
    ].map((runId) => [{ runId }, 'runId'] as const),
    [{}, 'runId'],
    [undefined, 'runId'],
  ],
  'tasks.trigger': [
    ...['', '.', '..', ' .. ', 7, null, {}, 'a\u0000b', 'a\nb', '\u007f', 'x'.repeat(129)].map(
      (taskId) => [{ taskId }, 'taskId'] as const,
    ),
    ...['%2e', '%2E%2e', '.%2E', '\ud800'].map((taskId) => [{ taskId }, 'taskId'] as const),
    [{}, 'taskId'],
    [{ taskId: 'a', option: {} }, ''],
    ...(
      [
        [{ nope: 1 }, 'options'],
        [{ delay: 5 }, 'options.delay'],
        [{ delay: 'x'.repeat(65) }, 'options.delay'],
        [{ ttl: -1 }, 'options.ttl'],
        [{ ttl: 1.5 }, 'options.ttl'],
        [{ idempotencyKey: '' }, 'options.idempotencyKey'],
        [{ idempotencyKey: 'x'.repeat(2_049) }, 'options.idempotencyKey'],
        [{ idempotencyKeyTTL: '1w' }, 'options.idempotencyKeyTTL'],
        [{ queue: 'invoices' }, 'options.queue'],
        [{ queue: { name: '' } }, 'options.queue.name'],
        [{ concurrencyKey: 'x'.repeat(513) }, 'options.concurrencyKey'],
        [{ maxAttempts: 0 }, 'options.maxAttempts'],
        [{ maxDuration: 0 }, 'options.maxDuration'],
        [{ machine: 'mega' }, 'options.machine'],
        [{ tags: Array<string>(11).fill('x') }, 'options.tags'],
        [{ tags: 'x'.repeat(129) }, 'options.tags'],
        [{ tags: ['x', ''] }, 'options.tags'],
        [{ priority: 'high' }, 'options.priority'],
        [{ test: 'yes' }, 'options.test'],
      ] as const
    ).map(([options, path]) => [{ taskId: 'a', options }, path] as const),
  ],
  'envvars.list': [
    [{ projectRef: '..' }, 'projectRef'],
    [{ environment: 'branch' }, 'environment'],
    [{ name: 'A' }, ''],
  ],
  'projects.environments': [
    [{ projectRef: 'proj_x' }, ''],
    ['text', ''],
  ],
};

const cases = Object.entries(refusals).flatMap(([name, list]) =>
  list.map(([input, path], index) => [name as EndpointName, index, input, path] as const),
);

describe('input that is refused', () => {
  it.each(cases)('%s %i: %j', (name, _, input, path) => {
    const connection = name === 'projects.environments' ? connections.pat : connections.root;
    const error = thrownBy(() => buildRequest(connection, name, input as never));
    expect(error).toMatchObject({ name: 'ConnectorError', code: 'input_invalid', endpoint: name });
    const { message, path: named = '' } = error as Error & { path?: string };
    expect(path === '' ? named : named.slice(0, path.length)).toBe(path);
    expect(message).not.toContain(keys.prod);
    expect(({} as Record<string, unknown>)['limit']).toBeUndefined();
  });

  it('is told with every problem and the page to read', () => {
    const error = thrownBy(() => buildRequest(connections.root, 'runs.list', { limit: 0, status: 'x' } as never));
    expect(error).toMatchObject({ path: 'limit', docs: 'https://trigger.dev/docs/management/runs/list' });
    expect((error as Error).message).toMatch(/^runs\.list: limit: .+; status: .+\.$/);
  });
});

describe('a body', () => {
  const trigger = (payload: unknown, options?: unknown) =>
    buildRequest(connections.root, 'tasks.trigger', { taskId: 'a', payload, options } as never).body;

  it.each([
    [undefined, undefined, '{}'],
    [null, undefined, '{"payload":null}'],
    [0, undefined, '{"payload":0}'],
    ['', {}, '{"payload":"","options":{}}'],
    [{ a: [1, { b: 'ü"\n' }] }, undefined, '{"payload":{"a":[1,{"b":"ü\\"\\n"}]}}'],
    [
      { limit: 9_007_199_254_740_991 },
      { ttl: 60, tags: 'x' },
      '{"payload":{"limit":9007199254740991},"options":{"ttl":60,"tags":"x"}}',
    ],
  ])('%j with %j is %s', (payload, options, expected) => {
    expect(trigger(payload, options)).toBe(expected);
  });

  it.each([
    ['a cycle', cycle],
    ['a BigInt', { big: 1n }],
    [
      'what throws when it is written',
      {
        toJSON() {
          throw new Error(keys.prod);
        },
      },
    ],
  ])('of %s is refused', (_, payload) => {
    const error = thrownBy(() => trigger(payload));
    expect(error).toMatchObject({ code: 'payload_unserialisable', path: 'payload', endpoint: 'tasks.trigger' });
    expect(String((error as Error).stack)).not.toContain(keys.prod);
    expect((error as Error).cause).toBeUndefined();
  });

  it('may be 3 MiB, and not a byte more', () => {
    const overhead = '{"payload":""}'.length;
    expect(trigger('x'.repeat(3_145_728 - overhead))).toHaveLength(3_145_728);
    expect(thrownBy(() => trigger('x'.repeat(3_145_729 - overhead)))).toMatchObject({
      code: 'payload_too_large',
      path: 'payload',
      endpoint: 'tasks.trigger',
    });
  });
});
