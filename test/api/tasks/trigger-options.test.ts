import { describe, expect, it } from 'vitest';
import { build, connections, inputs } from '../../gate/connections.js';
import { type Bad, refuses } from '../schema/input-cases.js';

const rows: readonly (readonly [unknown, string])[] = [
  [{ nope: 1 }, 'options'],
  [{ delay: 5 }, 'options.delay'],
  [{ delay: 'x'.repeat(65) }, 'options.delay'],
  [{ delay: 'soon' }, 'options.delay'],
  // The server would start such a run at once.
  [{ delay: '2026-13-01T00:00:00Z' }, 'options.delay'],
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
  [{ region: 'x'.repeat(65) }, 'options.region'],
  [{ lockToVersion: 7 }, 'options.lockToVersion'],
  [{ debounce: { key: 'k' } }, 'options.debounce.delay'],
  [{ debounce: { key: 'k', delay: '1h', mode: 'both' } }, 'options.debounce.mode'],
  [{ debounce: { key: 'x'.repeat(513), delay: '1h' } }, 'options.debounce.key'],
  [{ debounce: { key: 'k', delay: '1h', maxDelay: 'soon' } }, 'options.debounce.maxDelay'],
];

describe('options of a run', () => {
  refuses(
    'tasks.trigger',
    rows.map(([options, path]): Bad => [{ taskId: 'a', options }, path]),
  );
  refuses(
    'tasks.batchTrigger',
    rows.map(([options, path]): Bad => [{ taskId: 'a', items: [{}, { options }] }, `items.1.${path}`]),
  );

  it('travel as they were given', () => {
    const options = {
      delay: '1h30m',
      ttl: '10m',
      idempotencyKey: 'order-42',
      idempotencyKeyTTL: '24h',
      queue: { name: 'invoices' },
      concurrencyKey: 'tenant-1',
      maxAttempts: 3,
      maxDuration: 60.5,
      machine: 'large-2x',
      metadata: { a: [null] },
      tags: ['user:123', 'x'],
      priority: -1,
      region: 'eu-central-1',
      test: true,
      lockToVersion: '20260131.1',
      debounce: { key: 'k', delay: '5s', mode: 'trailing', maxDelay: '2026-01-31T09:30:00Z' },
    };
    const { body = '' } = build(connections.root, 'tasks.trigger', { ...inputs['tasks.trigger'], options });
    expect(JSON.parse(body)).toEqual({ payload: { amount: 5 }, options });
  });
});
