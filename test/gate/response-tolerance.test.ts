import { describe, expect, it } from 'vitest';
import { type EndpointName, endpointNames, endpoints } from '../../src/api/index.js';
import { parseResponse } from '../../src/gate/index.js';
import { cutDown, listedRun, readElsewhere, run, samples, schedule, session } from './samples.js';

const ok = (name: EndpointName, body: unknown) => parseResponse(endpoints[name], { status: 200, headers: {}, body });
const pageOf = (...data: unknown[]) => ({ data, pagination: {} });

/** The value with a field that nobody knows in every object of it. */
const extended = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(extended)
    : typeof value === 'object' && value !== null
      ? {
          ...Object.fromEntries(Object.entries(value).map(([key, field]) => [key, extended(field)])),
          brandNew: { a: [1] },
        }
      : value;

describe('what this version does not know', () => {
  const passing = endpointNames.filter((name) => !cutDown.has(name) && !readElsewhere.has(name));

  it.each(passing)('passes through %s', (name) => {
    expect(ok(name, extended(samples[name]))).toEqual(extended(samples[name]));
  });

  it.each([...cutDown])('is dropped from %s', (name) => {
    expect(ok(name, extended(samples[name]))).toEqual(samples[name]);
  });

  it('is dropped from whoami, which tells the key', () => {
    const body = { id: 'e', apiKey: 'a secret', project: { externalRef: 'proj_a', id: 'p', secret: 'x' } };
    expect(ok('whoami', body)).toEqual({ project: { externalRef: 'proj_a' } });
  });

  it.each<readonly [EndpointName, unknown]>([
    ['runs.list', pageOf({ ...listedRun, status: 'BRAND_NEW' })],
    ['runs.retrieve', { ...run, status: 'BRAND_NEW' }],
    ['batch.retrieve', { ...(samples['batch.retrieve'] as object), status: 'BRAND_NEW' }],
    ['schedules.retrieve', { ...schedule, type: 'BRAND_NEW', generator: { type: 'RRULE', expression: 'x' } }],
    ['sessions.retrieve', { ...session, type: 'brand.new' }],
    ['projects.environments', [{ id: 'e', slug: 'qa', type: 'QA' }]],
  ])('is taken where a status or type stands: %s %j', (name, body) => {
    expect(ok(name, body)).toEqual(body);
  });
});

describe('what is null', () => {
  const nullable: readonly (readonly [EndpointName, string, unknown])[] = [
    [
      'runs.list',
      'a run',
      pageOf({ ...listedRun, startedAt: null, ttl: null, version: null, region: null, metadata: null }),
    ],
    ['runs.list', 'a cursor', { data: [], pagination: { next: null, previous: null } }],
    [
      'runs.retrieve',
      'a run',
      { ...run, payload: null, output: null, error: null, schedule: null, batchId: null, relatedRuns: { root: null } },
    ],
    ['batch.retrieve', 'a key', { ...(samples['batch.retrieve'] as object), idempotencyKey: null }],
    ['schedules.retrieve', 'a schedule', { ...schedule, nextRun: null, externalId: null, deduplicationKey: null }],
    [
      'sessions.retrieve',
      'a session',
      { ...session, externalId: null, metadata: null, closedAt: null, closedReason: null, expiresAt: null },
    ],
    ['projects.list', 'an organization', [{ ...(samples['projects.list'] as object[])[0], organization: null }]],
  ];

  it.each(nullable)('in %s: %s', (name, _, body) => {
    expect(ok(name, body)).toEqual(body);
  });
});

describe('what the API only carries', () => {
  it('keeps payload, output, metadata and error as they came', () => {
    const detail = {
      ...run,
      payload: { __proto__x: 1, deep: [null, 'ü'] },
      output: [1, 'two'],
      metadata: { a: { b: false } },
      error: { message: 'm', name: 'n', stackTrace: 's', raw: 7 },
      schedule: { id: 'sched_a', generator: { type: 'CRON' } },
    };
    expect(ok('runs.retrieve', detail)).toEqual(detail);
  });

  it('keeps what a session holds', () => {
    const body = { ...session, triggerConfig: { basePayload: { a: [null] } }, metadata: { plan: 'pro' } };
    expect(ok('sessions.retrieve', body)).toEqual(body);
  });

  it('is not polluted by what a body holds', () => {
    for (const name of ['runs.list', 'schedules.list', 'sessions.list'] as const) {
      const text = JSON.stringify(samples[name]).replace('{"data"', '{"__proto__":{"polluted":1},"data"');
      const output = ok(name, JSON.parse(text)) as object;
      expect(Object.getPrototypeOf(output)).toBe(Object.prototype);
      expect((output as Record<string, unknown>)['polluted']).toBeUndefined();
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    }
  });

  it.each([
    [{}, true],
    [{ isSecret: true }, true],
    [{ isSecret: false }, false],
  ])('takes a variable with %j for secret: %j', (given, expected) => {
    const variable = { name: 'A', value: 'x', ...given };
    expect(ok('envvars.list', [variable])).toEqual([{ name: 'A', value: 'x', isSecret: expected }]);
    expect(ok('envvars.retrieve', variable)).toEqual({ name: 'A', value: 'x', isSecret: expected });
  });
});
