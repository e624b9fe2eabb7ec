import { afterAll, describe, expect, it } from 'vitest';
import type { Api } from '../../src/client/api/index.js';
import { closeConnections } from '../../src/client/index.js';
import type { EnvName, FakeApi, KeyName } from '../fake-api/index.js';
import { failureOf } from './connections.js';
import { clientOf, connectTo, fakeApi, seen } from './fake.js';

afterAll(closeConnections);

type Envvars = Api['envvars'];

/** A connection that knows its project, unless the test takes it away. */
async function world(key: KeyName = 'root:prod', fields: Record<string, string> = {}) {
  const api = await fakeApi({ runs: 30 });
  const known = { projectRef: api.project.ref, ...(key.startsWith('pat') && { environment: 'prod' }), ...fields };
  return { api, ref: api.project.ref, envvars: clientOf(connectTo(api, key, known)).envvars };
}

const stored = (api: FakeApi, env: EnvName, name: string) =>
  api.project.variablesOf(env).find((variable) => variable.name === name)?.value;

const written = { success: true, warnings: [] };

describe('a variable', () => {
  it.each(['root:prod', 'additional:envvars', 'pat:alice'] as const)(
    'is created, read, changed, deleted with %s',
    async (key) => {
      const { api, envvars } = await world(key);
      expect(await envvars.create({ name: 'NEW', value: 'one' })).toEqual(written);
      expect(await envvars.retrieve('NEW')).toEqual({ name: 'NEW', value: 'one', isSecret: false });
      expect(await envvars.update('NEW', { value: 'two' })).toEqual({ success: true });
      expect(stored(api, 'prod', 'NEW')).toBe('two');
      expect(await envvars.del('NEW')).toEqual({ success: true });
      expect(stored(api, 'prod', 'NEW')).toBeUndefined();
      const path = `/api/v1/projects/${api.project.ref}/envvars/prod`;
      expect(seen(api)).toEqual([
        `${key} POST ${path}/import`,
        `${key} GET ${path}/NEW`,
        `${key} PUT ${path}/NEW`,
        `${key} DELETE ${path}/NEW`,
      ]);
    },
  );

  it('is found by project, environment and name as well', async () => {
    const { api, envvars, ref } = await world('pat:alice', { projectRef: 'proj_other', environment: 'prod' });
    await envvars.create(ref, 'staging', { name: 'NEW', value: 'one' });
    await envvars.update(ref, 'stg', 'NEW', { value: 'two' });
    expect((await envvars.retrieve(ref, 'staging', 'NEW')).value).toBe('two');
    await envvars.upload(ref, 'dev', { variables: { NEW: 'dev' } });
    await envvars.del(ref, 'staging', 'NEW');
    expect([stored(api, 'stg', 'NEW'), stored(api, 'dev', 'NEW')]).toEqual([undefined, 'dev']);
    expect(stored(api, 'prod', 'NEW')).toBeUndefined();
  });

  it('of a branch is changed there, not at its parent', async () => {
    const { api, envvars, ref } = await world('pat:alice', { environment: 'preview', previewBranch: 'feature/one' });
    await envvars.update(ref, 'preview', 'LOG_LEVEL', { value: 'trace' });
    expect([stored(api, 'preview:feature/one', 'LOG_LEVEL'), stored(api, 'preview', 'LOG_LEVEL')]).toEqual([
      'trace',
      'debug',
    ]);
    expect(api.requests[0]?.headers['x-trigger-branch']).toBe('feature/one');
  });

  it('may be secret: it can be written, not read', async () => {
    const { api, envvars } = await world();
    await envvars.create({ name: 'TOKEN', value: 'hidden', isSecret: true });
    expect(await envvars.retrieve('TOKEN')).toEqual({ name: 'TOKEN', value: '<redacted>', isSecret: true });
    expect(stored(api, 'prod', 'TOKEN')).toBe('hidden');
    // What was read must not be written back as the value.
    await failureOf(envvars.update('TOKEN', { value: '<redacted>' }), 'redacted_value_round_trip');
    await failureOf(
      envvars.create({ name: 'TOKEN', value: '<redacted>', override: true }),
      'redacted_value_round_trip',
    );
    await failureOf(envvars.upload({ variables: { A: '1', TOKEN: '<redacted>' } }), 'redacted_value_round_trip');
    expect(stored(api, 'prod', 'TOKEN')).toBe('hidden');
  });

  it('that exists is not overwritten unless asked', async () => {
    const { api, envvars } = await world();
    const error = await failureOf(envvars.create({ name: 'LOG_LEVEL', value: 'x' }), 'conflict');
    expect(error).toMatchObject({ endpoint: 'envvars.create', path: 'name' });
    await failureOf(envvars.upload({ variables: { LOG_LEVEL: 'x', NEW: '1' } }), 'conflict');
    expect([stored(api, 'prod', 'LOG_LEVEL'), stored(api, 'prod', 'NEW')]).toEqual(['info', undefined]);
    expect(await envvars.create({ name: 'LOG_LEVEL', value: 'x', override: true })).toEqual(written);
    expect(await envvars.upload({ variables: { LOG_LEVEL: 'y', NEW: '1' }, override: true })).toEqual(written);
    expect([stored(api, 'prod', 'LOG_LEVEL'), stored(api, 'prod', 'NEW')]).toEqual(['y', '1']);
  });

  it('may hold several lines, and any text', async () => {
    const { api, envvars } = await world();
    const value = '-----BEGIN-----\nž"\\\u2028🐎\n';
    await envvars.create({ name: 'PEM', value });
    expect(stored(api, 'prod', 'PEM')).toBe(value);
  });
});

describe('names that the platform sets itself', () => {
  it('are told, and the others written', async () => {
    const { api, envvars } = await world();
    const variables = { NEW: '1', TRIGGER_SECRET_KEY: 'x', TRIGGER_API_URL: 'y' };
    const { success, warnings } = await envvars.upload({ variables });
    expect(success).toBe(true);
    expect(warnings.map(({ code, field }) => [code, field])).toEqual([
      ['reserved_name', 'TRIGGER_SECRET_KEY'],
      ['reserved_name', 'TRIGGER_API_URL'],
    ]);
    expect(stored(api, 'prod', 'NEW')).toBe('1');
  });

  it.each<[string, (envvars: Envvars) => Promise<unknown>]>([
    ['created', (envvars) => envvars.create({ name: 'TRIGGER_SECRET_KEY', value: 'x' })],
    ['created over', (envvars) => envvars.create({ name: 'TRIGGER_API_URL', value: 'x', override: true })],
    ['uploaded', (envvars) => envvars.upload({ variables: { TRIGGER_API_URL: 'x' } })],
  ])('are refused before anything is sent when they alone are %s', async (_, act) => {
    const { api, envvars } = await world();
    await failureOf(act(envvars), 'reserved_name');
    expect(api.requests).toEqual([]);
  });
});

describe('a call for variables', () => {
  it.each<[string, (envvars: Envvars, ref: string) => Promise<unknown>, string, string]>([
    ['a name with a space', (envvars) => envvars.create({ name: 'A B', value: '' }), 'input_invalid', 'name'],
    [
      'a name that starts with a digit',
      (envvars) => envvars.create({ name: '1A', value: '' }),
      'input_invalid',
      'name',
    ],
    [
      'a name with an equals sign',
      (envvars) => envvars.upload({ variables: { 'A=B': '' } }),
      'input_invalid',
      'variables.A=B',
    ],
    ['no name', (envvars) => envvars.create({ name: '', value: '' }), 'input_invalid', 'name'],
    ['dots', (envvars) => envvars.del('..'), 'input_invalid', 'name'],
    ['encoded dots', (envvars) => envvars.retrieve('%2e%2e'), 'input_invalid', 'name'],
    ['a name of 10,000', (envvars) => envvars.retrieve('A'.repeat(10_000)), 'input_invalid', 'name'],
    ['a value with NUL', (envvars) => envvars.update('A', { value: 'a\0b' }), 'input_invalid', 'value'],
    ['no value', (envvars) => envvars.update('A', {} as never), 'input_invalid', 'value'],
    ['no variables', (envvars) => envvars.upload({ variables: {} }), 'input_invalid', 'variables'],
    ['nothing to upload', (envvars) => envvars.upload(undefined as never), 'input_invalid', 'variables'],
    ['nothing to create', (envvars) => envvars.create(undefined as never), 'input_invalid', 'name'],
    [
      'an unknown field',
      (envvars) => envvars.create({ name: 'A', value: '', colour: 'red' } as never),
      'input_invalid',
      '',
    ],
    ['an unknown environment', (envvars, ref) => envvars.del(ref, 'qa', 'A'), 'input_invalid', 'environment'],
    [
      'a project of dots',
      (envvars) => envvars.update('..', 'prod', 'A', { value: '1' }),
      'input_invalid',
      'projectRef',
    ],
    [
      'another environment than the key’s',
      (envvars, ref) => envvars.upload(ref, 'dev', { variables: { A: '1' } }),
      'environment_mismatch',
      '',
    ],
  ])('is refused before anything is sent: %s', async (_, act, code, path) => {
    const { api, envvars, ref } = await world();
    const error = await failureOf(act(envvars, ref), code as 'input_invalid');
    expect(error.path ?? '').toBe(path);
    expect(api.requests).toEqual([]);
  });

  it.each<[string, KeyName, (envvars: Envvars, refs: { ref: string; other: string }) => Promise<unknown>, string]>([
    ['a variable that is not there', 'root:prod', (envvars) => envvars.retrieve('MISSING'), 'not_found'],
    ['a change of one', 'root:prod', (envvars) => envvars.update('MISSING', { value: '1' }), 'not_found'],
    ['a deletion of one', 'root:prod', (envvars) => envvars.del('MISSING'), 'not_found'],
    ['another project’s key', 'root:prod', (envvars, { other }) => envvars.list(other, 'prod'), 'project_ref_invalid'],
    ['a token without the project', 'pat:bob', (envvars) => envvars.list(), 'project_not_found'],
    ['a key that may not', 'additional:readRuns', (envvars) => envvars.create({ name: 'A', value: '1' }), 'forbidden'],
  ])('is refused by the server: %s', async (_, key, act, code) => {
    const { api, envvars, ref } = await world(key);
    await failureOf(act(envvars, { ref, other: api.project.otherRef }), code as 'not_found');
    expect(api.requests).toHaveLength(1);
  });

  it('asks once for the project of a secret key that was connected without one', async () => {
    const { api, envvars } = await world('root:prod', { projectRef: '' });
    await envvars.update('LOG_LEVEL', { value: 'warn' });
    await envvars.retrieve('LOG_LEVEL');
    expect(seen(api).map((line) => line.split(' ').slice(1).join(' '))).toEqual([
      'GET /api/v1/whoami',
      `PUT /api/v1/projects/${api.project.ref}/envvars/prod/LOG_LEVEL`,
      `GET /api/v1/projects/${api.project.ref}/envvars/prod/LOG_LEVEL`,
    ]);
  });

  it('takes request options last, in both forms', async () => {
    const { api, envvars, ref } = await world();
    const options = { signal: AbortSignal.abort() };
    await failureOf(envvars.retrieve('A', options), 'aborted');
    await failureOf(envvars.retrieve(ref, 'prod', 'A', options), 'aborted');
    await failureOf(envvars.create({ name: 'A', value: '1' }, options), 'aborted');
    await failureOf(envvars.create(ref, 'prod', { name: 'A', value: '1' }, options), 'aborted');
    await failureOf(envvars.upload(ref, 'prod', { variables: { A: '1' } }, options), 'aborted');
    await failureOf(envvars.update('A', { value: '1' }, options), 'aborted');
    await failureOf(envvars.update(ref, 'prod', 'A', { value: '1' }, options), 'aborted');
    await failureOf(envvars.del('A', options), 'aborted');
    expect(api.requests).toEqual([]);
  });

  it('is repeated where it overwrites, not where a repeat would be refused', async () => {
    const { api, envvars } = await world();
    api.fail({ drop: 'after' });
    await failureOf(envvars.create({ name: 'A', value: '1' }), 'network');
    expect(api.requests).toHaveLength(1);
    api.fail({ drop: 'after' });
    await envvars.create({ name: 'A', value: '2', override: true });
    api.fail({ drop: 'after' });
    await envvars.update('A', { value: '3' });
    expect(api.requests).toHaveLength(5);
    expect(stored(api, 'prod', 'A')).toBe('3');
  });
});
