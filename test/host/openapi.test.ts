import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { serve } from '../../src/host/index.js';
import { document, type Json, validatorAt } from '../generate/openapi-document.js';
import { prepare } from '../nango/action-cases.js';
import { type Connected, connectedHost } from './connected.js';

const apiKey = randomUUID();
let { api, close, host, id, server } = {} as Connected;

beforeAll(async () => {
  ({ api, close, host, id, server } = await connectedHost({ runs: 60, apiKey }));
  prepare(api.project);
  await host.runSync(id, 'runs');
});

afterAll(() => close());

interface Asked {
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly method?: string;
}

async function ask(path: string, { body, headers = {}, method = body === undefined ? 'GET' : 'POST' }: Asked = {}) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${apiKey}`,
      'connection-id': id,
      'content-type': 'application/json',
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

const integration = { 'provider-config-key': 'trigger-dev' };

/** The same action by both ways. */
async function both(name: string, input: unknown, headers: Record<string, string> = integration) {
  const direct = await ask(`/actions/${name}`, { body: input, headers });
  const trigger = { action_name: name, input };
  return [direct, await ask('/action/trigger', { body: trigger, headers })] as const;
}

/** Is an answer what the document says of its path and status? */
function expectDocumented(path: string, method: string, { body, status }: { body: unknown; status: number }) {
  const place = ['paths', path, method, 'responses', String(status)];
  const responses = document.paths[path]?.[method]?.['responses'] as Record<string, Json> | undefined;
  const { $ref } = responses?.[status] ?? {};
  const at = typeof $ref === 'string' ? $ref.slice('#/'.length).split('/') : place;
  const validate = validatorAt([...at, 'content', 'application/json', 'schema']);
  expect([status, validate(body), validate.errors]).toEqual([status, true, null]);
}

describe('POST /actions/{name}', () => {
  it('answers what /action/trigger does', async () => {
    const [direct, trigger] = await both('list-runs', { limit: 2 });
    expect([direct.status, direct]).toEqual([200, trigger]);
    expectDocumented('/actions/list-runs', 'post', direct);
    const triggered = { taskId: 'hello-task', payload: 1, options: { idempotencyKey: 'one-run' } };
    const [first, again] = await both('trigger-task', triggered);
    expect([first.body['isCached'], again.body]).toEqual([false, { ...first.body, isCached: true }]);
    expectDocumented('/actions/trigger-task', 'post', first);
  });

  it('needs no name of the integration, and no body where the action needs no input', async () => {
    expect((await ask('/actions/list-schedules', { method: 'POST' })).status).toBe(200);
    const [named, trigger] = await both('list-schedules', {}, { 'provider-config-key': 'github' });
    expect([named.status, trigger.status]).toEqual([404, 400]);
  });

  it.each([
    { what: 'an input that is wrong', name: 'get-run', input: {}, status: 400, code: 'input_invalid' },
    { what: 'an input that is no object', name: 'get-run', input: ['x'], status: 400, code: 'input_invalid' },
    { what: 'a run that is not there', name: 'get-run', input: { runId: 'run_no' }, status: 404, code: 'not_found' },
    { what: 'a key that may not', name: 'list-projects', input: {}, status: 403, code: 'endpoint_not_allowed' },
  ])('refuses $what with $status, and /action/trigger with what Nango says', async ({ code, input, name, status }) => {
    const [direct, trigger] = await both(name, input);
    expect([direct.status, direct.body]).toMatchObject([status, { error: { code, payload: { code } } }]);
    expect([trigger.status, trigger.body]).toMatchObject([
      500,
      {
        error: {
          code: 'action_script_runtime_error',
          message: 'The action script failed with a runtime error',
          payload: { ...((direct.body['error'] as Json)['payload'] as Json), type: code },
        },
      },
    ]);
    expectDocumented(`/actions/${name}`, 'post', direct);
  });

  const tooMany = { 'x-ratelimit-limit': '5', 'x-ratelimit-remaining': '0', 'retry-after': '7' };
  it.each([
    { answer: 401, body: { error: 'Invalid API key' }, status: 403, code: 'unauthorized' },
    { answer: 409, body: { error: 'There already' }, status: 409, code: 'conflict' },
    { answer: 422, body: { error: 'Wrong cron' }, status: 422, code: 'unprocessable' },
    { answer: 429, body: { error: 'Too many' }, headers: tooMany, status: 429, code: 'rate_limited' },
    { answer: 503, body: { error: 'busy' }, status: 502, code: 'server_error' },
    { answer: 200, body: 'nonsense', status: 502, code: 'invalid_response' },
  ])('answers $status where Trigger.dev answers $answer', async ({ answer, body, code, headers, status }) => {
    const reset = { 'x-ratelimit-reset': String(Date.now() + 7_000) };
    api.fail({
      match: ({ path }) => path.includes('/replay'),
      status: answer,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers, ...(headers && reset) },
    });
    const response = await fetch(`${server.url}/actions/replay-run`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'connection-id': id, 'content-type': 'application/json' },
      body: JSON.stringify({ runId: api.project.runsOf('prod')[0]?.id }),
    });
    const given = { status: response.status, body: (await response.json()) as Json };
    expect([given.status, given.body]).toMatchObject([status, { error: { code } }]);
    expectDocumented('/actions/replay-run', 'post', given);
    if (status === 429) {
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  it.each(['nothing', 'runs', '..%2Factions%2Fget-run', '__proto__'])('there is no %s', async (name) => {
    const [direct, trigger] = await both(name, {});
    expect([direct.status, direct.body]).toMatchObject([404, { error: { code: 'not_found' } }]);
    expect([400, 404]).toContain(trigger.status);
    expectDocumented('/actions/get-run', 'post', direct);
  });

  it.each([
    { what: 'no JSON', given: { body: '{"runId":' }, status: 400, code: 'invalid_json' },
    {
      what: 'another connection',
      given: { headers: { 'connection-id': 'x' } },
      status: 404,
      code: 'unknown_connection',
    },
    { what: 'no connection', given: { headers: { 'connection-id': '' } }, status: 400, code: 'invalid_headers' },
    {
      what: 'another key',
      given: { headers: { authorization: `Bearer ${randomUUID()}` } },
      status: 401,
      code: 'unknown_account',
    },
    { what: 'too much', given: { body: `"${'x'.repeat(4 * 1024 * 1024)}"` }, status: 413, code: 'request_too_large' },
  ])('refuses $what, and sends nothing', async ({ code, given, status }) => {
    const before = api.requests.length;
    const refused = await ask('/actions/get-run', { body: { runId: 'run_1' }, ...(given as Asked) });
    expect([refused.status, refused.body]).toMatchObject([status, { error: { code } }]);
    expectDocumented('/actions/get-run', 'post', refused);
    expect(api.requests).toHaveLength(before);
  });

  it('runs in the background where that is asked for, as /action/trigger does', async () => {
    const started = await ask('/actions/list-runs', { body: { limit: 1 }, headers: { 'x-async': 'true' } });
    expect(started).toMatchObject({ status: 202, body: { statusUrl: `/action/${started.body['id']}` } });
    expectDocumented('/actions/list-runs', 'post', started);
    const result = await vi.waitFor(async () => {
      const asked = await ask(String(started.body['statusUrl']));
      expect(asked.status).toBe(200);
      return asked;
    }, 10_000);
    expectDocumented('/action/{id}', 'get', result);
    expectDocumented('/action/{id}', 'get', await ask(`/action/${randomUUID()}`));
    const minting = { body: { scopes: { read: { runs: true } } }, headers: { 'x-async': 'true' } };
    expectDocumented('/actions/create-public-token', 'post', await ask('/actions/create-public-token', minting));
  });
});

interface Parameter {
  readonly name?: string;
  readonly in?: string;
  readonly example?: unknown;
  readonly schema?: { readonly type?: string };
}

/** The query of an operation, each parameter with its example. */
function queriesOf(path: string): [string, string][] {
  const parameters = document.paths[path]?.['get']?.['parameters'] as Parameter[];
  return parameters.flatMap(({ example, in: where, name = '' }) =>
    where === 'query' && example !== undefined ? [[name, [example].flat().join()] as [string, string]] : [],
  );
}

describe('what else the document describes', () => {
  it.each(queriesOf('/records'))('GET /records takes %s', async (name, value) => {
    const query = new URLSearchParams({ model: 'Run', [name]: value });
    const answer = await ask(`/records?${query}`, { headers: integration });
    // A cursor has to be one that was given out.
    expect(answer.status).toBe(200);
    expectDocumented('/records', 'get', answer);
  });

  it('gives records as described, each model with its own fields', async () => {
    const { body } = await ask('/records?model=Run&limit=3', { headers: integration });
    const records = body['records'] as Json[];
    const validate = validatorAt(['components', 'schemas', 'RunRecord']);
    expect(records.map((record) => [validate(record), validate.errors])).toEqual(records.map(() => [true, null]));
    expect(records).toHaveLength(3);
  });

  it.each(['/records?model=run', '/records?model=Run&limit=0', '/records?model=Run&other=1'])(
    'refuses %s as described',
    async (path) => {
      const refused = await ask(path, { headers: integration });
      expect(refused.status).toBe(400);
      expectDocumented('/records', 'get', refused);
    },
  );

  it('triggers a sync with the example, and tells its status', async () => {
    const media = document.paths['/sync/trigger']?.['post']?.['requestBody'] as {
      content: Record<string, { example: Json }>;
    };
    const answer = await ask('/sync/trigger', { body: media.content['application/json']?.example });
    expect(answer).toEqual({ status: 200, body: { success: true } });
    expectDocumented('/sync/trigger', 'post', answer);
    const query = new URLSearchParams([...queriesOf('/sync/status'), ['connection_id', id]]);
    const status = await ask(`/sync/status?${query}`);
    expect((status.body['syncs'] as Json[]).map(({ name }) => name)).toContain('runs');
    expectDocumented('/sync/status', 'get', status);
    const unknown = await ask('/sync/status?syncs=no&provider_config_key=trigger-dev');
    expect([unknown.status, unknown.body]).toEqual([200, { syncs: [] }]);
    expectDocumented('/sync/status', 'get', unknown);
  });
});

describe('GET /openapi.json', () => {
  const read = async (url: string) => {
    const response = await fetch(`${url}/openapi.json`);
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  };

  it('is the document, without a key, under the address that was asked', async () => {
    const { status, text, type } = await read(server.url);
    expect([status, type]).toEqual([200, 'application/json']);
    expect(JSON.parse(text)).toEqual({ ...document, servers: [{ url: server.url }] });
    for (const secret of [apiKey, id, ...Object.values(api.project.keys)]) {
      expect(text).not.toContain(secret);
    }
  });

  it('names the public address where there is one', async () => {
    const open = await serve({ host, apiKey, publicUrl: 'https://connect.example.com' });
    const { text } = await read(open.url);
    expect(JSON.parse(text)).toMatchObject({ servers: [{ url: 'https://connect.example.com' }] });
    await open.close();
  });

  it('is not there where no API key opens what it describes', async () => {
    const closed = await serve({ host });
    expect((await read(closed.url)).status).toBe(404);
    await closed.close();
  });
});
