import { describe, expect, it } from 'vitest';
import { type EndpointName, endpointNames, endpoints, supports } from '../../src/api/index.js';
import { isToken, type KeyKind } from '../../src/connection/index.js';
import { kindsFor, repeatOf } from '../../src/gate/index.js';
import { allKinds, build, connections, inputs, thrownBy } from './connections.js';
import { requestOf } from './matrix-requests.js';

const callers: Readonly<Record<string, readonly KeyKind[]>> = {
  secret: ['root', 'additional', 'unknown'],
  root: ['root'],
  pat: ['pat'],
  public: ['publicAccessToken'],
  trigger: ['triggerToken'],
};

// Who may call what, and whether the same request may be sent twice. Everybody who is not here is refused.
const table = `
  tasks.trigger               keyed      secret trigger
  tasks.batchTrigger          idempotent secret trigger
  batch.trigger               idempotent secret trigger
  batch.addItems              idempotent secret trigger
  batch.retrieve              safe       secret public
  runs.list                   safe       secret public pat
  runs.retrieve               safe       secret public
  runs.cancel                 idempotent secret public
  runs.replay                 once       secret
  runs.reschedule             once       secret
  runs.subscribeToRun         safe       secret public
  runs.subscribeToRunsWithTag safe       secret public
  runs.subscribeToBatch       safe       secret public
  envvars.list                safe       secret pat
  envvars.retrieve            safe       secret pat
  envvars.create              idempotent secret pat
  envvars.upload              once       secret pat
  envvars.update              idempotent secret pat
  envvars.del                 idempotent secret pat
  schedules.list              safe       secret
  schedules.create            idempotent secret
  schedules.retrieve          safe       secret
  schedules.update            idempotent secret
  schedules.activate          idempotent secret
  schedules.deactivate        idempotent secret
  schedules.del               idempotent secret
  schedules.timezones         safe       secret pat
  sessions.start              once       secret public
  sessions.list               safe       secret public
  sessions.retrieve           safe       secret public
  sessions.update             idempotent secret
  sessions.close              idempotent secret
  sessions.append             keyed      secret public
  sessions.records            safe       secret public
  sessions.subscribe          safe       secret public
  projects.list               safe       pat
  projects.environments       safe       pat
  branches.list               safe       pat
  tokens.claims               safe       root
  tokens.create               safe       secret
  whoami                      safe       secret`
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/))
  .map(([name = '', repeat = '', ...who]) => ({
    name: name as EndpointName,
    repeat,
    kinds: who.flatMap((one) => callers[one] ?? []),
  }));

const cells = table.flatMap(({ kinds, name }) => allKinds.map((kind) => [name, kind, kinds.includes(kind)] as const));
const allowedCells = cells.filter(([, , allowed]) => allowed);

const labels: Readonly<Record<string, string>> = {
  root: 'a secret key',
  additional: 'an additional API key',
  pat: 'a personal access token',
  publicAccessToken: 'a public access token',
  triggerToken: 'a trigger token',
};

describe('the support matrix', () => {
  it('has a row for every endpoint, and no other', () => {
    expect(table.map(({ name }) => name)).toEqual(endpointNames);
    for (const name of endpointNames) {
      expect(endpoints[name].name).toBe(name);
      expect(endpoints[name].docs).toMatch(/^https:\/\/trigger\.dev\/docs\//);
      expect(endpoints[name].summary).toMatch(/^[A-Z].*\.$/);
    }
  });

  it.each(cells)('%s with %s: %j', (name, kind, allowed) => {
    expect(supports(name, kind)).toBe(allowed);
    expect(kindsFor(endpoints[name]).includes(kind)).toBe(allowed);
    if (allowed) {
      expect(build(connections[kind], name, inputs[name])).toEqual(requestOf(name, kind));
      return;
    }
    const error = thrownBy(() => build(connections[kind], name, inputs[name])) as { message: string };
    expect(error).toMatchObject({ name: 'ConnectorError', code: 'endpoint_not_allowed', endpoint: name });
    expect(error).toHaveProperty('docs', endpoints[name].docs);
    const connectWith = /: connect with (.*)\. Nothing was sent\.$/.exec(error.message)?.[1];
    // No form takes a token: only who holds one is told of those.
    const useful = allKinds.filter((one) => isToken(kind) || !isToken(one));
    const allowedKinds = table.find((row) => row.name === name)?.kinds.filter((one) => useful.includes(one)) ?? [];
    expect(connectWith?.split(' or ').sort()).toEqual(allowedKinds.flatMap((one) => labels[one] ?? []).sort());
    expect(error.message).toContain(`${name} cannot be called with ${labels[kind] ?? ''}`);
  });

  it('lets a public access token append to the in channel only, and anybody else to both', () => {
    const input = { session: 'chat-42', channel: 'out', data: 'x' };
    expect(thrownBy(() => build(connections.publicAccessToken, 'sessions.append', input))).toMatchObject({
      code: 'endpoint_not_allowed',
      message: expect.stringMatching(/^sessions\.append: the out channel is .*a secret key.*\. Nothing was sent\.$/),
    });
    expect(build(connections.root, 'sessions.append', input).path).toBe('/realtime/v1/sessions/chat-42/out/append');
  });
});

describe('what may be repeated', () => {
  it.each(table)('$name is $repeat', ({ name, repeat }) => {
    expect(repeatOf(endpoints[name], inputs[name])).toBe(repeat);
    // A token is signed, not stored: another one changes nothing.
    expect(repeatOf(endpoints[name], inputs[name]) === 'safe').toBe(
      endpoints[name].method === 'GET' || name.startsWith('tokens.'),
    );
  });

  // With a key of its own a batch is refused the second time; a session is found again by its external id.
  it.each([
    ['tasks.batchTrigger', { idempotencyKey: 'k' }, 'once'],
    ['batch.trigger', { idempotencyKey: 'k' }, 'once'],
    ['envvars.upload', { override: true }, 'idempotent'],
    ['envvars.upload', { override: false }, 'once'],
    ['sessions.start', { externalId: 'chat-42' }, 'idempotent'],
  ] as const)('%s with %j is %s', (name, more, repeat) => {
    expect(repeatOf(endpoints[name], { ...inputs[name], ...more })).toBe(repeat);
  });

  const keyHeaders: Readonly<Record<string, string>> = {
    'tasks.trigger': 'x-trigger-request-idempotency-key',
    'sessions.append': 'x-part-id',
  };

  it.each(allowedCells)('%s with %s carries the key of the request only if keyed', (name, kind) => {
    const { partId: _, ...input } = inputs[name] as { partId?: string };
    const { headers } = build(connections[kind], name, input, { requestIdempotencyKey: 'id-1' });
    const carriers = Object.keys(headers).filter((header) => headers[header] === 'id-1');
    expect(carriers).toEqual(keyHeaders[name] === undefined ? [] : [keyHeaders[name]]);
  });

  it('keeps the part id of the caller', () => {
    const { headers } = build(connections.root, 'sessions.append', inputs['sessions.append'], {
      requestIdempotencyKey: 'id-1',
    });
    expect(headers['x-part-id']).toBe('message-7');
  });
});
