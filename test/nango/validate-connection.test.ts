import { describe, expect, it, vi } from 'vitest';
import { findFunction, listFunctions } from '../../src/host/runner/functions.js';
import { loadFunction } from '../../src/host/runner/sandbox.js';
import { validateConnection } from '../../src/nango/index.js';
import { createFakeProject, unknownKeys } from '../fake-api/index.js';
import { FakeNango } from './fake-nango.js';

const project = createFakeProject({ runs: 20 });
const { keys, ref } = project;
// The compiled function, as Nango would run it.
const onEvent = await loadFunction(findFunction(await listFunctions(), 'on-events', 'validate-connection'));

function nangoWith(apiKey: string, config: Record<string, string>): FakeNango {
  const nango = new FakeNango(project, apiKey as never);
  Object.assign(nango.config, { environment: '', triggerBranch: '', baseUrl: '' }, config);
  return nango;
}

describe('validate-connection', () => {
  it.each([
    { what: 'a root key', key: keys['root:prod'], config: {}, requests: 1 },
    { what: 'a root key with its project', key: keys['root:prod'], config: { projectRef: ref }, requests: 2 },
    { what: 'an additional key', key: keys['additional:full'], config: {}, requests: 1 },
    { what: 'a key that may only trigger', key: keys['additional:triggerTasks'], config: {}, requests: 1 },
    { what: 'a key that may only read variables', key: keys['additional:envvars'], config: {}, requests: 1 },
    {
      what: 'a preview key with its branch',
      key: keys['root:preview'],
      config: { triggerBranch: 'feature/one' },
      requests: 1,
    },
    { what: 'a token', key: keys['pat:alice'], config: { projectRef: ref }, requests: 1 },
    {
      what: 'a token on a branch',
      key: keys['pat:alice'],
      config: { projectRef: ref, environment: 'preview', triggerBranch: 'feature/one' },
      requests: 2,
    },
  ])('accepts $what', async ({ config, key, requests }) => {
    const nango = nangoWith(key, config);
    await onEvent.exec(nango);
    expect(nango.proxied).toHaveLength(requests);
  });

  it.each([
    { what: 'a token without a project', key: keys['pat:alice'], config: {}, code: 'project_ref_required' },
    {
      what: 'a key of another environment',
      key: keys['root:dev'],
      config: { environment: 'prod' },
      code: 'environment_mismatch',
    },
    {
      what: 'a branch with prod',
      key: keys['pat:alice'],
      config: { projectRef: ref, environment: 'prod', triggerBranch: 'feature/one' },
      code: 'branch_not_allowed',
    },
    { what: 'a preview key without a branch', key: keys['root:preview'], config: {}, code: 'branch_required' },
    {
      what: 'a wrong environment',
      key: keys['pat:alice'],
      config: { projectRef: ref, environment: 'production-eu' },
      code: 'environment_invalid',
    },
    {
      what: 'a host with a path',
      key: keys['root:prod'],
      config: { baseUrl: 'api.trigger.dev/v1' },
      code: 'base_url_invalid',
    },
  ])('refuses $what before any request', async ({ code, config, key }) => {
    const nango = nangoWith(key, config);
    await expect(onEvent.exec(nango)).rejects.toMatchObject({ payload: { code, message: expect.any(String) } });
    expect(nango.proxied).toEqual([]);
  });

  it.each([
    { what: 'a key the server does not know', key: unknownKeys['unknown:prod'], config: {}, code: 'unauthorized' },
    {
      what: 'an unknown branch',
      key: keys['root:preview'],
      config: { triggerBranch: 'nope' },
      code: 'branch_not_found',
    },
    {
      what: 'a token’s unknown branch',
      key: keys['pat:alice'],
      config: { projectRef: ref, environment: 'preview', triggerBranch: 'nope' },
      code: 'branch_not_found',
    },
    { what: 'a foreign project', key: keys['pat:bob'], config: { projectRef: ref }, code: 'project_not_found' },
    {
      what: 'an unknown project',
      key: keys['pat:alice'],
      config: { projectRef: 'proj_nope' },
      code: 'project_not_found',
    },
    {
      what: 'the ref of another project',
      key: keys['root:other:prod'],
      config: { projectRef: ref },
      code: 'project_ref_invalid',
    },
  ])('refuses $what with its own code', async ({ code, config, key }) => {
    await expect(onEvent.exec(nangoWith(key, config))).rejects.toMatchObject({ payload: { code } });
  });

  it.each([
    // A gateway or server that is busy, in JSON, text or without a word: the key may be right.
    { status: 429, data: { message: 'Busy' }, accepted: true },
    { status: 503, data: { error: 'Busy' }, accepted: true },
    { status: 503, data: '', accepted: true },
    // A page or another API is not Trigger.dev, so nothing says that the key is real.
    { status: 200, data: '<html></html>', accepted: false },
    { status: 401, data: '<html></html>', accepted: false },
    { status: 403, data: '<html></html>', accepted: false },
    { status: 403, data: { message: 'Forbidden' }, accepted: false },
    { status: 401, data: { error: { code: 'InvalidToken', message: 'No' } }, accepted: false },
    { status: 404, data: '<html></html>', accepted: false },
    { status: 429, data: '<html></html>', accepted: false },
    { status: 503, data: '<html></html>', accepted: false },
  ])('when $status comes with $data, accepted: $accepted', async ({ accepted, data, status }) => {
    const nango = nangoWith(keys['root:prod'], {});
    const response = { status, headers: {}, data };
    nango.proxy = async ({ endpoint }) =>
      status < 300
        ? response
        : Promise.reject(
            Object.assign(new Error('axios'), { response, config: { url: `https://a.example${endpoint}` } }),
          );
    const outcome = await onEvent.exec(nango).then(
      () => true,
      () => false,
    );
    expect(outcome).toBe(accepted);
  });
});

it('says after a minute that a host keeps silent, before Nango ends the function without a word', async () => {
  vi.useFakeTimers();
  try {
    const nango = nangoWith(keys['root:prod'], {});
    nango.proxy = () => new Promise(() => undefined);
    const refused = expect(validateConnection(nango)).rejects.toMatchObject({
      payload: {
        code: 'network',
        field: 'baseUrl',
        message: expect.stringMatching(/^The API did not answer within 60 s\. /),
      },
    });
    await vi.advanceTimersByTimeAsync(60_000);
    await refused;
  } finally {
    vi.useRealTimers();
  }
});

it('accepts a key that could not be checked because Nango itself failed', async () => {
  const nango = nangoWith(keys['root:prod'], {});
  nango.refuse = () => ({ status: 500, code: 'server_error', message: 'No' });
  await expect(validateConnection(nango)).resolves.toBeUndefined();
});
