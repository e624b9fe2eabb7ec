import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeApi, type KeyName, startFakeApi } from './index.js';

let api: FakeApi;

beforeEach(async () => {
  api = await startFakeApi({ runs: 0 });
});
afterEach(() => api.close());

async function ask(key: KeyName, method: string, path: string, body?: unknown, branch?: string): Promise<unknown> {
  const response = await fetch(`${api.url}/api/v1/projects/${api.project.ref}/envvars/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${api.project.keys[key]}`,
      ...(branch === undefined ? {} : { 'x-trigger-branch': branch }),
    },
    body: body === undefined || body instanceof FormData ? (body ?? null) : JSON.stringify(body),
  });
  const text = await response.text();
  return [response.status, text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text];
}

const done = [200, { success: true }];
const valueIn = (env: Parameters<FakeApi['project']['variablesOf']>[0], name: string): string | undefined =>
  api.project.variablesOf(env).find((variable) => variable.name === name)?.value;

describe('variables of the fake API', () => {
  it('are written where the key belongs, whatever the slug says', async () => {
    expect(await ask('root:dev', 'POST', 'prod', { name: 'A', value: '1' })).toEqual(done);
    expect([valueIn('dev', 'A'), valueIn('prod', 'A')]).toEqual(['1', undefined]);
  });

  it('can be updated where only another environment has a value, but not deleted', async () => {
    await ask('pat:alice', 'POST', 'staging', { name: 'A', value: '1' });
    expect(await ask('pat:alice', 'DELETE', 'prod/A')).toEqual([
      400,
      { error: 'Environment variable value not found' },
    ]);
    expect(await ask('pat:alice', 'PUT', 'prod/A', { value: '2' })).toEqual(done);
    expect([valueIn('stg', 'A'), valueIn('prod', 'A')]).toEqual(['1', '2']);
    expect(await ask('root:other:prod', 'PUT', 'prod/A', { value: '3' })).toMatchObject([400, {}]);
  });

  it('of a branch lie over those of its parent, and are as secret', async () => {
    api.project.setVariable('preview', { name: 'A', value: 'parent', isSecret: true });
    api.project.setVariable('preview:feature/one', { name: 'A', value: 'own' });
    api.project.setVariable('preview', { name: 'B', value: 'parent' });
    const get = (name: string) => ask('root:preview', 'GET', `preview/${name}`, undefined, 'feature/one');
    expect(await get('A')).toEqual([200, { name: 'A', value: '<redacted>', isSecret: true }]);
    expect(await get('B')).toEqual([200, { name: 'B', value: 'parent', isSecret: false }]);
  });

  it('stay secret unless told otherwise', async () => {
    await ask('root:prod', 'POST', 'prod', { name: 'A', value: '1', isSecret: true });
    await ask('root:prod', 'PUT', 'prod/A', { value: '2' });
    expect(await ask('root:prod', 'GET', 'prod/A')).toEqual([200, { name: 'A', value: '<redacted>', isSecret: true }]);
    await ask('root:prod', 'POST', 'prod', { name: 'A', value: '3', isSecret: false });
    expect(await ask('root:prod', 'GET', 'prod/A')).toEqual([200, { name: 'A', value: '3', isSecret: false }]);
  });

  it('are imported all or not at all, from JSON and from a file', async () => {
    const variables = { A: '1', TRIGGER_API_URL: 'x', B: ' ' };
    expect(await ask('additional:envvars', 'POST', 'prod/import', { variables, isSecret: true })).toEqual(done);
    expect(await ask('root:prod', 'POST', 'prod/import', { variables: { A: '2', C: '3' } })).toMatchObject([400, {}]);
    expect(api.project.variables.own('prod', 'A')).toEqual({ name: 'A', value: '1', isSecret: true });
    expect(['TRIGGER_API_URL', 'B', 'C'].filter((name) => valueIn('prod', name) !== undefined)).toEqual([]);
    const form = new FormData();
    form.set('variables', new File(['A=4\nD="two\nlines" # end\n'], '.env'));
    form.set('override', 'true');
    expect(await ask('root:prod', 'POST', 'prod/import', form)).toEqual(done);
    expect([valueIn('prod', 'A'), valueIn('prod', 'D')]).toEqual(['4', 'two\nlines']);
    expect(await ask('root:prod', 'POST', 'prod/import', { variables: 'A=1' })).toEqual([
      400,
      { error: 'Invalid body' },
    ]);
  });

  it('are not for keys without the scope', async () => {
    expect(await ask('additional:readRuns', 'POST', 'prod', { name: 'A', value: '1' })).toEqual([
      403,
      { error: 'Unauthorized' },
    ]);
    expect(await ask('pat:bob', 'DELETE', 'prod/LOG_LEVEL')).toEqual([404, { error: 'Project not found' }]);
    expect(await ask('root:prod', 'POST', 'prod')).toEqual([500, 'Unexpected Server Error']);
  });
});
