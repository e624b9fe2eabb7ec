import { describe, expect, it } from 'vitest';
import { orderOf, type Round } from './measure.js';
import { chartOf } from './report/chart.js';
import { tableOf } from './report/table.js';
import { experiments, type Row, rows } from './rows.js';
import { quantile, resultOf, spreadOf } from './statistics.js';
import { works } from './work/index.js';

const row: Row = {
  experiment: 'list',
  figure: 'warm',
  title: 'list <runs>',
  over: 'undici',
  unit: '× undici CPU',
  bound: { is: 'most', budget: 1.5, stretch: 1 },
};

const rounds: Round[] = [
  { ours: { warm: 10 }, undici: { warm: 10 }, sdk: { warm: 40 } },
  { ours: { warm: 30 }, undici: { warm: 20 }, sdk: { warm: 100 } },
  { ours: { warm: 60 }, undici: { warm: 30 }, sdk: { warm: 90 } },
];

describe('spreadOf', () => {
  it.each([
    { values: [3, 1, 2], spread: { median: 2, low: 1, high: 3 } },
    { values: [4, 1, 2, 3], spread: { median: 2.5, low: 1, high: 4 } },
    { values: [7], spread: { median: 7, low: 7, high: 7 } },
  ])('of $values', ({ spread, values }) => {
    expect(spreadOf(values)).toEqual(spread);
  });
});

describe('quantile', () => {
  const hundred = Array.from({ length: 101 }, (_, index) => 100 - index);
  it.each([
    { values: hundred, share: 0.5, value: 50 },
    { values: hundred, share: 0.99, value: 99 },
    { values: hundred, share: 1, value: 100 },
    { values: [7], share: 0.99, value: 7 },
    { values: [], share: 0.99, value: Number.NaN },
  ])('$share of $values.length values is $value', ({ share, value, values }) => {
    expect(quantile(values, share)).toBe(value);
  });
});

describe('a result', () => {
  it('takes each ratio within its round, and then the median', () => {
    expect(resultOf(row, rounds)).toEqual({
      row,
      rounds: 3,
      isMet: true,
      peers: {
        ours: { median: 1.5, low: 1, high: 2 },
        undici: { median: 1, low: 1, high: 1 },
        sdk: { median: 4, low: 3, high: 5 },
      },
    });
  });

  it.each([
    { bound: { is: 'most', budget: 1.49 }, isMet: false },
    { bound: { is: 'least', budget: 1.5 }, isMet: true },
    { bound: { is: 'least', budget: 1.51 }, isMet: false },
    { bound: undefined, isMet: undefined },
  ] as const)('under $bound is met: $isMet', ({ bound, isMet }) => {
    const { bound: _, ...free } = row;
    expect(resultOf({ ...free, ...(bound && { bound }) }, rounds).isMet).toBe(isMet);
  });

  it.each([
    ['a figure is missing', [{ ours: {}, undici: { warm: 1 } }]],
    ['no round was made', []],
  ] as const)('meets nothing where %s', (_, found) => {
    expect(resultOf(row, found).isMet).toBe(false);
  });
});

describe('the rounds', () => {
  it('turn the order of the peers', () => {
    const peers = ['ours', 'undici', 'sdk'] as const;
    expect([0, 1, 2].map((round) => orderOf(peers, round).join(' '))).toEqual([
      'ours undici sdk',
      'sdk undici ours',
      'ours undici sdk',
    ]);
  });
});

describe('the rows', () => {
  it.each(rows)('$experiment $figure is measured, beside whom it is compared with', ({ experiment, over }) => {
    const { peers = [], work = '' } = experiments[experiment] ?? {};
    expect(Object.keys(works)).toContain(work);
    expect(peers).toContain('ours');
    expect(over === undefined || peers.includes(over)).toBe(true);
  });

  it('read every experiment', () => {
    expect([...new Set(rows.map(({ experiment }) => experiment))].sort()).toEqual(Object.keys(experiments).sort());
  });
});

describe('the report', () => {
  const results = [resultOf(row, rounds), resultOf({ ...row, bound: { is: 'most', budget: 1 } }, rounds)];

  it('is a table with our median, its spread, the budget and the others', () => {
    const [head = '', met = '', missed = ''] = tableOf(results).split('\n');
    expect(head.trim().split(/\s+/)).toEqual([
      'ours',
      'from',
      'to',
      'budget',
      'stretch',
      'undici',
      'nango',
      'sdk',
      'ajv',
    ]);
    expect(met).toMatch(/^list <runs> \(× undici CPU\) +1\.50 +1\.00 +2\.00 +≤ 1\.50 +≤ 1\.00 +met +1\.00 +4\.00$/);
    expect(missed).toContain('MISSED');
  });

  it('is a chart that escapes what XML would read', () => {
    const chart = chartOf(results, '2026, Node & more');
    expect(chart).toContain('list &lt;runs>');
    expect(chart).toContain('Node &amp; more');
    expect(chart.match(/<circle/g)).toHaveLength(results.length + 1);
  });
});
