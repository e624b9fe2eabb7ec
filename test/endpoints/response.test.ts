import { describe, expect, it } from 'vitest';
import { type EndpointName, endpointNames, header, parseResponse } from '../../src/endpoints/index.js';
import { thrownBy } from './connections.js';

const ok = (name: EndpointName, body: unknown) => parseResponse(name, { status: 200, headers: {}, body });

const times = { createdAt: '2026-01-31T09:30:00.000Z', updatedAt: '2026-01-31T09:31:00.000Z' };
const base = {
  id: 'run_a',
  taskIdentifier: 'hello',
  status: 'COMPLETED',
  ...times,
  isTest: false,
  tags: ['a'],
  costInCents: 0.1,
  baseCostInCents: 0,
  durationMs: 12,
};
const listed = { ...base, env: { id: 'e', name: 'prod' } };
const pageOf = (...data: unknown[]) => ({ data, pagination: {} });
const project = { id: 'e', slug: 'prod', type: 'PRODUCTION' };

const good: Readonly<Record<EndpointName, unknown>> = {
  'tasks.trigger': { id: 'run_a', isCached: false },
  'runs.list': pageOf(listed),
  'runs.retrieve': base,
  'envvars.list': [{ name: 'A', value: '', isSecret: false }],
  'projects.environments': [project],
};

/** What a base URL that is not ours, a proxy or a broken server may answer with 200. */
const neverGood: readonly unknown[] = ['<html>hello</html>', '', null, undefined, 0, true, 'null'];

const wrong: readonly (readonly [EndpointName, unknown, string])[] = [
  ...endpointNames.flatMap((name) => neverGood.map((body) => [name, body, ''] as const)),
  ['runs.list', [], ''],
  ['runs.list', {}, 'data'],
  ['runs.list', { data: [] }, 'pagination'],
  ['runs.list', { data: {}, pagination: {} }, 'data'],
  ['runs.list', { data: [], pagination: { next: 7 } }, 'pagination.next'],
  ['runs.list', pageOf(null), 'data.0'],
  ['runs.list', pageOf(listed, listed, { ...listed, status: 7 }), 'data.2.status'],
  ['runs.list', pageOf({ ...listed, id: 1.2345678901234567e19 }), 'data.0.id'],
  ['runs.list', pageOf({ ...listed, tags: ['a', 7] }), 'data.0.tags.1'],
  ['runs.list', pageOf({ ...listed, createdAt: 1_767_225_600_000 }), 'data.0.createdAt'],
  ['runs.list', pageOf({ ...listed, env: null }), 'data.0.env'],
  ['runs.list', pageOf({ ...listed, costInCents: '0' }), 'data.0.costInCents'],
  ['runs.list', { status: 405, body: 'Method Not Allowed' }, 'data'],
  ['runs.retrieve', [], ''],
  ['runs.retrieve', {}, 'id'],
  ['runs.retrieve', { ...base, error: 'text' }, 'error'],
  ['runs.retrieve', { ...base, relatedRuns: { children: [{ id: 'run_b' }] } }, 'relatedRuns.children.0.status'],
  ['runs.retrieve', { ...base, durationMs: null }, 'durationMs'],
  ['tasks.trigger', [], ''],
  ['tasks.trigger', {}, 'id'],
  ['tasks.trigger', { id: 'run_a' }, 'isCached'],
  ['tasks.trigger', { id: 7, isCached: true }, 'id'],
  ['envvars.list', {}, ''],
  ['envvars.list', { variables: [] }, ''],
  ['envvars.list', [{ name: 'A' }], '0.value'],
  ['envvars.list', [{ name: 'A', value: 'x', isSecret: 'no' }], '0.isSecret'],
  ['envvars.list', [{ name: 'A', value: 'x', isSecret: null }], '0.isSecret'],
  ['projects.environments', {}, ''],
  ['projects.environments', [{ id: 'e', slug: 'prod' }], '0.type'],
];

describe('a success', () => {
  it.each(endpointNames)('of %s is given as it is', (name) => {
    expect(ok(name, good[name])).toEqual(good[name]);
    expect(parseResponse(name, { status: 299, headers: {}, body: good[name] })).toEqual(good[name]);
  });

  it.each(wrong)('of %s with %j is not taken (at "%s")', (name, body, path) => {
    const error = thrownBy(() => ok(name, body));
    expect(error).toMatchObject({
      name: 'ConnectorError',
      code: 'invalid_response',
      endpoint: name,
      status: 200,
      path,
    });
    const { message } = error as Error;
    expect(message).toContain(path === '' ? 'gives. ' : `(at ${path})`);
    expect(message).toContain('base URL');
    expect(message).not.toMatch(/<html|hello|Method Not Allowed|12345678901234567/);
  });

  it.each(endpointNames)('of %s may hold fields that we do not know', (name) => {
    const more = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(more)
        : typeof value === 'object' && value !== null
          ? {
              ...Object.fromEntries(Object.entries(value).map(([key, field]) => [key, more(field)])),
              brandNew: { a: [1] },
            }
          : value;
    expect(ok(name, more(good[name]))).toEqual(good[name]);
  });

  it('may hold a status that we do not know, and nulls', () => {
    const run = { ...listed, status: 'BRAND_NEW', startedAt: null, ttl: null, version: null, region: null };
    expect(ok('runs.list', pageOf(run))).toEqual(pageOf(run));
    const detail = { ...base, status: 'BRAND_NEW', payload: null, output: null, error: null, schedule: null };
    expect(ok('runs.retrieve', detail)).toEqual(detail);
    expect(ok('runs.list', { data: [], pagination: { next: null, previous: null } })).toMatchObject({ data: [] });
  });

  it('keeps payload, output, metadata and error as they came', () => {
    const detail = {
      ...base,
      payload: { __proto__x: 1, deep: [null, 'ü'] },
      output: [1, 'two'],
      metadata: { a: { b: false } },
      error: { message: 'm', name: 'n', stackTrace: 's', raw: 7 },
      schedule: { id: 'sched_a', generator: { type: 'CRON' } },
    };
    expect(ok('runs.retrieve', detail)).toEqual(detail);
  });

  it('is not polluted by what a body holds', () => {
    const body = JSON.parse(JSON.stringify(pageOf(listed)).replace('{"data"', '{"__proto__":{"polluted":1},"data"'));
    expect(ok('runs.list', body)).toEqual(pageOf(listed));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([
    [{}, true],
    [{ isSecret: true }, true],
    [{ isSecret: false }, false],
  ])('takes a variable with %j for secret: %j', (given, expected) => {
    expect(ok('envvars.list', [{ name: 'A', value: 'x', ...given }])).toEqual([
      { name: 'A', value: 'x', isSecret: expected },
    ]);
  });
});

describe('header', () => {
  it.each([
    [{ a: 'x' }, 'x'],
    [{ a: ['x', 'y'] }, 'x'],
    [{ a: 7 }, '7'],
    [{ a: [] }, undefined],
    [{ a: null }, undefined],
    [{ a: {} }, undefined],
    [{}, undefined],
  ])('of %j is %j', (headers, expected) => {
    expect(header({ status: 200, headers, body: '' }, 'a')).toBe(expected);
  });
});
