import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EndpointName, endpointNames, endpoints, supports } from '../../src/api/index.js';
import { fillPath } from '../../src/gate/path.js';
import { build, connections, inputs, ref } from './connections.js';

const origin = 'https://api.example.test';

const nasty = fc.array(
  fc.oneof(
    fc.constantFrom(
      '..',
      '.',
      '/',
      '\\',
      '%2e',
      '%2E',
      '%2f',
      '%5c',
      '%',
      '?',
      '#',
      ';',
      ':',
      '@',
      '\t',
      '\n',
      '\u0000',
    ),
    fc.constantFrom('run_', 'proj_', 'a', '//', 'https:', '\ud800', '\udc00', '\u2024', '．', '／', '\ufeff'),
    fc.string({ unit: 'binary', maxLength: 4 }),
  ),
  { maxLength: 6 },
);
const ids = fc.oneof(
  nasty.map((pieces) => pieces.join('')),
  nasty.map((pieces) => `run_${pieces.join('')}`),
  fc.string(),
  fc.stringMatching(/^run_[0-9a-z]{1,30}$/),
);

// Every place where a value of the caller stands in a path: endpoint, field, and the path around the value.
const places: readonly (readonly [EndpointName, string, string, string])[] = [
  ['tasks.trigger', 'taskId', '/api/v1/tasks/', '/trigger'],
  ['batch.addItems', 'batchId', '/api/v3/batches/', '/items'],
  ['batch.retrieve', 'batchId', '/api/v2/batches/', ''],
  ['runs.list', 'projectRef', '/api/v1/projects/', '/runs'],
  ['runs.retrieve', 'runId', '/api/v3/runs/', ''],
  ['runs.cancel', 'runId', '/api/v2/runs/', '/cancel'],
  ['runs.replay', 'runId', '/api/v1/runs/', '/replay'],
  ['runs.reschedule', 'runId', '/api/v1/runs/', '/reschedule'],
  ['runs.subscribeToRun', 'runId', '/realtime/v1/runs/', ''],
  ['runs.subscribeToBatch', 'batchId', '/realtime/v1/batches/', ''],
  ...(['list', 'create'] as const).flatMap((name) => [
    [`envvars.${name}`, 'projectRef', '/api/v1/projects/', '/envvars/prod'] as const,
    [`envvars.${name}`, 'environment', `/api/v1/projects/${ref}/envvars/`, ''] as const,
  ]),
  ['envvars.upload', 'projectRef', '/api/v1/projects/', '/envvars/prod/import'],
  ['envvars.upload', 'environment', `/api/v1/projects/${ref}/envvars/`, '/import'],
  ...(['retrieve', 'update', 'del'] as const).flatMap((name) => [
    [`envvars.${name}`, 'projectRef', '/api/v1/projects/', '/envvars/prod/A'] as const,
    [`envvars.${name}`, 'environment', `/api/v1/projects/${ref}/envvars/`, '/A'] as const,
    [`envvars.${name}`, 'name', `/api/v1/projects/${ref}/envvars/prod/`, ''] as const,
  ]),
  ...(['retrieve', 'update', 'del'] as const).map(
    (name) => [`schedules.${name}`, 'scheduleId', '/api/v1/schedules/', ''] as const,
  ),
  ['schedules.activate', 'scheduleId', '/api/v1/schedules/', '/activate'],
  ['schedules.deactivate', 'scheduleId', '/api/v1/schedules/', '/deactivate'],
  ['sessions.retrieve', 'session', '/api/v1/sessions/', ''],
  ['sessions.update', 'session', '/api/v1/sessions/', ''],
  ['sessions.close', 'session', '/api/v1/sessions/', '/close'],
  ['sessions.append', 'session', '/realtime/v1/sessions/', '/in/append'],
  ['sessions.append', 'channel', '/realtime/v1/sessions/chat-42/', '/append'],
  ['sessions.records', 'session', '/realtime/v1/sessions/', '/out/records'],
  ['sessions.records', 'channel', '/realtime/v1/sessions/chat-42/', '/records'],
  ['sessions.subscribe', 'session', '/realtime/v1/sessions/', '/out'],
  ['sessions.subscribe', 'channel', '/realtime/v1/sessions/chat-42/', ''],
  ['projects.environments', 'projectRef', '/api/v1/projects/', '/environments'],
  ['branches.list', 'projectRef', '/api/v1/projects/', '/branches'],
];

const named = fc.constantFrom('prod', 'staging', 'preview', 'in', 'out', 'batch_a1', 'proj_a', 'A');

describe('a value in a path', () => {
  it('has a row here for each place that a path has', () => {
    const all = endpointNames.flatMap((name) =>
      endpoints[name].routes.flatMap(({ path }) =>
        (path.match(/\{\w+\}/g) ?? []).map((place) => [name, place.slice(1, -1)]),
      ),
    );
    expect(places.map(([name, field]) => [name, field]).sort()).toEqual(all.sort());
  });

  it.each(places)('%s: %s is refused, or is one segment that stays where it is', (name, field, before, after) => {
    const connection = supports(name, 'pat') ? connections.pat : connections.root;
    let built = 0;
    fc.assert(
      fc.property(fc.oneof(ids, named), (id) => {
        let request: { path: string; query: object };
        try {
          request = build(connection, name, { ...inputs[name], [field]: id });
        } catch (error) {
          expect(error).toMatchObject({ name: 'ConnectorError', code: 'input_invalid' });
          return;
        }
        built += 1;
        const url = new URL(`${origin}${request.path}`);
        expect(url.origin).toBe(origin);
        expect(url.pathname).toBe(request.path);
        expect(url.search + url.hash).toBe('');
        expect(request.path.startsWith(before) && request.path.endsWith(after)).toBe(true);
        const segment = request.path.slice(before.length, request.path.length - after.length);
        expect(segment).toMatch(/^[^/\\]+$/);
        expect(decodeURIComponent(segment)).toBe(id);
      }),
      { numRuns: 400 },
    );
    expect(built).toBeGreaterThan(10);
  });
});

describe('fillPath', () => {
  it.each(['', '.', '..', '%2e', '%2E', '.%2e', '%2e.', '%2E%2E', '\ud800'])('refuses %j', (value) => {
    expect(() => fillPath('/a/{b}/c', { b: value }, 'x')).toThrow(
      expect.objectContaining({ code: 'input_invalid', path: 'b', endpoint: 'x' }),
    );
  });

  it('refuses a value that is missing or inherited', () => {
    expect(() => fillPath('/a/{b}', {}, 'x')).toThrow(expect.objectContaining({ path: 'b' }));
    expect(() => fillPath('/a/{constructor}', {}, 'x')).toThrow(expect.objectContaining({ path: 'constructor' }));
    expect(() => fillPath('/a/{b}', Object.create({ b: 'c' }), 'x')).toThrow(expect.objectContaining({ path: 'b' }));
  });

  it('does not look for places in what it filled in', () => {
    expect(fillPath('/{a}/{b}', { a: '{b}', b: '$&' }, 'x')).toBe('/%7Bb%7D/%24%26');
  });
});
