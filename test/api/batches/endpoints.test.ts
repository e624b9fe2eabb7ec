import { describe } from 'vitest';
import { type Bad, badIds, refuses, takes } from '../schema/input-cases.js';

describe('batch.retrieve', () => {
  refuses('batch.retrieve', [...badIds('batch').map((batchId): Bad => [{ batchId }, 'batchId']), [{}, 'batchId']]);
  takes('batch.retrieve', [['an id', { batchId: 'batch_aZ09' }, { path: '/api/v2/batches/batch_aZ09' }]]);
});

describe('batch.addItems', () => {
  const lines = ['{"index":0,"task":"a"}'];

  refuses('batch.addItems', [
    ...badIds('batch').map((batchId): Bad => [{ batchId, lines }, 'batchId']),
    [{ batchId: 'batch_a', lines: [] }, 'lines'],
    [{ batchId: 'batch_a', lines: Array<string>(1_001).fill('{}') }, 'lines'],
    [{ batchId: 'batch_a', lines: [{}] }, 'lines.0'],
    [{ batchId: 'batch_a', lines: '{}' }, 'lines'],
  ]);
  takes('batch.addItems', [
    ['one line', { batchId: 'batch_a', lines }, { body: '{"index":0,"task":"a"}\n' }],
    [
      '1,000 lines',
      { batchId: 'batch_a', lines: Array<string>(1_000).fill('{}') },
      { body: '{}\n'.repeat(1_000), path: '/api/v3/batches/batch_a/items' },
    ],
  ]);
});
