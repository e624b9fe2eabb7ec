import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildRequest } from '../../src/endpoints/index.js';
import { fillPath } from '../../src/endpoints/path.js';
import { connections, ref } from './connections.js';

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

// Every place where a value of the caller stands in a path.
const places: readonly (readonly [string, string, string, (id: string) => { path: string; query: object }])[] = [
  ['a run id', '/api/v3/runs/', '', (runId) => buildRequest(connections.root, 'runs.retrieve', { runId })],
  ['a task id', '/api/v1/tasks/', '/trigger', (taskId) => buildRequest(connections.root, 'tasks.trigger', { taskId })],
  [
    'a project ref of runs',
    '/api/v1/projects/',
    '/runs',
    (projectRef) => buildRequest(connections.pat, 'runs.list', { projectRef }),
  ],
  [
    'a project ref of variables',
    '/api/v1/projects/',
    '/envvars/prod',
    (projectRef) => buildRequest(connections.pat, 'envvars.list', { projectRef }),
  ],
  [
    'an environment',
    `/api/v1/projects/${ref}/envvars/`,
    '',
    (environment) => buildRequest(connections.pat, 'envvars.list', { environment } as never),
  ],
];

describe('a value in a path', () => {
  it.each(places)('%s is refused, or is one segment that stays where it is', (_, before, after, build) => {
    let built = 0;
    fc.assert(
      fc.property(fc.oneof(ids, fc.constantFrom('prod', 'staging', 'preview')), (id) => {
        let request: { path: string; query: object };
        try {
          request = build(id);
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
      { numRuns: 5_000 },
    );
    expect(built).toBeGreaterThan(50);
  });

  it.each([
    ['my/task', 'my%2Ftask'],
    ['a\\b', 'a%5Cb'],
    ['a?b#c', 'a%3Fb%23c'],
    ['ä ö', '%C3%A4%20%C3%B6'],
    ['a%2Fb', 'a%252Fb'],
    ['...', '...'],
    ['..a', '..a'],
    ['a/../b', 'a%2F..%2Fb'],
  ])('task id %j is the segment %s', (taskId, segment) => {
    expect(buildRequest(connections.root, 'tasks.trigger', { taskId }).path).toBe(`/api/v1/tasks/${segment}/trigger`);
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
