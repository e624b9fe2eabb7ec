import { describe, expect, it } from 'vitest';
import { endpoints } from '../../src/api/index.js';
import { endpointAction } from '../../src/nango/index.js';
import { createFakeProject } from '../fake-api/index.js';
import { FakeNango } from './fake-nango.js';

const project = createFakeProject({ runs: 50 });
const { keys } = project;

describe('endpointAction', () => {
  it('calls through the proxy and checks the answer', async () => {
    const nango = new FakeNango(project);
    const handle = await endpointAction(nango, endpoints['tasks.trigger'], { taskId: 'hello-task', payload: { a: 1 } });
    expect(handle).toEqual({ id: expect.stringMatching(/^run_/), isCached: false });
    expect(nango.proxied).toEqual([
      {
        method: 'POST',
        endpoint: '/api/v1/tasks/hello-task/trigger',
        params: {},
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
          'x-trigger-api-version': '2025-07-16',
          'x-trigger-request-idempotency-key': expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
        data: { payload: { a: 1 } },
        retries: 3,
      },
    ]);
  });

  it.each([
    {
      why: 'the kind of key',
      key: keys['pat:alice'],
      config: { projectRef: project.ref },
      code: 'endpoint_not_allowed',
    },
    {
      why: 'a branch with prod',
      key: keys['root:prod'],
      config: { triggerBranch: 'feature/one' },
      code: 'branch_not_allowed',
    },
    { why: 'a stored mismatch', key: keys['root:dev'], config: { environment: 'prod' }, code: 'environment_mismatch' },
    { why: 'no key', key: '', config: {}, code: 'key_required' },
    { why: 'a wrong kind of key', key: 'tr_oat_'.padEnd(40, 'x'), config: {}, code: 'key_kind_refused' },
  ])('refuses before any request: $why', async ({ code, config, key }) => {
    const nango = new FakeNango(project, key as never);
    Object.assign(nango.config, { environment: '' }, config);
    await expect(endpointAction(nango, endpoints['runs.retrieve'], { runId: 'run_1' })).rejects.toMatchObject({
      payload: { type: code, code, message: expect.any(String) },
    });
    expect(nango.proxied).toEqual([]);
  });

  it.each([
    { status: 401, data: { error: 'Invalid API key' }, code: 'unauthorized' },
    { status: 404, data: { error: 'Not found' }, code: 'not_found' },
    { status: 429, data: {}, code: 'rate_limited' },
    { status: 404, data: '<html>no such page</html>', code: 'server_too_old' },
    { status: 401, data: '<html>sign in</html>', code: 'invalid_response' },
    { status: 403, data: { message: 'Forbidden' }, code: 'invalid_response' },
    { status: 502, data: '<html>bad gateway</html>', code: 'invalid_response' },
    { status: 502, data: { error: 'bad gateway' }, code: 'server_error' },
  ])('turns a thrown HTTP $status back into $code', async ({ code, data, status }) => {
    const nango = {
      ...new FakeNango(project).bound(),
      proxy: async () => Promise.reject(Object.assign(new Error('axios'), { response: { status, headers: {}, data } })),
    };
    await expect(endpointAction(nango, endpoints['runs.retrieve'], { runId: 'run_1' })).rejects.toMatchObject({
      payload: { code, status, endpoint: 'runs.retrieve' },
    });
  });

  it('passes nothing on of an error without an answer: it may quote the request', async () => {
    const nango = {
      ...new FakeNango(project).bound(),
      proxy: async () => Promise.reject(new Error(`connect failed, sent Bearer ${keys['root:prod']}`)),
    };
    const error = await endpointAction(nango, endpoints['runs.list'], {}).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ payload: { code: 'network' } });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(keys['root:prod'].slice(8));
  });
});
