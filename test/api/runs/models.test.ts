import { describe, expect, it } from 'vitest';
import { isFinal, Run, RunDetail, runStatuses } from '../../../src/api/index.js';

const statuses: readonly (readonly [string, boolean])[] = [
  ['PENDING_VERSION', false],
  ['DELAYED', false],
  ['QUEUED', false],
  ['DEQUEUED', false],
  ['EXECUTING', false],
  ['WAITING', false],
  ['COMPLETED', true],
  ['CANCELED', true],
  ['FAILED', true],
  ['CRASHED', true],
  ['SYSTEM_FAILURE', true],
  ['EXPIRED', true],
  ['TIMED_OUT', true],
];

// Of a server that was asked in an older version, or will be newer.
const others: readonly (readonly [string, boolean])[] = [
  ['INTERRUPTED', true],
  ['WAITING_FOR_DEPLOY', false],
  ['REATTEMPTING', false],
  ['FROZEN', false],
  ['BRAND_NEW', false],
  ['completed', false],
  ['', false],
  ['constructor', false],
];

describe('the statuses of a run', () => {
  it('are these', () => {
    expect(runStatuses).toEqual(statuses.map(([status]) => status));
  });

  it.each([...statuses, ...others])('%s is final: %j', (status, expected) => {
    expect(isFinal({ status })).toBe(expected);
  });

  it('count, not what else the run says', () => {
    expect(isFinal({ status: 'EXPIRED', isCompleted: false, finishedAt: null } as { status: string })).toBe(true);
    expect(isFinal({ status: 'EXECUTING', isCompleted: true } as { status: string })).toBe(false);
  });
});

const run = {
  id: 'run_a',
  taskIdentifier: 'hello',
  status: 'QUEUED',
  createdAt: '2026-01-31T09:30:00.000Z',
  updatedAt: '2026-01-31T09:30:00.000Z',
  isTest: false,
  tags: [],
  costInCents: 0,
  baseCostInCents: 0,
  durationMs: 0,
};

const optional = [
  ...['startedAt', 'finishedAt', 'delayedUntil', 'expiredAt', 'ttl', 'version', 'idempotencyKey', 'region'],
] as const;

describe.each([
  ['Run', Run(), { ...run, env: { id: 'e', name: 'prod' } }],
  ['RunDetail', RunDetail(), run],
] as const)('%s', (_, schema, value: Record<string, unknown>) => {
  it('is taken with the least there is', () => {
    expect(schema.parse(value)).toEqual(value);
  });

  it.each(Object.keys(run))('needs %s', (field) => {
    const { [field]: __, ...rest } = value;
    expect(schema.safeParse(rest).error?.issues.map((issue) => issue.path)).toEqual([[field]]);
    expect(schema.safeParse({ ...value, [field]: null }).success).toBe(false);
  });

  it.each(optional)('may do without %s, have none, or a text', (field) => {
    for (const given of [undefined, null, 'text']) {
      expect(schema.safeParse({ ...value, [field]: given }).success).toBe(true);
    }
    expect(schema.safeParse({ ...value, [field]: 7 }).success).toBe(false);
  });

  it.each([null, 7, 'text', [1], { $$streams: {} }])('keeps metadata %j', (metadata) => {
    expect(schema.parse({ ...value, metadata })).toEqual({ ...value, metadata });
  });
});
