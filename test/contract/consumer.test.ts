import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Frontend from '@nangohq/frontend';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Webhooks } from '../../src/host/index.js';
import { type Served, servedHost } from '../host/served.js';
import { Application, failureOf } from './consumer.js';

const integration = 'trigger-dev';
let served = {} as Served;
let application = {} as Application;
let receiver = {} as Server;
let webhooks = {} as Webhooks;
const refused: unknown[] = [];
/** What the application does with the webhooks that came. */
const underWay = new Set<Promise<unknown>>();

beforeEach(async () => {
  receiver = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      const receiving = application
        .receive(text, request.headers)
        .then(
          () => response.writeHead(200).end(),
          (error: unknown) => {
            refused.push(error);
            response.writeHead(400).end();
          },
        )
        .finally(() => underWay.delete(receiving));
      underWay.add(receiving);
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const webhookSigningKey = crypto.randomUUID();
  webhooks = new Webhooks({ url, signingKey: webhookSigningKey });
  served = await servedHost({ runs: 7, tell: webhooks.tell });
  const { apiKey, server } = served;
  application = new Application({ host: server.url, secretKey: apiKey, webhookSigningKey, integration });
});

afterEach(async () => {
  // No webhook comes any more, and the application finishes what it does with those that came: it asks the host for that.
  await webhooks.stop();
  const closed = new Promise((resolve) => receiver.close(resolve));
  receiver.closeAllConnections();
  await closed;
  await Promise.all(underWay);
  await served.close();
  expect(refused.splice(0)).toEqual([]);
});

/** What a person does in the browser, with Nango's own frontend client. */
async function connectAs(user: { id: string; email: string }): Promise<string> {
  const frontend = new Frontend({ host: served.server.url, connectSessionToken: await application.sessionFor(user) });
  const { connectionId } = await frontend.auth(integration, {
    // Nango’s provider entry adds https:// by itself, so elsewhere no scheme is given; the API of this test has http only.
    params: { baseUrl: served.api.url },
    credentials: { apiKey: served.credentials.apiKey },
  });
  return connectionId;
}

const variables = (id: string) => [...application.copyOf(id, 'EnvVar').values()];
const known = (id: string) =>
  variables(id)
    .map((record) => record['name'])
    .sort();
const there = () =>
  served.api.project
    .variablesOf('prod')
    .map(({ name }) => name)
    .sort();

describe('an application that knows only Nango', () => {
  it('learns of a connection, and keeps its copy equal through additions, changes and deletions', async () => {
    const connectionId = await connectAs({ id: 'user-1', email: 'a@example.com' });
    await vi.waitFor(() => expect(known(connectionId)).toEqual(there()), 10_000);
    expect(application.connections.get('user-1')).toBe(connectionId);
    await vi.waitFor(
      () => expect(application.copyOf(connectionId, 'Run').size).toBe(served.api.project.runsOf('prod').length),
      10_000,
    );

    const [gone = ''] = there();
    served.api.project.removeVariable('prod', gone);
    served.api.project.setVariable('prod', { name: 'ADDED_LATER', value: '1' });
    await application.syncNow(connectionId, 'env-vars');
    await vi.waitFor(() => expect(known(connectionId)).toEqual(there()), 10_000);
    expect(known(connectionId)).toContain('ADDED_LATER');
    expect(application.deleted).toEqual([expect.stringContaining(gone)]);

    served.api.project.setVariable('prod', { name: gone, value: 'again' });
    await application.syncNow(connectionId, 'env-vars');
    await vi.waitFor(() => expect(known(connectionId)).toContain(gone), 10_000);
    const again = variables(connectionId).find((record) => record['name'] === gone);
    expect(again?._nango_metadata).toMatchObject({ last_action: 'ADDED', deleted_at: null });
  }, 40_000);

  it('hears of a sync that fails, with the code of the function', async () => {
    served.api.fail({ match: ({ path }) => path.includes('/envvars'), status: 403, body: '{"error":"no"}', times: 99 });
    await connectAs({ id: 'user-2', email: 'b@example.com' });
    await vi.waitFor(() => {
      expect(application.failedSyncs).toContainEqual({ sync: 'env-vars', type: 'script_error', code: 'forbidden' });
    }, 10_000);
  }, 40_000);

  it('calls actions, now and later, and tells their failures apart', async () => {
    const connectionId = await connectAs({ id: 'user-3', email: 'c@example.com' });
    expect(await application.act(connectionId, 'list-runs', { limit: 2 })).toMatchObject({ data: [{}, {}] });
    // Nango’s status and code; the reasons are those of the functions, and the last failure is the host’s.
    const code = 'action_script_runtime_error';
    const failures = [
      { action: 'get-run', input: { runId: 'run_missing' }, failure: { status: 500, code, reason: 'not_found' } },
      { action: 'get-run', input: { runId: 5 }, failure: { status: 500, code, reason: 'input_invalid' } },
      { action: 'list-projects', input: {}, failure: { status: 500, code, reason: 'endpoint_not_allowed' } },
      { action: 'nothere', input: {}, failure: { status: 404, code: 'not_found', reason: undefined } },
    ];
    for (const { action, failure, input } of failures) {
      expect(await application.act(connectionId, action, input)).toEqual(failure);
    }
    await application.start(connectionId, 'list-runs', { limit: 1 });
    await vi.waitFor(() => expect(application.results).toMatchObject([{ data: [{}] }]), 10_000);
    await application.start(connectionId, 'get-run', { runId: 'run_missing' });
    await vi.waitFor(() => expect(application.results[1]).toEqual({ status: 500, code, reason: 'not_found' }), 10_000);
  }, 40_000);

  it('knows what to do with a call that nobody answers', () => {
    const timeout = Object.assign(new Error('timeout of 1000ms exceeded'), { code: 'ECONNABORTED' });
    expect(failureOf(timeout)).toEqual({ status: undefined, code: 'ECONNABORTED', reason: undefined });
    expect(failureOf(undefined)).toEqual({ status: undefined, code: 'no_answer', reason: undefined });
  });

  it('pulls one after another, so that nothing older comes after what is newer', async () => {
    const connectionId = await connectAs({ id: 'user-4', email: 'd@example.com' });
    await vi.waitFor(() => expect(known(connectionId)).toEqual(there()), 10_000);
    await Promise.all([1, 2, 3].map(() => application.pull(connectionId, 'EnvVar')));
    expect(known(connectionId)).toEqual(there());
  }, 40_000);
});
