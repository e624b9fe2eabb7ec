import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Served, servedHost } from './served.js';

let served = {} as Served;

beforeAll(async () => {
  served = await servedHost();
});

afterAll(() => served.close());

const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(`${served.server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
};

async function session(): Promise<string> {
  const preset = { baseUrl: served.api.url, projectRef: served.api.project.ref };
  const { data } = await post(
    '/connect/sessions',
    { end_user: { id: 'u' }, integrations_config_defaults: { 'trigger-dev': { connection_config: preset } } },
    { authorization: `Bearer ${served.apiKey}` },
  );
  return (data as { token: string }).token;
}

it.each([
  { what: 'left empty', typed: '' },
  { what: 'typed', typed: 'http://127.0.0.1:9' },
])('the environments are looked up where the session says, with another address $what', async ({ typed }) => {
  const token = await session();
  const before = served.api.requests.length;
  const told = await post(`/connect/environments?session_token=${token}`, {
    apiKey: served.api.project.keys['pat:alice'],
    projectRef: '',
    environment: 'prod',
    baseUrl: typed,
  });
  expect(told['environments']).toEqual(expect.arrayContaining(['prod', 'staging']));
  expect(served.api.requests.length).toBeGreaterThan(before);
});

it('the form shows what the session presets, also after a refusal', async () => {
  const url = `${served.server.url}/connect?session_token=${await session()}`;
  const typed = new URLSearchParams({ apiKey: 'nonsense', baseUrl: 'http://127.0.0.1:9', environment: 'prod' });
  for (const init of [{}, { method: 'POST', body: typed }]) {
    const text = await (await fetch(url, init)).text();
    expect(text).toContain(`name="baseUrl" value="${served.api.url}"`);
    expect(text).toContain(`name="projectRef" value="${served.api.project.ref}"`);
  }
});
