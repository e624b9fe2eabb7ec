import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeApi, type KeyName, startFakeApi } from './index.js';

let api: FakeApi;

beforeEach(async () => {
  api = await startFakeApi({ runs: 0 });
});
afterEach(() => api.close());

async function get(key: KeyName, path: string, headers: Record<string, string> = {}): Promise<[number, unknown]> {
  const authorization = `Bearer ${api.project.keys[key]}`;
  const response = await fetch(`${api.url}/api/v1${path}`, { headers: { authorization, ...headers } });
  return [response.status, await response.json()];
}

describe('projects of the fake API', () => {
  it('are those of the organisation that the token belongs to', async () => {
    const [, all] = await get('pat:alice', '/projects');
    expect((all as { externalRef: string }[]).map(({ externalRef }) => externalRef)).toEqual([
      api.project.ref,
      api.project.otherRef,
    ]);
    expect(await get('pat:bob', '/projects')).toEqual([200, []]);
    expect(await get('pat:bob', `/projects/${api.project.ref}`)).toEqual([404, { error: 'Project not found' }]);
    expect(await get('pat:alice', '/projects/proj_nobody')).toEqual([404, { error: 'Project not found' }]);
  });

  it('have branches, or say that they have none', async () => {
    const [status, body] = await get('pat:carol', `/projects/${api.project.ref}/branches`);
    expect([status, body]).toMatchObject([200, { branches: [{ name: 'feature/one' }] }]);
    expect((await get('pat:carol', `/projects/${api.project.otherRef}/branches`))[0]).toBe(400);
    expect(await get('root:preview', `/projects/${api.project.ref}/branches`)).toEqual([
      401,
      { error: 'Invalid or Missing Access Token' },
    ]);
  });
});

describe('the environment of a key', () => {
  it('is shown to unrestricted keys, the key with it', async () => {
    const { keys } = api.project;
    expect(await get('additional:full', '/whoami')).toMatchObject([200, { slug: 'prod', apiKey: keys['root:prod'] }]);
    expect(await get('root:preview', '/whoami', { 'x-trigger-branch': 'feature/one' })).toMatchObject([
      200,
      { branchName: 'feature/one', parentEnvironmentId: api.project.environment('preview').id },
    ]);
    for (const key of ['additional:readRuns', 'root:preview', 'pat:alice'] as const) {
      expect(await get(key, '/whoami')).toEqual([401, { error: 'Invalid or Missing API key' }]);
    }
  });
});
