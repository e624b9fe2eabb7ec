import { describe, expect, it } from 'vitest';
import { skippableColumns } from '../../../src/api/realtime/endpoints.js';
import { build, connections } from '../../gate/connections.js';
import { type Bad, badIds, refuses, takes } from '../schema/input-cases.js';

const badShapes = (whole: object): Bad[] => [
  // The server always sends these.
  ...['id', 'friendlyId', 'taskIdentifier', 'status', 'createdAt', 'nope', ''].map(
    (column): Bad => [{ ...whole, skipColumns: [column] }, 'skipColumns.0'],
  ),
  [{ ...whole, skipColumns: 'payload' }, 'skipColumns'],
  [{ ...whole, skipColumns: Array<string>(33).fill('payload') }, 'skipColumns'],
  [{ ...whole, shape: { offset: -1 } }, 'shape.offset'],
  [{ ...whole, shape: 'offset=-1' }, 'shape'],
];

describe('runs.subscribeToRun', () => {
  refuses('runs.subscribeToRun', [
    ...badIds('run').map((runId): Bad => [{ runId }, 'runId']),
    ...badShapes({ runId: 'run_a' }),
  ]);
  takes('runs.subscribeToRun', [
    [
      'where the protocol stands',
      { runId: 'run_a', shape: { offset: '0_0', handle: '1-2', live: 'true' }, skipColumns: ['payload', 'output'] },
      { query: { offset: '0_0', handle: '1-2', live: 'true', skipColumns: 'payload,output' } },
    ],
    ['every column that can be skipped', { runId: 'run_a', skipColumns: [...skippableColumns] }, {}],
  ]);
});

describe('runs.subscribeToBatch', () => {
  refuses('runs.subscribeToBatch', [
    ...badIds('batch').map((batchId): Bad => [{ batchId }, 'batchId']),
    ...badShapes({ batchId: 'batch_a' }),
  ]);
});

describe('runs.subscribeToRunsWithTag', () => {
  refuses('runs.subscribeToRunsWithTag', [
    // A comma would make two tags of one.
    ...['', 'a,b', 'x'.repeat(129), 7].map((tag): Bad => [{ tags: ['x', tag] }, 'tags.1']),
    ...[[], Array<string>(11).fill('x'), 'x', undefined].map((tags): Bad => [{ tags }, 'tags']),
    ...['1', 'h', '1w', '0h', '-1h', '24 h', 7].map((createdAt): Bad => [{ tags: ['x'], createdAt }, 'createdAt']),
    ...badShapes({ tags: ['x'] }),
  ]);
  takes('runs.subscribeToRunsWithTag', [
    ['tags with colons', { tags: ['user:1', 'a b'] }, { query: { tags: 'user:1,a b' } }],
  ]);

  it('follows the tags that were asked, whatever the protocol carries along', () => {
    const input = { tags: ['mine'], shape: { tags: 'all', offset: '-1' } };
    expect(build(connections.publicAccessToken, 'runs.subscribeToRunsWithTag', input).query).toEqual({
      tags: 'mine',
      offset: '-1',
    });
  });
});
