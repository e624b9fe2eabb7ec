import { describe } from 'vitest';
import { type Bad, badIds, refuses, takes } from '../schema/input-cases.js';

describe('the filters of runs.list', () => {
  const lists = ['taskIdentifier', 'version', 'tag', 'region', 'queue'];
  const single = ['batch', 'schedule', 'bulkAction'];

  refuses('runs.list', [
    ...['completed', 'FROZEN', '', [], ['COMPLETED', 'x'], 7].map((status): Bad => [{ status }, 'status']),
    // A comma would make two values of one.
    ...['', 'a,b', ['a', 'b,c'], [], 'x'.repeat(257), Array<string>(101).fill('x'), 7].flatMap((value) =>
      lists.map((name): Bad => [{ [name]: value }, name]),
    ),
    ...['', 'a,b', ['a'], 7, 'x'.repeat(257)].flatMap((value) => single.map((name): Bad => [{ [name]: value }, name])),
    ...['mega', '', ['micro', 'mega'], []].map((machine): Bad => [{ machine }, 'machine']),
    ...['true', 1, null].map((isTest): Bad => [{ isTest }, 'isTest']),
  ]);

  const everything = { 'filter[createdAt][from]': '1' };
  takes('runs.list', [
    ['a region', { region: 'eu-central-1' }, { query: { ...everything, 'filter[region]': 'eu-central-1' } }],
    ['queues', { queue: ['task/a', 'b'] }, { query: { ...everything, 'filter[queue]': 'task/a,b' } }],
    ['machines', { machine: ['micro', 'small-1x'] }, { query: { ...everything, 'filter[machine]': 'micro,small-1x' } }],
    [
      'a batch, a schedule and a bulk action',
      { batch: 'batch_a', schedule: 'sched_a', bulkAction: 'bulk_a' },
      {
        query: {
          ...everything,
          'filter[batch]': 'batch_a',
          'filter[schedule]': 'sched_a',
          'filter[bulkAction]': 'bulk_a',
        },
      },
    ],
  ]);
});

describe.each(['runs.retrieve', 'runs.cancel', 'runs.replay'] as const)('the id of %s', (name) => {
  refuses(name, [...badIds('run').map((runId): Bad => [{ runId }, 'runId']), [{}, 'runId'], [undefined, 'runId']]);
  takes(name, [
    // Three shapes of ids are known, and there may be more.
    ['21 characters', { runId: `run_${'a'.repeat(21)}` }, {}],
    ['25 characters', { runId: `run_c${'0'.repeat(24)}` }, {}],
    ['26 characters', { runId: `run_${'A'.repeat(26)}` }, {}],
  ]);
});

describe('runs.reschedule', () => {
  refuses('runs.reschedule', [
    ...badIds('run').map((runId): Bad => [{ runId, delay: '1h' }, 'runId']),
    [{ runId: 'run_a' }, 'delay'],
    // What the server cannot read counts as no delay at all.
    ...[
      '',
      '1',
      'h',
      '1 h',
      '-1h',
      '1.5h',
      '1mo',
      '1hm',
      'tomorrow',
      '2026-1-1',
      '2026-99-99',
      '2026-01-31T25:00:00Z',
      '2026-01-31T:::::Z',
      'x'.repeat(65),
      5,
      null,
      {},
    ].map((delay): Bad => [{ runId: 'run_a', delay }, 'delay']),
  ]);
  takes('runs.reschedule', [
    ...['30s', '5m', '1h', '1hr', '2d', '1w', '1h30m', '2026-01-31', '2026-01-31T09:30:00Z'].map(
      (delay) => [delay, { runId: 'run_a', delay }, { body: JSON.stringify({ delay }) }] as const,
    ),
    [
      'an offset',
      { runId: 'run_a', delay: '2026-01-31T09:30:00.000+01:00' },
      { path: '/api/v1/runs/run_a/reschedule' },
    ],
  ]);
});
