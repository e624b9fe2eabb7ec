import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RateLimit } from '../../src/host/http/rate-limit.js';
import { post, type Served, servedHost } from './served.js';

const open: Served[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((served) => served.close()));
});

async function served(runs = 3_000): Promise<Served> {
  const host = await servedHost({ runs });
  open.push(host);
  return host;
}

const imported = (host: Served, key: string, more: Record<string, unknown> = {}) =>
  post(host, '/connections', {
    connection_id: 'c',
    provider_config_key: 'trigger-dev',
    credentials: { type: 'API_KEY', apiKey: key },
    connection_config: host.config,
    ...more,
  });

/** A sync of the first connection that is in the middle of its pages. */
async function inTheMiddle(host: Served): Promise<void> {
  host.api.fail({
    match: ({ path }) => path.startsWith('/api/v1/runs?') && path.includes('100'),
    delayMs: 40,
    times: 10_000,
  });
  expect((await imported(host, host.api.project.keys['root:prod'], { tags: { team: 'a' } })).status).toBe(201);
  await vi.waitFor(() => expect(host.store.countRecords('c', 'Run')).toBeGreaterThan(300), 10_000);
}

const idsOf = ({ store }: Served) =>
  new Set(store.changedRecords('c', 'Run', { limit: 100_000 }).map(({ body }) => String(body['id'])));

describe('while a sync runs', () => {
  it('a key of another environment leaves no record of the former one', async () => {
    const host = await served();
    await inTheMiddle(host);
    expect((await imported(host, host.api.project.keys['root:stg'])).status).toBe(201);
    const staging = new Set(host.api.project.runsOf('stg').map(({ id }) => id));
    await vi.waitFor(() => expect(idsOf(host)).toEqual(staging), 15_000);
    // What it said of whoever connected stays, where the replacement says nothing.
    expect(host.host.connections.nango('c').tags).toEqual({ team: 'a' });
  }, 40_000);

  it('a disconnect leaves nothing, and nothing comes after it', async () => {
    const host = await served();
    await inTheMiddle(host);
    expect(await post(host, '/connections/c?provider_config_key=trigger-dev', undefined, 'DELETE')).toMatchObject({
      body: { success: true },
    });
    const before = host.api.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(host.api.requests).toHaveLength(before);
    expect(host.store.countRecords('c', 'Run')).toBe(0);
    expect(host.store.executions.latest(10, 'c')).toEqual([]);
    expect(host.store.lastOutcome('c', 'runs')).toBeUndefined();
  }, 40_000);

  it('a reset with an empty cache ends with every record', async () => {
    const host = await served();
    await inTheMiddle(host);
    const trigger = {
      syncs: ['runs'],
      provider_config_key: 'trigger-dev',
      connection_id: 'c',
      opts: { reset: true, emptyCache: true },
    };
    expect((await post(host, '/sync/trigger', trigger)).status).toBe(200);
    const production = new Set(host.api.project.runsOf('prod').map(({ id }) => id));
    await vi.waitFor(() => expect(idsOf(host)).toEqual(production), 15_000);
  }, 40_000);
});

describe('a replacement', () => {
  it('that the API could not be asked about changes nothing', async () => {
    const host = await served(60);
    const key = host.api.project.keys['root:prod'];
    await imported(host, key);
    await vi.waitFor(() => expect(host.store.countRecords('c', 'Run')).toBeGreaterThan(0), 10_000);
    const records = host.store.countRecords('c', 'Run');
    await host.scheduler.stop();
    host.api.fail({ match: ({ path }) => path === '/api/v1/whoami', status: 503, body: '{}', times: 50 });
    expect((await imported(host, key)).status).toBeGreaterThanOrEqual(400);
    expect(host.store.countRecords('c', 'Run')).toBe(records);
    expect(host.host.isConnected('c')).toBe(true);
  }, 60_000);

  it('goes by the project that the key is of, not by the ref that was typed', async () => {
    const host = await served(60);
    const { keys, ref } = host.api.project;
    await imported(host, keys['root:prod'], { connection_config: { ...host.config, projectRef: ref } });
    await vi.waitFor(() => expect(host.store.countRecords('c', 'Run')).toBeGreaterThan(0), 10_000);
    await host.scheduler.stop();
    // A restricted key cannot say its project: nobody knows whose records it reads.
    await imported(host, keys['additional:readRuns'], { connection_config: { ...host.config, projectRef: ref } });
    expect(host.store.countRecords('c', 'Run')).toBe(0);
  }, 40_000);

  it('without script stays one after a typo, and is of a connection that is there', async () => {
    const host = await served(60);
    await imported(host, host.api.project.keys['root:prod']);
    const form = (apiKey: string) =>
      fetch(`${host.server.url}/connect?connection=c`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ apiKey, baseUrl: host.api.url }),
      });
    const typo = await form('tr_prod_x');
    expect([typo.status, await typo.text()]).toEqual([422, expect.stringContaining('action="/connect?connection=c"')]);
    expect((await form(host.api.project.keys['additional:full'])).headers.get('location')).toBe(
      '/records?connection=c',
    );
    expect(host.host.connections.ids()).toEqual(['c']);
    expect((await fetch(`${host.server.url}/connect?connection=nobody`)).status).toBe(404);
  }, 40_000);
});

describe('another key goes where the connection goes', () => {
  const config = (host: Served) => ({
    ...host.config,
    projectRef: host.api.project.ref,
    environment: 'preview',
    triggerBranch: 'feature/one',
    label: 'of a customer',
  });
  const bearer = (host: Served) => host.api.project.keys['pat:alice'];
  const kept = (host: Served) => host.host.connections.nango('c').connection_config;
  const imports = (host: Served, more: Record<string, unknown>) => imported(host, bearer(host), more);
  const form = (host: Served, query: string, values: Record<string, string | null>, type = 'application/json') =>
    fetch(`${host.server.url}/connect?${query}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': type },
      body:
        type === 'application/json' ? JSON.stringify(values) : new URLSearchParams(values as Record<string, string>),
    });
  const reconnects = async (host: Served) => {
    const asked = { connection_id: 'c', integration_id: 'trigger-dev' };
    const { body } = await post(host, '/connect/sessions/reconnect', asked);
    return String((body['data'] as { token: string }).token);
  };

  it.each([
    ['the form of the operator', (host: Served) => form(host, 'connection=c', { apiKey: bearer(host) })],
    [
      'the form without script',
      (host: Served) => form(host, 'connection=c', { apiKey: bearer(host) }, 'application/x-www-form-urlencoded'),
    ],
    [
      'the form of a customer',
      async (host: Served) => form(host, `session_token=${await reconnects(host)}`, { apiKey: bearer(host) }),
    ],
    [
      "the form of Nango's frontend",
      async (host: Served) =>
        fetch(`${host.server.url}/api-auth/api-key/trigger-dev?connect_session_token=${await reconnects(host)}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ apiKey: bearer(host) }),
        }),
    ],
    ['an import without a config', (host: Served) => imports(host, { connection_config: undefined })],
  ] as const)('by %s that gives nothing but the key', async (_, replace) => {
    const host = await served(60);
    await imports(host, { connection_config: config(host) });
    const answer = await replace(host);
    expect([200, 201, 303]).toContain(answer.status);
    expect(kept(host)).toEqual(config(host));
    expect(host.host.connections.ids()).toEqual(['c']);
  });

  it('the form shows where', async () => {
    const host = await served(60);
    await imports(host, { connection_config: config(host) });
    for (const query of ['connection=c', `session_token=${await reconnects(host)}`]) {
      const page = await (await fetch(`${host.server.url}/connect?${query}`)).text();
      expect(page).toContain(`name="baseUrl" value="${host.api.url}"`);
      expect(page).toContain(`name="projectRef" value="${host.api.project.ref}"`);
      expect(page).toContain('<option value="preview" selected>');
      expect(page).toContain('name="previewBranch" value="feature/one"');
      expect(page).not.toContain(bearer(host));
    }
  });

  it('by a form that says null of what it leaves out', async () => {
    const host = await served(60);
    await imports(host, { connection_config: config(host) });
    const values = { apiKey: bearer(host), baseUrl: null, projectRef: null, environment: null, previewBranch: null };
    expect((await form(host, 'connection=c', values)).status).toBe(200);
    expect(kept(host)).toEqual(config(host));
  });

  it('unless it is changed on purpose', async () => {
    const host = await served(60);
    await imports(host, { connection_config: config(host) });
    const values = { apiKey: bearer(host), environment: 'prod', previewBranch: '' };
    expect((await form(host, 'connection=c', values)).status).toBe(200);
    const { triggerBranch: _, ...others } = config(host);
    expect(kept(host)).toEqual({ ...others, environment: 'prod' });
    // A config that is given takes the place of the one that was.
    const given = { ...host.config, projectRef: host.api.project.ref, environment: 'staging' };
    expect((await imports(host, { connection_config: given })).status).toBe(201);
    expect(kept(host)).toEqual(given);
  });

  it('and a wrong one leaves the former', async () => {
    const host = await served(60);
    await imports(host, { connection_config: config(host) });
    const values = { apiKey: bearer(host), baseUrl: 'ftp://elsewhere' };
    expect((await form(host, 'connection=c', values)).status).toBe(422);
    expect(kept(host)).toEqual(config(host));
  });
});

describe('one session', () => {
  it('makes one connection, also of two requests whose bodies come late', async () => {
    const host = await served(60);
    const { body } = await post(host, '/connect/sessions', { end_user: { id: 'u' } });
    const { token } = body['data'] as { token: string };
    const sent = new URLSearchParams({ apiKey: host.credentials.apiKey, baseUrl: host.api.url }).toString();
    const { hostname, port } = new URL(host.server.url);
    const late = Array.from({ length: 2 }, () => {
      const socket = connect(Number(port), hostname);
      let answer = '';
      socket.setEncoding('utf8').on('data', (text: string) => {
        answer += text;
      });
      socket.write(
        `POST /connect?session_token=${token} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${sent.length}\r\n\r\n`,
      );
      return { socket, closed: new Promise<string>((resolve) => socket.on('close', () => resolve(answer))) };
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const answers: string[] = [];
    for (const { closed, socket } of late) {
      socket.write(sent);
      answers.push((await closed).slice(9, 12));
    }
    expect(answers).toEqual(['303', '401']);
    expect(host.host.connections.ids()).toHaveLength(1);
  }, 20_000);

  it('cannot lock the API key out, however often it is wrong', async () => {
    const host = await served(60);
    for (let attempt = 0; attempt < 40; attempt += 1) {
      await fetch(`${host.server.url}/connect?session_token=x`);
      await fetch(`${host.server.url}/connections`, { headers: { authorization: 'Bearer wrong' } });
    }
    const response = await fetch(`${host.server.url}/connections`, {
      headers: { authorization: `Bearer ${host.apiKey}` },
    });
    expect(response.status).toBe(200);
    expect(new RateLimit(1, 1).wait('x')).toBe(0);
  }, 20_000);

  it('presets the branch under either name', async () => {
    const host = await served(60);
    const preset = { 'trigger-dev': { connection_config: { triggerBranch: 'feature/one' } } };
    const { body } = await post(host, '/connect/sessions', {
      end_user: { id: 'u' },
      integrations_config_defaults: preset,
    });
    const { token } = body['data'] as { token: string };
    const values = {
      apiKey: host.api.project.keys['root:preview'],
      baseUrl: host.api.url,
      previewBranch: 'feature/other',
    };
    const response = await fetch(`${host.server.url}/connect?session_token=${token}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(values),
    });
    expect(response.status).toBe(200);
    const [id = ''] = host.host.connections.ids();
    expect(host.host.connections.get(id).previewBranch).toBe('feature/one');
  }, 20_000);
});
