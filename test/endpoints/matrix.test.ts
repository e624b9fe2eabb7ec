import { describe, expect, it } from 'vitest';
import { buildRequest, type EndpointName, endpointNames, endpoints, supports } from '../../src/endpoints/index.js';
import { kindsFor } from '../../src/endpoints/rows.js';
import { allKinds, connections, inputs, ref, thrownBy } from './connections.js';

// The support table of the documentation: endpoint, secret key, personal access token.
const documented = `
  task.trigger         yes no
  task.batchTrigger    yes no
  runs.list            yes yes
  runs.retrieve        yes no
  runs.cancel          yes no
  runs.replay          yes no
  envvars.list         yes yes
  envvars.retrieve     yes yes
  envvars.upload       yes yes
  envvars.create       yes yes
  envvars.update       yes yes
  envvars.del          yes yes
  schedules.list       yes no
  schedules.create     yes no
  schedules.retrieve   yes no
  schedules.update     yes no
  schedules.activate   yes no
  schedules.deactivate yes no
  schedules.del        yes no`
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/))
  .map(([name = '', secretKey, pat]) => ({ name, secretKey: secretKey === 'yes', pat: pat === 'yes' }));

// What the table does not list: asked when a personal access token is verified.
const undocumented: Readonly<Record<string, { secretKey: boolean; pat: boolean }>> = {
  'projects.environments': { secretKey: false, pat: true },
};

const rowOf = (name: EndpointName) =>
  undocumented[name] ?? documented.find((row) => row.name === endpoints[name].documentedAs);

const cells = endpointNames.flatMap((name) =>
  allKinds.map((kind) => {
    const row = rowOf(name);
    const secretKey = kind === 'root' || kind === 'additional' || kind === 'unknown';
    return [name, kind, secretKey ? row?.secretKey : kind === 'pat' ? row?.pat : false] as const;
  }),
);

const common = { accept: 'application/json', 'x-trigger-api-version': '2025-07-16' };
const everything = { 'filter[createdAt][from]': '1' };
const triggered = {
  method: 'POST',
  path: '/api/v1/tasks/send-invoice/trigger',
  query: {},
  headers: { ...common, 'content-type': 'application/json' },
  body: '{"payload":{"amount":5}}',
};
const listed = { method: 'GET', path: '/api/v1/runs', query: everything, headers: common };
const retrieved = { method: 'GET', path: '/api/v3/runs/run_abc', query: {}, headers: common };
const variables = { method: 'GET', path: `/api/v1/projects/${ref}/envvars/prod`, query: {}, headers: common };

/** What leaves the gate, to the letter. */
const requests: Readonly<Record<string, unknown>> = {
  'tasks.trigger root': triggered,
  'tasks.trigger additional': triggered,
  'tasks.trigger unknown': triggered,
  'runs.list root': listed,
  'runs.list additional': listed,
  'runs.list unknown': listed,
  'runs.list pat': { ...listed, path: `/api/v1/projects/${ref}/runs`, query: { ...everything, 'filter[env]': 'prod' } },
  'runs.retrieve root': retrieved,
  'runs.retrieve additional': retrieved,
  'runs.retrieve unknown': retrieved,
  'envvars.list root': variables,
  'envvars.list additional': variables,
  'envvars.list unknown': variables,
  'envvars.list pat': variables,
  'projects.environments pat': {
    method: 'GET',
    path: `/api/v1/projects/${ref}/environments`,
    query: {},
    headers: common,
  },
};

const labels: Readonly<Record<string, string>> = {
  root: 'a secret key',
  additional: 'an additional API key',
  pat: 'a personal access token',
};

describe('the support matrix', () => {
  it('has the 19 rows of the documentation, and every endpoint a row', () => {
    expect(documented).toHaveLength(19);
    for (const name of endpointNames) {
      expect([name, rowOf(name)]).not.toContain(undefined);
      expect(endpoints[name].name).toBe(name);
      expect(endpoints[name].docs).toMatch(/^https:\/\/trigger\.dev\/docs\//);
      expect(endpoints[name].documentedAs === undefined).toBe(name in undocumented);
    }
  });

  it.each(cells)('%s with %s: %j', (name, kind, allowed) => {
    expect(supports(name, kind)).toBe(allowed);
    expect(kindsFor(name).includes(kind)).toBe(allowed);
    const build = () => buildRequest(connections[kind], name, inputs[name]);
    if (allowed) {
      expect(build()).toEqual(requests[`${name} ${kind}`]);
      return;
    }
    const error = thrownBy(build) as { code: string; message: string; docs: string; endpoint: string };
    expect(error).toMatchObject({ name: 'ConnectorError', code: 'endpoint_not_allowed', endpoint: name });
    expect(error.docs).toBe(endpoints[name].docs);
    const connectWith = /: connect with (.*)\. Nothing was sent\.$/.exec(error.message)?.[1];
    expect(connectWith?.split(' or ').sort()).toEqual(
      Object.keys(labels)
        .filter((candidate) => supports(name, candidate as keyof typeof connections))
        .map((candidate) => labels[candidate])
        .sort(),
    );
    expect(error.message).toContain(`${name} cannot be called with ${labels[kind] ?? ''}`);
  });

  it('lists no request that no cell allows', () => {
    expect(Object.keys(requests).sort()).toEqual(
      cells
        .filter(([, , allowed]) => allowed)
        .map(([name, kind]) => `${name} ${kind}`)
        .sort(),
    );
  });
});

describe('what may be repeated', () => {
  it.each([
    ['tasks.trigger', 'keyed'],
    ['runs.list', 'safe'],
    ['runs.retrieve', 'safe'],
    ['envvars.list', 'safe'],
    ['projects.environments', 'safe'],
  ] as const)('%s is %s', (name, repeat) => {
    expect(endpoints[name].repeat).toBe(repeat);
  });

  it.each(cells.filter(([, , allowed]) => allowed))('%s with %s carries its key only if keyed', (name, kind) => {
    const request = buildRequest(connections[kind], name, inputs[name], { requestIdempotencyKey: 'id-1' });
    expect(request.headers['x-trigger-request-idempotency-key']).toBe(name === 'tasks.trigger' ? 'id-1' : undefined);
    expect(endpoints[name].repeat === 'safe').toBe(endpoints[name].method === 'GET');
  });
});
