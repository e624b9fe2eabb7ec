import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectionFromValues } from '../../src/connection/index.js';
import { post, type Served, servedHost } from './served.js';

let served = {} as Served;

beforeAll(async () => {
  served = await servedHost({ runs: 1 });
});

afterAll(() => served.close());

const imported = (config: unknown, id?: string) =>
  post(served, '/connections', {
    provider_config_key: 'trigger-dev',
    credentials: served.credentials,
    connection_config: config,
    ...(id && { connection_id: id }),
  });

const configOf = async (id: unknown) => {
  const response = await fetch(`${served.server.url}/connections/${id}?provider_config_key=trigger-dev`, {
    headers: { authorization: `Bearer ${served.apiKey}` },
  });
  return ((await response.json()) as { connection_config: unknown }).connection_config;
};

const nested = (depth: number) => `{"deep":${'['.repeat(depth)}${']'.repeat(depth)}}`;
const manyNames = () =>
  JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`baseUr${at}`, 1])));

/** A body whose parts are JSON already: what `JSON.stringify` could not write. */
async function sent(path: string, parts: Readonly<Record<string, string>>) {
  const response = await fetch(`${served.server.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${served.apiKey}`, 'content-type': 'application/json' },
    body: `{${Object.entries(parts)
      .map(([name, text]) => `${JSON.stringify(name)}:${text}`)
      .join(',')}}`,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('a field that JSON can name and a store cannot keep', () => {
  const importOf = (part: Record<string, string>) =>
    sent('/connections', {
      provider_config_key: '"trigger-dev"',
      credentials: JSON.stringify(served.credentials),
      connection_config: JSON.stringify({ baseUrl: served.api.url }),
      ...part,
    });
  const proto = '{"__proto__":{"a":1}}';

  it.each([
    { what: '__proto__ in a config', part: { connection_config: proto } },
    { what: '__proto__ in metadata', part: { metadata: proto } },
    { what: 'metadata without end', part: { metadata: nested(200_000) }, code: 'payload_unserialisable' },
  ])('is refused by an import: $what', async ({ code = 'invalid_body', part }) => {
    expect(await importOf(part)).toMatchObject({
      status: 400,
      body: { error: { code } },
    });
  });

  it.each([
    { what: '__proto__', metadata: proto },
    { what: 'no end', metadata: nested(200_000), code: 'payload_unserialisable' },
  ])('is refused where metadata are set: $what', async ({ code = 'invalid_body', metadata }) => {
    const { body } = await imported({ baseUrl: served.api.url });
    const parts = {
      metadata,
      provider_config_key: '"trigger-dev"',
      connection_id: JSON.stringify(body['connection_id']),
    };
    expect(await sent('/connections/metadata', parts)).toMatchObject({
      status: 400,
      body: { error: { code } },
    });
  });
});

describe('connection_config', () => {
  it.each([
    { what: 'a scheme and nothing else', more: {} },
    { what: 'an empty field', more: { projectRef: '', environment: 'prod' } },
    { what: 'a space that the rules take off', more: { environment: 'production ' } },
    { what: 'the branch by Nango’s name, left empty', more: { triggerBranch: '' } },
    { what: 'a field that is none of ours', more: { customerId: '42', nested: { deep: [1, null] } } },
  ])('comes back as it was given: $what', async ({ more }) => {
    const given = { baseUrl: served.api.url, ...more };
    const { body, status } = await imported(given);
    expect([status, body['connection_config']]).toEqual([201, given]);
    expect(await configOf(body['connection_id'])).toEqual(given);
  });

  it('is replaced by the next import, not merged', async () => {
    await imported({ baseUrl: served.api.url, customerId: '42' }, 'replaced');
    await imported({ baseUrl: served.api.url }, 'replaced');
    expect(await configOf('replaced')).toEqual({ baseUrl: served.api.url });
  });

  it.each([
    ['host', 'baseUrl'],
    ['base_url', 'baseUrl'],
    ['BASEURL', 'baseUrl'],
    ['project_ref', 'projectRef'],
    ['ProjectRef', 'projectRef'],
    ['enviroment', 'environment'],
    ['env', 'environment'],
    ['branch', 'triggerBranch'],
    ['trigger_branch', 'triggerBranch'],
    ['branch_name', 'triggerBranch'],
    ['TRIGGER_API_URL', 'baseUrl'],
    ['triggerApiUrl', 'baseUrl'],
    ['api_base_url', 'baseUrl'],
    ['serverUrl', 'baseUrl'],
    ['TRIGGER_PROJECT_REF', 'projectRef'],
    ['trigger_environment', 'environment'],
    ['TRIGGER_PREVIEW_BRANCH', 'triggerBranch'],
  ])('has no field %s: did you mean %s?', async (name, meant) => {
    const { body, status } = await imported({ baseUrl: served.api.url, [name]: 'x' });
    expect([status, body['error']]).toMatchObject([
      400,
      {
        code: 'connection_validation_failed',
        message: expect.stringContaining(`${name} (did you mean "${meant}"?)`),
        payload: { code: 'unknown_field' },
      },
    ]);
  });

  it.each(['constructor', 'toString', 'hasOwnProperty'])('keeps a field %s, which means nothing else', async (name) => {
    const given = { baseUrl: served.api.url, [name]: 'x' };
    const { body, status } = await imported(given);
    expect([status, body['connection_config']]).toEqual([201, given]);
  });

  it.each([
    { what: 'nested without end', value: () => nested(200_000), message: /nested too deep/ },
    { what: 'of very many near names', value: () => manyNames(), message: /more than 10000 characters/ },
  ])('$what is refused with one issue', async ({ message, value }) => {
    const { body, status } = await sent('/connections', {
      provider_config_key: '"trigger-dev"',
      credentials: JSON.stringify(served.credentials),
      connection_config: value(),
    });
    expect([status, body]).toMatchObject([
      400,
      {
        error: {
          code: 'connection_validation_failed',
          payload: { code: 'input_invalid', issues: [{ message: expect.stringMatching(message) }] },
        },
      },
    ]);
  });

  it('holds no key, under whatever name', async () => {
    const { body, status } = await imported({ baseUrl: served.api.url, note: served.credentials.apiKey });
    expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining('put the key into credentials')]);
    expect(JSON.stringify(body)).not.toContain(served.credentials.apiKey);
  });

  it('that a form was filled in with has Nango’s names, without what was left empty', async () => {
    const page = await fetch(`${served.server.url}/connect`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: served.server.url },
      body: new URLSearchParams({
        apiKey: served.api.project.keys['root:preview'],
        baseUrl: served.api.url,
        environment: 'preview',
        projectRef: '',
        previewBranch: 'feature/one',
      }),
    });
    expect(page.status).toBe(303);
    const id = new URL(page.headers.get('location') ?? '', served.server.url).searchParams.get('connection');
    expect(await configOf(id)).toEqual({
      baseUrl: served.api.url,
      environment: 'preview',
      triggerBranch: 'feature/one',
    });
  });

  it.each([
    { baseUrl: undefined, expected: 'api.trigger.dev' },
    { baseUrl: 'https://trigger.example.com', expected: 'trigger.example.com' },
    { baseUrl: 'trigger.example.com:8443', expected: 'trigger.example.com:8443' },
    // Nango reaches no such host, and without the scheme another would be meant.
    { baseUrl: 'http://trigger.example.com', expected: 'http://trigger.example.com' },
  ])('of an older store comes without https:// and empty fields: $baseUrl', async ({ baseUrl, expected }) => {
    const apiKey = served.credentials.apiKey;
    const { id } = served.host.connect(connectionFromValues({ apiKey, baseUrl }, { allowHttp: true }, false));
    expect(await configOf(id)).toEqual({ baseUrl: expected, environment: 'prod' });
  });
});
