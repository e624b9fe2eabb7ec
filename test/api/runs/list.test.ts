import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endpoints, runStatuses } from '../../../src/api/index.js';
import { buildRequest } from '../../../src/gate/index.js';
import { connections } from '../../gate/connections.js';

const queryOf = (input: unknown) => buildRequest(connections.root, endpoints['runs.list'], input as never).query;
const everything = { 'filter[createdAt][from]': '1' };
const moment = 1_767_225_600_000;

const queries: readonly (readonly [string, unknown, Readonly<Record<string, string>>])[] = [
  ['nothing: everything, not the last seven days', {}, everything],
  ['nothing at all', undefined, everything],
  ['a zero bound, which the server takes for none', { from: 0 }, everything],
  ['a bound before 1970', { from: '1960-01-01T00:00:00Z' }, everything],
  ['milliseconds', { from: moment }, { 'filter[createdAt][from]': String(moment) }],
  ['an ISO date', { from: '2026-01-01T00:00:00Z' }, { 'filter[createdAt][from]': String(moment) }],
  ['an ISO date with fractions', { from: '2026-01-01T00:00:00.000Z' }, { 'filter[createdAt][from]': String(moment) }],
  ['an ISO date with an offset', { from: '2026-01-01T01:30:00+01:30' }, { 'filter[createdAt][from]': String(moment) }],
  ['an upper bound alone', { to: moment }, { ...everything, 'filter[createdAt][to]': String(moment) }],
  ['an upper bound of zero, which is no bound either', { to: 0 }, { ...everything, 'filter[createdAt][to]': '1' }],
  [
    'both bounds at one moment',
    { from: moment, to: '2026-01-01T00:00:00Z' },
    { 'filter[createdAt][from]': String(moment), 'filter[createdAt][to]': String(moment) },
  ],
  ['a period instead of bounds', { period: '7d' }, { 'filter[createdAt][period]': '7d' }],
  ['a page size', { limit: 100 }, { ...everything, 'page[size]': '100' }],
  ['a smallest page', { limit: 1 }, { ...everything, 'page[size]': '1' }],
  ['a cursor', { after: 'eyJj' }, { ...everything, 'page[after]': 'eyJj' }],
  ['a cursor back', { before: 'eyJj' }, { ...everything, 'page[before]': 'eyJj' }],
  ['a task', { taskIdentifier: 'a/b' }, { ...everything, 'filter[taskIdentifier]': 'a/b' }],
  ['tasks', { taskIdentifier: ['a', 'b'] }, { ...everything, 'filter[taskIdentifier]': 'a,b' }],
  [
    'versions',
    { version: ['20260131.1', '20260131.2'] },
    { ...everything, 'filter[version]': '20260131.1,20260131.2' },
  ],
  ['tags', { tag: ['user:1', 'x'] }, { ...everything, 'filter[tag]': 'user:1,x' }],
  ['test runs', { isTest: true }, { ...everything, 'filter[isTest]': 'true' }],
  ['no test runs', { isTest: false }, { ...everything, 'filter[isTest]': 'false' }],
  ['the project and environment, which a key has already', { projectRef: 'proj_x', environment: 'prod' }, everything],
];

// The filter does not know that a status includes those that older versions told apart.
const statuses: Readonly<Record<string, string>> = {
  PENDING_VERSION: 'PENDING_VERSION,WAITING_FOR_DEPLOY',
  DELAYED: 'DELAYED',
  QUEUED: 'QUEUED',
  DEQUEUED: 'DEQUEUED',
  EXECUTING: 'EXECUTING,REATTEMPTING',
  WAITING: 'WAITING,FROZEN',
  COMPLETED: 'COMPLETED',
  CANCELED: 'CANCELED',
  FAILED: 'FAILED,INTERRUPTED',
  CRASHED: 'CRASHED',
  SYSTEM_FAILURE: 'SYSTEM_FAILURE',
  EXPIRED: 'EXPIRED',
  TIMED_OUT: 'TIMED_OUT',
};

describe('the query of runs.list', () => {
  it.each(queries)('%s', (_, input, expected) => {
    expect(queryOf(input)).toEqual(expected);
  });

  it.each(Object.entries(statuses))('asks for %s as %s', (status, sent) => {
    expect(queryOf({ status })['filter[status]']).toBe(sent);
    expect(queryOf({ status: [status] })['filter[status]']).toBe(sent);
  });

  it('covers every status, and joins several', () => {
    expect(Object.keys(statuses)).toEqual([...runStatuses]);
    expect(queryOf({ status: ['FAILED', 'COMPLETED', 'WAITING'] })['filter[status]']).toBe(
      'FAILED,INTERRUPTED,COMPLETED,WAITING,FROZEN',
    );
  });

  it('always has a lower bound or a period, and only finite numbers', () => {
    const moments = fc.oneof(
      fc.constantFrom(0, 1e11, 8.64e15),
      fc.integer({ min: 1e11, max: 8.64e15 }),
      fc
        .date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') })
        .map((date) => date.toISOString()),
    );
    let built = 0;
    fc.assert(
      fc.property(
        fc.record(
          {
            from: moments,
            to: moments,
            period: fc.constantFrom('1d', '3h', '10m'),
            limit: fc.integer({ min: 1, max: 100 }),
            status: fc.constantFrom(...runStatuses),
          },
          { requiredKeys: [] },
        ),
        (input) => {
          let query: Readonly<Record<string, string>>;
          try {
            query = queryOf(input);
          } catch (error) {
            expect(error).toHaveProperty('code', 'input_invalid');
            return;
          }
          built += 1;
          const bounds = [query['filter[createdAt][from]'], query['filter[createdAt][to]']];
          for (const bound of bounds.filter((bound) => bound !== undefined)) {
            expect(bound).toMatch(/^[1-9]\d{0,15}$/);
          }
          expect(bounds[0] === undefined).toBe(query['filter[createdAt][period]'] !== undefined);
        },
      ),
      { numRuns: 3_000 },
    );
    expect(built).toBeGreaterThan(200);
  });
});
