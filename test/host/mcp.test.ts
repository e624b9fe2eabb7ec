import { fileURLToPath } from 'node:url';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Served, servedHost } from './served.js';

const bin = fileURLToPath(new URL('../../src/cli/bin.ts', import.meta.url));
let served = {} as Served;
const clients: Client[] = [];

beforeAll(async () => {
  served = await servedHost({ runs: 600 });
});

afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await served.close();
});

async function imported(apiKey: string, config: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`${served.server.url}/connections`, {
    method: 'POST',
    headers: { authorization: `Bearer ${served.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      provider_config_key: 'trigger-dev',
      credentials: { type: 'API_KEY', apiKey },
      connection_config: { ...served.config, ...config },
    }),
  });
  return ((await response.json()) as { connection_id: string }).connection_id;
}

async function overHttp(connection: string, query = ''): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  const headers = {
    authorization: `Bearer ${served.apiKey}`,
    'connection-id': connection,
    'provider-config-key': 'trigger-dev',
  };
  const url = new URL(`${served.server.url}/mcp${query}`);
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
  clients.push(client);
  return client;
}

async function overStdio(...flags: string[]): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['--import', 'tsx', bin, 'mcp', ...flags],
    env: {
      PATH: process.env['PATH'] ?? '',
      TRIGGER_SECRET_KEY: served.api.project.keys['root:prod'],
      TRIGGER_API_URL: served.api.url,
      TRIGGER_CONNECTOR_STORE: ':memory:',
    },
    stderr: 'pipe',
  });
  await client.connect(transport);
  clients.push(client);
  return client;
}

const production = () => imported(served.api.project.keys['root:prod']);
const namesOf = async (client: Client) => (await client.listTools()).tools.map(({ name }) => name);

const reading = [
  'get-env-var',
  'get-run',
  'get-schedule',
  'get-session',
  'list-env-vars',
  'list-runs',
  'list-schedules',
  'list-sessions',
];

describe.each([
  {
    road: 'streamable HTTP',
    open: async (isReadOnly: boolean) => overHttp(await production(), isReadOnly ? '?read_only=true' : ''),
  },
  {
    road: 'standard input and output',
    open: (isReadOnly: boolean) => overStdio(...(isReadOnly ? ['--read-only'] : [])),
  },
])('a real client over $road', ({ open }) => {
  it('finds one tool an action, with schemas and hints, and none that gives out a token', async () => {
    const client = await open(false);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining([...reading, 'trigger-task', 'delete-env-var']),
    );
    expect(tools.filter(({ name }) => /token|project|environments/.test(name))).toEqual([]);
    expect(tools.find(({ name }) => name === 'list-runs')).toMatchObject({
      description: expect.stringContaining('https://trigger.dev/docs/'),
      inputSchema: { type: 'object', properties: { limit: { description: expect.any(String) } } },
      outputSchema: { type: 'object' },
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
    });
    expect(tools.find(({ name }) => name === 'delete-env-var')?.annotations).toMatchObject({
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: true,
    });
    expect(tools.find(({ name }) => name === 'trigger-task')?.annotations).toMatchObject({
      destructiveHint: false,
      idempotentHint: false,
    });
    const asked = JSON.stringify(tools.map(({ inputSchema }) => Object.keys(inputSchema.properties ?? {})));
    expect(asked).not.toMatch(/apiKey|secretKey|accessToken|authorization/i);
  }, 30_000);

  it('reads, writes, and is told what to do where it cannot', async () => {
    const client = await open(false);
    const page = await client.callTool({ name: 'list-runs', arguments: { limit: 2 } });
    expect(page.structuredContent).toMatchObject({ data: [{ id: expect.any(String) }, {}] });
    expect(JSON.parse((page.content as { text: string }[])[0]?.text ?? '')).toEqual(page.structuredContent);
    const triggered = await client.callTool({ name: 'trigger-task', arguments: { taskId: 'hello-task', payload: 1 } });
    expect(triggered.structuredContent).toMatchObject({ id: expect.stringMatching(/^run_/) });
    const wrong = await client.callTool({ name: 'get-run', arguments: { runId: '..' } });
    expect(wrong).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/^input_invalid: .*run_/) }],
    });
    await expect(client.callTool({ name: 'drop-everything', arguments: {} })).rejects.toThrow(
      /no such tool.*list-runs/,
    );
  }, 30_000);

  it('changes nothing when it may only read', async () => {
    const client = await open(true);
    expect(await namesOf(client)).toEqual(reading);
    await expect(client.callTool({ name: 'trigger-task', arguments: { taskId: 'hello-task' } })).rejects.toThrow(
      /no such tool/,
    );
  }, 30_000);
});

describe('the tools of a connection', () => {
  it('are those that its kind of key may call', async () => {
    const pat = served.api.project.keys['pat:alice'];
    const client = await overHttp(await imported(pat, { projectRef: served.api.project.ref, environment: 'prod' }));
    const names = await namesOf(client);
    expect(names).toEqual(expect.arrayContaining(['list-runs', 'list-projects', 'list-environments', 'list-env-vars']));
    expect(names).not.toEqual(expect.arrayContaining(['get-run']));
  });

  it('hide the value of a secret variable, and bound what they give back', async () => {
    const client = await overHttp(await production());
    served.api.project.variables.set('prod', { name: 'LONG', value: 'x'.repeat(250_000), isSecret: false });
    served.api.project.variables.set('prod', { name: 'HIDDEN', value: 'hunter2hunter2', isSecret: true });
    const one = await client.callTool({ name: 'get-env-var', arguments: { name: 'HIDDEN' } });
    expect(JSON.stringify(one)).not.toContain('hunter2');
    const large = await client.callTool({ name: 'list-env-vars', arguments: {} });
    expect(large).toMatchObject({ isError: true, content: [{ text: expect.stringMatching(/Ask for fewer/) }] });
  });

  it('are nobody else’s', async () => {
    const open = (headers: Record<string, string>) =>
      fetch(`${served.server.url}/mcp`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{}',
      });
    expect((await open({})).status).toBe(401);
    const known = { authorization: `Bearer ${served.apiKey}`, 'provider-config-key': 'trigger-dev' };
    expect((await open({ ...known, 'connection-id': 'nobody' })).status).toBe(400);
    const got = await fetch(`${served.server.url}/mcp`, { headers: known });
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('read_only over HTTP', () => {
  it.each(['1', 'True', '', 'false&read_only=true', 'true&read_only=true', 'yes'])(
    'as %j is refused, rather than taken for false',
    async (given) => {
      const response = await fetch(`${served.server.url}/mcp?read_only=${given}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${served.apiKey}`,
          'connection-id': await production(),
          'provider-config-key': 'trigger-dev',
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
      });
      expect([response.status, await response.json()]).toMatchObject([400, { error: { code: 'input_invalid' } }]);
    },
  );

  it('as false gives every tool', async () => {
    expect(await namesOf(await overHttp(await production(), '?read_only=false'))).toContain('trigger-task');
  });
});
