import { describe, expect, it } from 'vitest';
import { syncRuns } from '../../../src/nango/index.js';
import { filtersOf, periodOf, readMetadata } from '../../../src/nango/sync/metadata.js';
import { clockOf, day, nangoOf, world } from './history.js';

describe('metadata of a connection', () => {
  it.each([undefined, null, '', {}])('of %j choose nothing', (given) => {
    expect(readMetadata(given)).toEqual({});
  });

  it.each([
    { given: { task: ['a'] }, path: 'metadata.task', nearest: 'tasks' },
    { given: { Tags: ['a'] }, path: 'metadata.Tags', nearest: 'tags' },
    { given: { look_back_days: 3 }, path: 'metadata.look_back_days', nearest: 'lookBackDays' },
    { given: { include_value: true }, path: 'metadata.include_value', nearest: 'includeValues' },
  ])('$given is refused with the name that was meant', ({ given, nearest, path }) => {
    expect(() => readMetadata(given)).toThrow(
      expect.objectContaining({
        code: 'input_invalid',
        path,
        message: expect.stringContaining(`did you mean "${nearest}"?`),
      }),
    );
  });

  it('keep other names, which are the customer’s', () => {
    expect(readMetadata({ customerId: 7, plan: 'pro', tasks: ['a'] })).toEqual({ tasks: ['a'] });
  });

  it.each([
    { given: { from: 'yesterday' }, path: 'metadata.from' },
    { given: { from: '2026-01-01T00:00:00' }, path: 'metadata.from' },
    { given: { to: '2026-13-01' }, path: 'metadata.to' },
    { given: { from: '2026-02-01', to: '2026-01-01' }, path: 'metadata.to' },
    { given: { environments: ['production'] }, path: 'metadata.environments.0' },
  ])('$given is refused', ({ given, path }) => {
    expect(() => readMetadata(given)).toThrow(expect.objectContaining({ code: 'input_invalid', path }));
  });

  it.each([
    { given: {}, period: { origin: 1, until: undefined } },
    { given: { lookBackDays: 2 }, period: { origin: 10 * day, until: undefined } },
    { given: { from: '1970-01-06', to: '1970-01-08' }, period: { origin: 5 * day, until: 7 * day } },
    { given: { from: '1970-01-06', lookBackDays: 1 }, period: { origin: 11 * day, until: undefined } },
  ])('$given read $period', ({ given, period }) => {
    expect(periodOf(readMetadata(given), 12 * day)).toEqual(period);
  });

  it('that choose the same have one text, and without a period that of older checkpoints', () => {
    expect(filtersOf({ tags: ['b', 'a'] })).toBe('[null,["a","b"],null,null,null]');
    expect(filtersOf({ tags: ['a', 'b'], rateShare: 1, includeValues: true })).toBe(filtersOf({ tags: ['b', 'a'] }));
    expect(filtersOf({ from: '2026-01-01' })).not.toBe(filtersOf({}));
  });
});

describe('environments of a personal access token', () => {
  it('among which is dev: the others are read, and the log says why dev is not', async () => {
    const inWorld = world();
    const nango = nangoOf(inWorld, 'pat:alice');
    const runs = (['prod', 'stg', 'dev'] as const).map(
      (env) => inWorld.project.createRun(env, { status: 'COMPLETED' }).id,
    );
    nango.metadata = { environments: ['prod', 'dev', 'staging', 'prod'] };
    await syncRuns(nango, clockOf(inWorld));
    expect([...nango.records.keys()].sort()).toEqual(runs.slice(0, 2).sort());
    expect(nango.logs).toEqual([{ level: 'warn', message: expect.stringMatching(/^Runs of dev are left out: /) }]);
  });

  it('of which each has 5,000 open runs fit into one checkpoint', async () => {
    const inWorld = world();
    const nango = nangoOf(inWorld, 'pat:alice');
    for (const env of ['prod', 'stg', 'preview'] as const) {
      for (let place = 0; place < 5_000; place += 1) {
        inWorld.clock.now += 1_000;
        inWorld.project.createRun(env, { status: 'EXECUTING' });
      }
    }
    nango.metadata = { environments: ['prod', 'staging', 'preview'] };
    await syncRuns(nango, clockOf(inWorld));
    await syncRuns(nango, clockOf(inWorld));
    expect(nango.records.size).toBe(15_000);
    const fields = Object.values(nango.checkpoint as object).map((value) => String(value).length);
    expect(fields).toHaveLength(16);
    expect(Math.max(...fields)).toBeLessThanOrEqual(4_000);
  }, 60_000);
});
