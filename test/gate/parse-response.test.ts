import { describe, expect, it } from 'vitest';
import { type EndpointName, endpointNames, endpoints } from '../../src/api/index.js';
import { header, parseResponse } from '../../src/gate/index.js';
import { thrownBy } from './connections.js';
import { listedRun, readElsewhere, run, samples, schedule, session } from './samples.js';

const ok = (name: EndpointName, body: unknown) => parseResponse(endpoints[name], { status: 200, headers: {}, body });
const pageOf = (...data: unknown[]) => ({ data, pagination: {} });
const readHere = endpointNames.filter((name) => !readElsewhere.has(name));

/** Every place of a value that can be taken away: fields of objects, and of the first item of arrays. */
function placesIn(value: unknown, path: readonly string[] = []): string[][] {
  if (Array.isArray(value)) {
    return value.length === 0 ? [] : placesIn(value[0], [...path, '0']);
  }
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, field]) => [[...path, key], ...placesIn(field, [...path, key])])
    : [];
}

function without(value: unknown, [key = '', ...rest]: readonly string[]): unknown {
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  if (rest.length === 0) {
    Reflect.deleteProperty(copy, key);
  } else {
    Reflect.set(copy, key, without(Reflect.get(copy, key), rest));
  }
  return copy;
}

// A server that does not say is treated as if it said secret.
const optional = new Set(['0.isSecret', 'isSecret']);

const missing = readHere.flatMap((name) =>
  placesIn(samples[name])
    .filter((place) => !optional.has(place.join('.')))
    .map((place) => [name, place.join('.'), without(samples[name], place)] as const),
);

/** What a base URL that is not ours, a proxy or a broken server may answer with 200. */
const neverGood: readonly unknown[] = ['<html>hello</html>', '', null, undefined, 0, true, 'null'];

const wrong: readonly (readonly [EndpointName, unknown, string])[] = [
  ...readHere.flatMap((name) => neverGood.map((body) => [name, body, ''] as const)),
  ['runs.list', [], ''],
  ['runs.list', { data: {}, pagination: {} }, 'data'],
  ['runs.list', { data: [], pagination: { next: 7 } }, 'pagination.next'],
  ['runs.list', pageOf(null), 'data.0'],
  ['runs.list', pageOf(listedRun, listedRun, { ...listedRun, status: 7 }), 'data.2.status'],
  ['runs.list', pageOf({ ...listedRun, id: 1.2345678901234567e19 }), 'data.0.id'],
  ['runs.list', pageOf({ ...listedRun, tags: ['a', 7] }), 'data.0.tags.1'],
  ['runs.list', pageOf({ ...listedRun, createdAt: 1_767_225_600_000 }), 'data.0.createdAt'],
  ['runs.list', pageOf({ ...listedRun, costInCents: '0' }), 'data.0.costInCents'],
  ['runs.retrieve', { ...run, error: 'text' }, 'error'],
  ['runs.retrieve', { ...run, relatedRuns: { children: [{ id: 'run_b' }] } }, 'relatedRuns.children.0.status'],
  ['runs.retrieve', { ...run, durationMs: null }, 'durationMs'],
  ['tasks.trigger', { id: 7, isCached: true }, 'id'],
  ['batch.addItems', { ...(samples['batch.addItems'] as object), sealed: 'yes' }, 'sealed'],
  ['batch.retrieve', { ...(samples['batch.retrieve'] as object), runs: [7] }, 'runs.0'],
  [
    'batch.retrieve',
    { ...(samples['batch.retrieve'] as object), processing: { errors: [{ index: 0 }] } },
    'processing.errors.0.error',
  ],
  ['envvars.list', { variables: [] }, ''],
  ['envvars.list', [{ name: 'A', value: 'x', isSecret: 'no' }], '0.isSecret'],
  ['envvars.list', [{ name: 'A', value: 'x', isSecret: null }], '0.isSecret'],
  ['envvars.create', { success: 'true' }, 'success'],
  // An older route answers a wrong method with 200.
  ['schedules.activate', { status: 405, body: 'Method Not Allowed' }, 'id'],
  ['schedules.list', { status: 405, body: 'Method Not Allowed' }, 'data'],
  ['schedules.list', { data: [schedule], pagination: { currentPage: '1' } }, 'pagination.currentPage'],
  ['schedules.retrieve', { ...schedule, environments: {} }, 'environments'],
  ['sessions.retrieve', { ...session, tags: null }, 'tags'],
  ['sessions.records', { records: [{ data: { a: 1 }, id: 'x', seqNum: 0 }] }, 'records.0.data'],
  ['schedules.timezones', { timezones: [7] }, 'timezones.0'],
  ['projects.environments', {}, ''],
  ['branches.list', [], ''],
  ['whoami', { project: null }, 'project'],
];

describe('a success', () => {
  it.each(endpointNames)('of %s is given as it is', (name) => {
    expect(ok(name, samples[name])).toEqual(samples[name]);
    expect(parseResponse(endpoints[name], { status: 299, headers: {}, body: samples[name] })).toEqual(samples[name]);
  });

  it.each(missing)('of %s without %s is not taken', (name, path, body) => {
    expect(thrownBy(() => ok(name, body))).toMatchObject({ code: 'invalid_response', endpoint: name, path });
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

  it.each([{ any: 'thing' }, [], null, 7])('of a subscription may be %j: its own client judges', (body) => {
    expect(ok('runs.subscribeToRun', body)).toEqual(body);
  });

  it('of an event stream is text', () => {
    expect(thrownBy(() => ok('sessions.subscribe', {}))).toMatchObject({ code: 'invalid_response' });
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
    expect(header({ headers }, 'a')).toBe(expected);
  });
});
