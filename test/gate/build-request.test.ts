import { describe, expect, it } from 'vitest';
import { type EndpointName, endpointNames, endpoints } from '../../src/api/index.js';
import type { Connection } from '../../src/connection/index.js';
import { buildRequest } from '../../src/gate/index.js';
import { keys } from '../connection/cases.js';
import { build, connect, connections, ref, thrownBy } from './connections.js';

type Row = readonly [string, Connection, EndpointName, unknown, Readonly<Record<string, unknown>>];

const pat = (more: Readonly<Record<string, string>> = {}) => connect(keys.pat, more);
const bad = { limit: 0 };

/** Calls that may name an environment. A write to the wrong one is the worst that can happen. */
const withEnvironment = endpointNames.filter((name) => name === 'runs.list' || name.startsWith('envvars.'));

const refusals: readonly Row[] = [
  // The kind comes before everything, then the fields, then the input.
  ['kind before fields and input', pat(), 'runs.retrieve', { runId: '..' }, { code: 'endpoint_not_allowed' }],
  ['kind before ambiguity', pat({ environment: 'dev' }), 'tasks.trigger', {}, { code: 'endpoint_not_allowed' }],
  ['fields before input', pat(), 'runs.list', bad, { code: 'project_ref_required', field: 'projectRef' }],
  [
    'fields before input, the environment too',
    pat({ projectRef: ref }),
    'runs.list',
    bad,
    { code: 'environment_required', field: 'environment' },
  ],
  [
    'the environment of the key before input',
    connections.root,
    'runs.list',
    { environment: 'dev', ...bad },
    { code: 'environment_mismatch' },
  ],
  [
    'input last',
    pat({ projectRef: ref, environment: 'prod' }),
    'runs.list',
    bad,
    { code: 'input_invalid', path: 'limit' },
  ],
  [
    'a field that is wrong in the input is a wrong input',
    pat(),
    'runs.list',
    { projectRef: 'a/b', ...bad },
    { code: 'input_invalid', path: 'limit' },
  ],
  [
    'and is named',
    pat({ projectRef: ref }),
    'runs.list',
    { environment: 'x' },
    { code: 'input_invalid', path: 'environment' },
  ],
  // What each endpoint needs.
  ['envvars without a project ref', connect(keys.prod), 'envvars.list', {}, { code: 'project_ref_required' }],
  ['envvars without anything', pat(), 'envvars.list', {}, { code: 'project_ref_required' }],
  ['envvars without an environment', pat({ projectRef: ref }), 'envvars.list', {}, { code: 'environment_required' }],
  ...(['projects.environments', 'branches.list'] as const).map(
    (name): Row => [`${name} without a project ref`, pat(), name, {}, { code: 'project_ref_required' }],
  ),
  // A key belongs to one environment.
  ...(['dev', 'staging', 'prod'] as const).flatMap((own) =>
    ['dev', 'staging', 'prod', 'preview']
      .filter((environment) => environment !== own)
      .flatMap((environment) =>
        withEnvironment.map(
          (name): Row => [
            `${name} of ${environment} with a ${own} key`,
            connect(keys[own], { projectRef: ref }),
            name,
            { environment },
            { code: 'environment_mismatch', field: 'environment' },
          ],
        ),
      ),
  ),
  [
    'an additional key likewise',
    connections.additional,
    'envvars.list',
    { environment: 'development' },
    { code: 'environment_mismatch' },
  ],
  [
    'an unknown key with a chosen environment likewise',
    connections.unknown,
    'envvars.list',
    { environment: 'dev' },
    { code: 'environment_mismatch' },
  ],
  // A branch redirects the server silently.
  ...['staging', 'stg', 'prod', 'production'].map(
    (environment): Row => [
      `a branch with a token in ${environment}`,
      pat({ projectRef: ref, environment: 'preview', previewBranch: 'b' }),
      'envvars.list',
      { environment },
      { code: 'branch_not_allowed', field: 'previewBranch' },
    ],
  ),
  // Where the server would answer for something else.
  ...['dev', 'development'].map(
    (environment): Row => [
      `runs.list of ${environment} with a token`,
      pat({ projectRef: ref }),
      'runs.list',
      { environment },
      { code: 'environment_ambiguous', field: 'environment' },
    ],
  ),
  [
    'runs.list of the own dev environment with a token',
    pat({ projectRef: ref, environment: 'dev' }),
    'runs.list',
    {},
    { code: 'environment_ambiguous', field: 'environment' },
  ],
  [
    'runs.list of a branch with a token',
    pat({ projectRef: ref, environment: 'preview', previewBranch: 'b' }),
    'runs.list',
    {},
    { code: 'environment_ambiguous', field: 'previewBranch' },
  ],
];

const accepted: readonly Row[] = [
  [
    'a token in another environment',
    pat({ projectRef: ref }),
    'envvars.list',
    { environment: 'stg' },
    { path: `/api/v1/projects/${ref}/envvars/staging` },
  ],
  [
    'a project ref with the call',
    connections.pat,
    'runs.list',
    { projectRef: 'proj_other' },
    { path: '/api/v1/projects/proj_other/runs' },
  ],
  [
    'the environment of the key said again',
    connections.root,
    'envvars.list',
    { environment: 'production' },
    { path: `/api/v1/projects/${ref}/envvars/prod` },
  ],
  [
    'staging, spelt stg in the filter',
    pat({ projectRef: ref }),
    'runs.list',
    { environment: 'staging' },
    { query: { 'filter[createdAt][from]': '1', 'filter[env]': 'stg' } },
  ],
  [
    'the same for its alias',
    pat({ projectRef: ref }),
    'runs.list',
    { environment: 'stg' },
    { query: { 'filter[createdAt][from]': '1', 'filter[env]': 'stg' } },
  ],
  [
    'the preview parent with a token',
    pat({ projectRef: ref }),
    'runs.list',
    { environment: 'preview' },
    { query: { 'filter[createdAt][from]': '1', 'filter[env]': 'preview' } },
  ],
  [
    'dev variables with a token',
    pat({ projectRef: ref }),
    'envvars.list',
    { environment: 'dev' },
    { path: `/api/v1/projects/${ref}/envvars/dev` },
  ],
  [
    'runs of a dev key',
    connect(keys.dev),
    'runs.list',
    { environment: 'development' },
    { path: '/api/v1/runs', query: { 'filter[createdAt][from]': '1' } },
  ],
];

describe('the gate refuses', () => {
  it.each(refusals)('%s', (_, connection, name, input, expected) => {
    const error = thrownBy(() => build(connection, name, input));
    expect(error).toMatchObject({ name: 'ConnectorError', endpoint: name, ...expected });
    expect((error as Error).message).toMatch(/\.$/);
  });
});

describe('the gate lets through', () => {
  it.each(accepted)('%s', (_, connection, name, input, expected) => {
    expect(build(connection, name, input)).toMatchObject(expected);
    for (const [field, value] of Object.entries(expected)) {
      expect(build(connection, name, input)).toHaveProperty(field, value);
    }
  });
});

it('takes the branch named default for the dev environment itself, also where a call names dev', () => {
  const connection = connect(keys.pat, { projectRef: ref, previewBranch: 'default' });
  const { headers } = buildRequest(connection, endpoints['envvars.list'], { environment: 'dev' });
  expect(headers).not.toHaveProperty('x-trigger-branch');
});

it('takes no environment beside a token, which has its own', () => {
  const error = thrownBy(() => build(connections.publicAccessToken, 'runs.list', { environment: 'dev' }));
  expect(error).toMatchObject({ code: 'environment_mismatch', field: 'environment' });
});
