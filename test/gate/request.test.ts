import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EndpointName, endpointNames } from '../../src/api/index.js';
import type { Connection } from '../../src/connection/index.js';
import { keys } from '../connection/cases.js';
import { build, connect, connections, inputs, ref } from './connections.js';

const pat = (more: Readonly<Record<string, string>> = {}) => connect(keys.pat, more);
const branched = (key: string) => connect(key, { projectRef: ref, previewBranch: 'feature/x' });
const patBranched = pat({ projectRef: ref, environment: 'preview', previewBranch: 'feature/x' });

const branchHeaders: readonly (readonly [string, Connection, EndpointName, unknown, string | undefined])[] = [
  ['a preview key', branched(keys.preview), 'runs.list', {}, 'feature/x'],
  ['a preview key, triggering', branched(keys.preview), 'tasks.trigger', inputs['tasks.trigger'], 'feature/x'],
  [
    'an additional preview key',
    branched(keys.additionalPreview),
    'runs.retrieve',
    inputs['runs.retrieve'],
    'feature/x',
  ],
  ['a named dev branch', branched(keys.dev), 'runs.list', {}, 'feature/x'],
  ['the dev branch "default"', connect(keys.dev, { previewBranch: 'default' }), 'runs.list', {}, undefined],
  ['a dev key without a branch', connect(keys.dev), 'runs.list', {}, undefined],
  ['a prod key', connections.root, 'runs.list', {}, undefined],
  ['a token for preview', patBranched, 'envvars.list', {}, 'feature/x'],
  ['a key whose environment nobody knows', branched(keys.newFamily), 'runs.list', {}, undefined],
  [
    'a token without an environment',
    pat({ projectRef: ref, previewBranch: 'feature/x' }),
    'projects.environments',
    {},
    undefined,
  ],
  ['a token for a dev branch', patBranched, 'envvars.list', { environment: 'dev' }, 'feature/x'],
  ['a token for the preview parent', pat({ projectRef: ref }), 'envvars.list', { environment: 'preview' }, undefined],
];

describe('the branch header', () => {
  it.each(branchHeaders)('of %s (%#)', (_, connection, name, input, expected) => {
    expect(build(connection, name, input).headers['x-trigger-branch']).toBe(expected);
  });
});

describe('a request', () => {
  const secretValues = Object.values(connections).map(({ key }) => key.reveal());
  const anyConnection = fc.constantFrom(
    ...Object.values(connections),
    ...[branched(keys.preview), branched(keys.dev), patBranched, pat()],
  );

  it('never holds the key, the origin or a header that only transports set', () => {
    let built = 0;
    fc.assert(
      fc.property(
        anyConnection,
        fc.constantFrom(...endpointNames),
        fc.constantFrom({}, {}, { environment: 'preview' }, { projectRef: 'proj_x' }, { limit: 5 }),
        (connection, name, more) => {
          const input = { ...inputs[name], ...more };
          let request: ReturnType<typeof build>;
          try {
            request = build(connection, name, input);
          } catch (error) {
            expect(error).toHaveProperty('name', 'ConnectorError');
            return;
          }
          built += 1;
          const text = JSON.stringify(request);
          expect(secretValues.filter((secret) => text.includes(secret))).toEqual([]);
          expect(text).not.toMatch(/api\.trigger\.dev|https?:|authorization|bearer|cookie|"host"/i);
          expect(Object.keys(request).sort()).toEqual(
            ['headers', 'method', 'path', 'query', ...(request.body === undefined ? [] : ['body'])].sort(),
          );
          expect(Object.keys(request.headers)).toEqual(
            Object.keys(request.headers).map((header) => header.toLowerCase()),
          );
        },
      ),
      { numRuns: 2_000 },
    );
    expect(built).toBeGreaterThan(200);
  });
});
