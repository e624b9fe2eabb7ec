import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EndpointName, endpoints } from '../../src/api/index.js';
import { connectionFromToken } from '../../src/connection/index.js';
import { ConnectorError } from '../../src/errors/index.js';
import { buildRequest } from '../../src/gate/index.js';
import { guardToken } from '../../src/tokens/index.js';
import { fakeApi } from '../client/fake.js';
import { type FakeApi, signPublicToken } from '../fake-api/index.js';
import { eachOf } from './sdk.js';

const task = 'hello-task';

interface Place {
  readonly name: EndpointName;
  readonly input: object;
}

/** Something of each kind, and every call that a token may make about it. */
function world({ project }: FakeApi): { places: readonly Place[]; ids: readonly string[] } {
  const batch = project.batches.add('prod', { runCount: 1, sealed: true });
  const run = project.createRun('prod', { tags: ['user:42'], taskIdentifier: task, batchId: batch.id });
  const lone = project.createRun('prod', { taskIdentifier: 'other-task' });
  const fields = { type: 'chat', taskIdentifier: task, tags: [], metadata: null, expiresAt: null };
  const config = { triggerConfig: { basePayload: {} } };
  const session = project.sessions.add('prod', { ...fields, ...config, externalId: 'chat-42' });
  const start = { type: 'chat', taskIdentifier: task, ...config };
  const unopened = { session: 'not-yet', channel: 'out' };
  const sessions = [session.id, 'chat-42'].flatMap((name): Place[] => [
    { name: 'sessions.retrieve', input: { session: name } },
    { name: 'sessions.append', input: { session: name, channel: 'in', data: 'x' } },
    { name: 'sessions.records', input: { session: name, channel: 'out' } },
  ]);
  return {
    ids: [run.id, lone.id, batch.id, session.id, 'chat-42', 'not-yet', task, 'other-task', 'user:42', 'user'],
    places: [
      ...[run, lone].flatMap(({ id: runId }): Place[] => [
        { name: 'runs.retrieve', input: { runId } },
        { name: 'runs.subscribeToRun', input: { runId } },
        { name: 'runs.cancel', input: { runId } },
      ]),
      { name: 'runs.list', input: { limit: 1 } },
      { name: 'runs.list', input: { limit: 1, taskIdentifier: task } },
      { name: 'runs.list', input: { limit: 1, taskIdentifier: [task, 'other-task'] } },
      { name: 'runs.list', input: { limit: 1, tag: 'user:42' } },
      { name: 'runs.subscribeToRunsWithTag', input: { tags: ['user:42'] } },
      { name: 'runs.subscribeToRunsWithTag', input: { tags: ['user:42', 'user'] } },
      { name: 'runs.subscribeToBatch', input: { batchId: batch.id } },
      { name: 'batch.retrieve', input: { batchId: batch.id } },
      { name: 'tasks.trigger', input: { taskId: task } },
      { name: 'batch.trigger', input: { items: [{ taskId: task }, { taskId: 'other-task' }] } },
      { name: 'tasks.batchTrigger', input: { taskId: task, items: [{}] } },
      { name: 'sessions.list', input: {} },
      { name: 'sessions.list', input: { taskIdentifier: task } },
      { name: 'sessions.start', input: start },
      { name: 'sessions.start', input: { ...start, externalId: 'chat-42' } },
      { name: 'sessions.records', input: unopened },
      ...sessions,
    ],
  };
}

const scopeOf = (ids: readonly string[]) => {
  const part = <Value>(...values: Value[]) => fc.constantFrom(...values);
  const id = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...ids) }, part('', '*', ':', 'x'));
  const action = part('read', 'read', 'write', 'trigger', 'batchTrigger', 'admin', '*', 'Read', '');
  const type = part('runs', 'tasks', 'tags', 'batch', 'sessions', 'all', 'waitpoints', '');
  return fc.oneof(
    { weight: 1, arbitrary: action },
    { weight: 3, arbitrary: fc.tuple(action, type).map((parts) => parts.join(':')) },
    { weight: 9, arbitrary: fc.tuple(action, type, id).map((parts) => parts.join(':')) },
  );
};

describe('the guard and the server', () => {
  it('agree: what the one refuses the other refuses too', { timeout: 120_000 }, async () => {
    const api = await fakeApi({ longPollMs: 1 });
    const { ids, places } = world(api);
    const scopes = fc.uniqueArray(scopeOf(ids), { maxLength: 2 });
    const sample = fc.sample(fc.tuple(fc.constantFrom(...places), scopes), 2_500);
    const told = { both: 0, neither: 0, serverOnly: 0 };
    await eachOf(sample, async ([{ input, name }, held]) => {
      const token = await signPublicToken(api.project, api.project.environment('prod'), { scopes: held });
      const at = { baseUrl: api.url };
      const kind = endpoints[name].routes.some(({ kinds }) => kinds.some((one) => one === 'triggerToken'))
        ? 'triggerToken'
        : 'publicAccessToken';
      const connection = connectionFromToken(token, kind, at, { allowPrivateHosts: true, allowHttp: true });
      const request = buildRequest(connection, endpoints[name], input as never, {
        requestIdempotencyKey: crypto.randomUUID(),
      });
      const answer = await fetch(`${api.url}${request.path}?${new URLSearchParams(request.query)}`, {
        method: request.method,
        headers: { ...request.headers, authorization: `Bearer ${token}` },
        ...(request.body !== undefined && { body: request.body }),
      });
      await answer.arrayBuffer();
      let passes = true;
      try {
        guardToken(connection, endpoints[name], input, Date.now());
      } catch (error) {
        expect(error).toBeInstanceOf(ConnectorError);
        passes = false;
      }
      const where = `${name} ${JSON.stringify(input)} with ${JSON.stringify(held)}: ${answer.status}`;
      expect([200, 201, 202, 403], where).toContain(answer.status);
      const allowed = answer.status !== 403;
      expect(passes || !allowed, where).toBe(true);
      told[allowed ? 'both' : passes ? 'serverOnly' : 'neither'] += 1;
    });
    // A guard that let everything pass would agree as well.
    expect(told.both).toBeGreaterThan(100);
    expect(told.neither).toBeGreaterThan(10 * told.serverOnly);
  });
});
