import { describe, expect, it } from 'vitest';
import { endpointNames, endpoints } from '../../../src/api/index.js';
import { keys } from '../../connection/cases.js';
import { build, connections, inputs, thrownBy } from '../../gate/connections.js';
import { type Bad, refuses } from './input-cases.js';

const moment = 1_767_225_600_000;

/** What the lists of runs and sessions have in common: page size, cursors and the time of creation. */
const badListInputs: readonly Bad[] = [
  ...[0, -1, 1.5, 101, '10', Number.NaN, Number.POSITIVE_INFINITY, null].map((limit): Bad => [{ limit }, 'limit']),
  // The id of a run or session is what the API's text asks for, and what the server reads as some place or other.
  ...['', 'x'.repeat(1_025), 7, 'run_abc'].flatMap((cursor): Bad[] => [
    [{ after: cursor }, 'after'],
    [{ before: cursor }, 'before'],
  ]),
  [{ after: 'a', before: 'b' }, 'before'],
  // Seconds, a date without a zone, dates that are none.
  ...[1_767_225_600, 1, -moment, 1.5, Number.NaN, 8.64e15 + 1, 1e300].map((from): Bad => [{ from }, 'from']),
  ...[
    '2026-01-01',
    '2026-01-01T00:00:00',
    'yesterday',
    '',
    String(moment),
    '2026-13-01T00:00:00Z',
    '2026-01-01T:::::Z',
  ].map((to): Bad => [{ to }, 'to']),
  ...[null, {}, new Date(moment)].map((from): Bad => [{ from }, 'from']),
  [{ from: moment, to: moment - 1 }, 'to'],
  [{ from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 'to'],
  ...['7', 'd', '7 d', '7y', '-7d', '1.5h', '99999d', '0d', 7].map((period): Bad => [{ period }, 'period']),
  [{ period: '7d', from: moment }, 'period'],
  [{ period: '7d', to: moment }, 'period'],
  [{ nope: 1 }, ''],
  [{ [keys.prod]: 1 }, ''],
  [JSON.parse('{"__proto__": {"limit": 5}}'), ''],
  ['text', ''],
  [[], ''],
];

const badTargets: readonly Bad[] = [
  ...['a/b', '..', '', 'x'.repeat(65), 7].map((projectRef): Bad => [{ projectRef }, 'projectRef']),
  ...['Prod', 'test', '', 'dev,prod', 7, ['prod']].map((environment): Bad => [{ environment }, 'environment']),
];

describe('lists', () => {
  refuses('runs.list', [...badListInputs, ...badTargets]);
  refuses('sessions.list', badListInputs);
});

describe('where a call goes', () => {
  refuses('envvars.list', [...badTargets, [{ name: 'A' }, '']]);
  refuses('projects.environments', badTargets.slice(0, 5));
  refuses('branches.list', badTargets.slice(0, 5));
  refuses('runs.retrieve', [[{ runId: 'run_a', projectRef: 'proj_x' }, '']]);
});

describe('every input', () => {
  it.each(endpointNames)('of %s is an object with no field but its own', (name) => {
    const connection = endpoints[name].routes.some(({ kinds }) => kinds.includes('root'))
      ? connections.root
      : connections.pat;
    for (const input of ['text', 7, [], true, { ...inputs[name], nope: 1 }, { ...inputs[name], [keys.prod]: 1 }]) {
      const error = thrownBy(() => build(connection, name, input));
      expect(error).toMatchObject({ name: 'ConnectorError', code: 'input_invalid', endpoint: name });
      expect(String(error)).not.toContain(keys.prod);
    }
    const polluting: unknown = JSON.parse('{"__proto__":{"polluted":1}}');
    thrownBy(() => build(connection, name, polluting));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('is told with every problem and the page to read', () => {
    const error = thrownBy(() => build(connections.root, 'runs.list', { limit: 0, status: 'x' }));
    expect(error).toMatchObject({ path: 'limit', docs: 'https://trigger.dev/docs/management/runs/list' });
    expect((error as Error).message).toMatch(/^runs\.list: limit: .+; status: .+\.$/);
  });
});
