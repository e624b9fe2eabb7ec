import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, type Served, servedHost } from './served.js';

let served = {} as Served;
const id = 'customer 7';

beforeAll(async () => {
  served = await servedHost({ runs: 5 });
  const { config, credentials } = served;
  const body = { connection_id: id, provider_config_key: 'trigger-dev', credentials, connection_config: config };
  expect((await post(served, '/connections', body)).status).toBe(201);
});

afterAll(() => served.close());

const call = (name: string, body: unknown, { connection = id, query = '' } = {}) =>
  post(served, `/connections/${encodeURIComponent(connection)}/tools/${name}/calls${query}`, body);

describe('POST /connections/{id}/tools/{name}/calls', () => {
  it('calls the action and gives its output', async () => {
    const { body, status } = await call('list-runs', { input: { limit: 2 } });
    expect([status, body['data']]).toEqual([200, [expect.anything(), expect.anything()]]);
    expect((await call('list-schedules', {}, { query: '?provider_config_key=trigger-dev' })).status).toBe(200);
    expect((await call('list-schedules', undefined)).status).toBe(200);
  });

  it.each([
    { what: 'an unknown tool', name: 'nothere', status: 404, code: 'not_found' },
    { what: 'a name that cannot be one', name: 'not%20here', status: 400, code: 'invalid_uri_params' },
    { what: 'an unknown connection', connection: 'nobody', status: 404, code: 'unknown_connection' },
    { what: 'another integration', query: '?provider_config_key=github', status: 400, code: 'unknown_provider_config' },
    { what: 'an unknown parameter', query: '?bogus=1', status: 400, code: 'invalid_query_params' },
    { what: 'a list', body: [], status: 400, code: 'invalid_body' },
    { what: 'an input that is wrong', body: { input: {} }, status: 500, code: 'function_runtime_error' },
  ])('refuses $what: $status $code', async ({ body = {}, code, name = 'get-run', status, ...more }) => {
    const refused = await call(name, body, more);
    expect([refused.status, refused.body]).toMatchObject([status, { error: { code } }]);
  });

  it('says in the payload why a call failed', async () => {
    const { body } = await call('get-run', { input: { runId: 'run_missing' } });
    expect(body['error']).toMatchObject({ payload: { type: 'not_found', code: 'not_found', status: 404 } });
  });

  it('needs the API key', async () => {
    const response = await fetch(`${served.server.url}/connections/x/tools/list-runs/calls`, { method: 'POST' });
    expect(response.status).toBe(401);
  });
});
