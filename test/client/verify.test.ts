import { afterAll, describe, expect, it } from 'vitest';
import { closeConnections, type Transport, verifyConnection } from '../../src/client/index.js';
import { connectionFromValues } from '../../src/connection/index.js';
import { ConnectorError } from '../../src/errors/index.js';
import { type Fault, type KeyName, unknownKeys } from '../fake-api/index.js';
import { connectionTo, expectNoSecret, failureOf, secretKey } from './connections.js';
import { connectTo, fakeApi, queryOf, seen } from './fake.js';
import { answering, closedPort, tcpServer } from './loopback.js';

afterAll(closeConnections);

const once = { retry: { maxAttempts: 1 } };

describe('verifyConnection', () => {
  const branch = { previewBranch: 'feature/one' };
  it.each<[string, KeyName, Record<string, string>, string, string | undefined]>([
    ['a root key', 'root:prod', {}, 'valid', undefined],
    ['a root key of dev', 'root:dev', {}, 'valid', undefined],
    ['a root key of staging', 'root:stg', {}, 'valid', undefined],
    ['a full additional key', 'additional:full', {}, 'valid', undefined],
    ['one that only reads runs', 'additional:readRuns', {}, 'valid', undefined],
    ['one that only triggers', 'additional:triggerTasks', {}, 'limited', 'forbidden'],
    ['one for variables', 'additional:envvars', {}, 'limited', 'forbidden'],
    ['a preview key', 'root:preview', branch, 'valid', undefined],
    ['an unknown branch', 'root:preview', { previewBranch: 'feature/two' }, 'rejected', 'branch_not_found'],
    ['a branch in another case', 'root:preview', { previewBranch: 'Feature/One' }, 'rejected', 'branch_not_found'],
  ])('%s', async (_, key, fields, status, code) => {
    const api = await fakeApi();
    const verdict = await verifyConnection(connectTo(api, key, fields), once);
    expect(verdict).toMatchObject({ status });
    expect(verdict.code).toBe(code);
    // A person who connects asked for no endpoint.
    expect(verdict.message).not.toContain('runs.list');
    expect(verdict).not.toHaveProperty('environments');
    // One request, that only reads, and as little as can be.
    expect(seen(api)).toEqual([`${key} GET /api/v1/runs`]);
    expect(queryOf(api)['page[size]']).toBe('1');
    expectNoSecret(verdict, api.project.keys[key]);
  });

  it('a personal access token, with the environments of its project', async () => {
    const api = await fakeApi();
    const fields = { projectRef: api.project.ref, environment: 'prod' };
    const verdict = await verifyConnection(connectTo(api, 'pat:alice', fields), once);
    expect(verdict.status).toBe('valid');
    expect(verdict.message).toContain('dev, stg, preview, prod');
    expect(verdict.project).toEqual({ ref: api.project.ref });
    expect(verdict.environments?.map(({ slug, type }) => [slug, type])).toEqual([
      ['dev', 'DEVELOPMENT'],
      ['stg', 'STAGING'],
      ['preview', 'PREVIEW'],
      ['prod', 'PRODUCTION'],
    ]);
    expect(seen(api)).toEqual([`pat:alice GET /api/v1/projects/${api.project.ref}/environments`]);
  });

  // What only a second call proves: a project ref beside a key, a branch beside a token.
  it.each<[string, KeyName, Record<string, string>, string, string | undefined]>([
    ['a key of that project', 'root:prod', {}, 'valid', undefined],
    ['a key of another project', 'root:other:prod', {}, 'rejected', 'project_ref_invalid'],
    ['a key that may not read variables', 'additional:readRuns', {}, 'valid', undefined],
    ['a token with a branch', 'pat:alice', { environment: 'preview', ...branch }, 'valid', undefined],
    [
      'a token with an unknown branch',
      'pat:alice',
      { environment: 'preview', previewBranch: 'feature/two' },
      'rejected',
      'branch_not_found',
    ],
  ])('%s, with two requests that only read', async (_, key, fields, status, code) => {
    const api = await fakeApi();
    const connection = connectTo(api, key, { projectRef: api.project.ref, ...fields });
    const verdict = await verifyConnection(connection, once);
    expect(verdict.status).toBe(status);
    expect(verdict.code).toBe(code);
    expect(api.requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
    expectNoSecret(verdict, api.project.keys[key]);
  });

  it('a token whose project lacks the environment', async () => {
    const api = await fakeApi();
    api.fail({ status: 200, body: [{ id: 'e', slug: 'prod', type: 'PRODUCTION' }] });
    const fields = { projectRef: api.project.ref, environment: 'staging' };
    const verdict = await verifyConnection(connectTo(api, 'pat:alice', fields), once);
    expect(verdict).toMatchObject({ status: 'rejected', code: 'environment_not_found' });
    expect(verdict.message).toContain('no staging environment. It has: prod');
  });

  it.each<[string, 'pat:bob' | 'pat:alice', string | undefined]>([
    ['of another organisation', 'pat:bob', undefined],
    ['with a project that is not there', 'pat:alice', 'proj_nothere'],
  ])('a personal access token %s', async (_, key, projectRef) => {
    const api = await fakeApi();
    const connection = connectTo(api, key, { projectRef: projectRef ?? api.project.ref });
    const verdict = await verifyConnection(connection, once);
    expect(verdict).toMatchObject({ status: 'rejected', code: 'project_not_found' });
    expectNoSecret(verdict, api.project.keys[key]);
  });

  it.each(['unknown:prod', 'unknown:additional', 'unknown:pat'] as const)('%s key', async (name) => {
    const api = await fakeApi();
    const values = { apiKey: unknownKeys[name], baseUrl: api.url, projectRef: api.project.ref };
    const connection = connectionFromValues(values, { allowPrivateHosts: true, allowHttp: true });
    const verdict = await verifyConnection(connection, once);
    expect(verdict).toMatchObject({ status: 'rejected', code: 'unauthorized' });
    expect(seen(api)).toHaveLength(1);
    expectNoSecret(verdict, unknownKeys[name]);
  });

  it.each<[string, Fault, string, string]>([
    ['an outage', { status: 503 }, 'unverifiable', 'server_error'],
    ['a rate limit', { status: 429 }, 'unverifiable', 'rate_limited'],
    ['an HTML page', { status: 200, body: '<html>Sign in</html>' }, 'unverifiable', 'invalid_response'],
    ['a 404 of some other server', { status: 404, body: '<html></html>' }, 'unverifiable', 'invalid_response'],
    ['a redirect', { status: 302, headers: { location: 'https://a.example/' } }, 'unverifiable', 'redirect_refused'],
    ['a lost answer', { drop: 'after' }, 'unverifiable', 'network'],
    ['a 401 without a word', { status: 401, body: '' }, 'unverifiable', 'invalid_response'],
    ['a login page', { status: 403, body: '<html>Sign in</html>' }, 'unverifiable', 'invalid_response'],
    ['another API', { status: 401, body: { message: 'Unauthorized' } }, 'unverifiable', 'invalid_response'],
    ['a wrong key', { status: 401, body: { error: 'Invalid API key' } }, 'rejected', 'unauthorized'],
    [
      'a missing header',
      { status: 401, body: { error: 'x-trigger-branch header required' } },
      'rejected',
      'branch_header_required',
    ],
  ])('%s', async (_, fault, status, code) => {
    const api = await fakeApi();
    api.fail(fault);
    const verdict = await verifyConnection(connectTo(api, 'root:prod'), once);
    expect(verdict).toMatchObject({ status, code });
    expect(verdict.message).not.toMatch(/html|Sign in/);
    expectNoSecret(verdict, api.project.keys['root:prod']);
  });

  it('a host that is no Trigger.dev, one that hangs up, one that refuses, one that is blocked', async () => {
    const page = await answering(200, '<!DOCTYPE html><title>Wiki</title>', { 'content-type': 'text/html' });
    const rude = await tcpServer((socket) => socket.destroy());
    const closed = await closedPort();
    for (const [url, code] of [
      [page.url, 'invalid_response'],
      [rude.url, 'network'],
      [closed.url, 'network'],
      ['http://169.254.169.254', 'egress_blocked'],
    ] as const) {
      const verdict = await verifyConnection(connectionTo(url), once);
      expect(verdict).toMatchObject({ status: 'unverifiable', code });
      expect(verdict.message).not.toContain('Wiki');
      expectNoSecret(verdict);
    }
    expect(page.requests).toHaveLength(1);
  });

  it('takes the time it is given', async () => {
    const api = await fakeApi();
    api.fail({ delayMs: 60_000 });
    const verdict = await verifyConnection(connectTo(api, 'root:prod'), { timeoutMs: 100 });
    expect(verdict).toMatchObject({ status: 'unverifiable', code: 'timeout' });
  });

  it('rejects when it is aborted, and with what is a bug', async () => {
    const api = await fakeApi();
    const connection = connectTo(api, 'root:prod');
    await failureOf(verifyConnection(connection, { signal: AbortSignal.abort() }), 'aborted');
    const broken: Transport = { send: () => Promise.reject(new RangeError('a bug')) };
    await expect(verifyConnection(connection, { transport: broken })).rejects.toThrow(RangeError);
    expect(api.requests).toEqual([]);
  });

  it('asks through the transport it is given', async () => {
    const sent: string[] = [];
    const transport: Transport = {
      send: async (_, request) => {
        sent.push(request.path);
        throw new ConnectorError('network', `not today, ${secretKey()}`);
      },
    };
    const verdict = await verifyConnection(connectionTo('https://api.example.com'), { transport, ...once });
    expect(verdict).toMatchObject({ status: 'unverifiable', code: 'network' });
    expectNoSecret(verdict);
    expect(sent).toEqual(['/api/v1/runs']);
  });
});
