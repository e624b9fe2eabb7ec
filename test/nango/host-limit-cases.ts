import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { parseConnection } from '../../src/connection/index.js';
import { ConnectorError } from '../../src/errors/index.js';
import type { HttpResponse } from '../../src/gate/index.js';
import { Host, openStore } from '../../src/host/index.js';
import { execute } from '../../src/host/runner/sandbox.js';
import { timeLimitMs } from '../../src/nango/limits.js';
import { post, type Served, servedHost } from '../host/served.js';
import type { Make } from './stand-ins.js';

type Answer = Pick<HttpResponse, 'status'> & Partial<HttpResponse>;

interface Functions {
  readonly actions?: Readonly<Record<string, string>>;
  readonly syncs?: Readonly<Record<string, string>>;
}

/** A folder with functions of these bodies. */
function folderOf({ actions = {}, syncs = {} }: Functions): string {
  const folder = mkdtempSync(join(tmpdir(), 'limits-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (kind: string, name: string, about: string, body: string) =>
    writeFileSync(
      join(folder, `trigger-dev_${kind}_${name}.cjs`),
      `exports.default = { ${about}, description: '', exec: async (nango, input) => { ${body} } };`,
    );
  for (const [name, body] of Object.entries(actions)) {
    write('actions', name, "type: 'action'", body);
  }
  for (const [name, body] of Object.entries(syncs)) {
    write('syncs', name, "type: 'sync', frequency: 'every hour', models: { Item: {} }", body);
  }
  return folder;
}

/** A host with one connection; the API behind it answers in turn, the last answer again. */
async function hostWith(functions: Functions, ...answers: (Answer | ConnectorError)[]) {
  let sent = 0;
  const transport = {
    send: async (): Promise<HttpResponse> => {
      const answer = answers[Math.min(sent, answers.length - 1)] ?? { status: 200 };
      sent += 1;
      if (answer instanceof ConnectorError) {
        throw answer;
      }
      return { headers: {}, body: {}, ...answer };
    },
  };
  const host = new Host({ store: await openStore(':memory:'), functions: folderOf(functions), transport });
  onTestFinished(() => host.close());
  const connect = (apiKey: string) => {
    const parsed = parseConnection({ apiKey });
    if (!parsed.ok) {
      throw new Error(JSON.stringify(parsed.issues));
    }
    return host.connect(parsed.connection).id;
  };
  return { host, connect, id: connect('tr_prod_0123456789abcdefghij'), sent: () => sent };
}

/** What an action of that body returns for an input. */
async function outputOf(body: string, input: unknown = {}): Promise<unknown> {
  const { host, id } = await hostWith({ actions: { probe: body } });
  return host.runAction(id, 'probe', input);
}

async function served(platform: 'nango' | undefined, functions: Functions): Promise<Served & { id: string }> {
  const options = { ...(platform && { platform }), functions: folderOf(functions) };
  const host = await servedHost({ runs: 0, ...options });
  onTestFinished(() => host.close());
  const { body } = await importInto(host, host.credentials.apiKey);
  return { ...host, id: String(body['connection_id']) };
}

const importInto = (host: Served, apiKey: string, connection_id?: string) =>
  post(host, '/connections', {
    provider_config_key: 'trigger-dev',
    credentials: { type: 'API_KEY', apiKey },
    connection_config: host.config,
    ...(connection_id && { connection_id }),
  });

const platforms = [undefined, 'nango'] as const;
const trigger = (host: Served & { id: string }, more: Record<string, unknown> = {}) =>
  post(host, '/sync/trigger', {
    syncs: ['probe'],
    provider_config_key: 'trigger-dev',
    connection_id: host.id,
    ...more,
  });

const save = "await nango.batchSave([{ id: 'a' }], 'Item'); await nango.saveCheckpoint({ at: 1 });";
const retrying = "return (await nango.proxy({ method: 'GET', endpoint: '/api/v1/runs', retries: 2 })).status;";

export const hostCases: Readonly<Record<string, (make: Make) => Promise<void>>> = {
  '1.11': async () => {
    const { connect, host, id } = await hostWith({
      syncs: { one: save, two: 'await nango.saveCheckpoint({ at: 2 })' },
    });
    const other = connect('tr_stg_0123456789abcdefghij');
    await host.runSync(id, 'one');
    await host.runSync(id, 'two');
    const found = (of: string) => ['one', 'two'].map((sync) => host.store.checkpoint(of, sync));
    expect([found(id), found(other)]).toEqual([
      [{ at: 1 }, { at: 2 }],
      [null, null],
    ]);
  },
  '3.3': async () => {
    for (const platform of platforms) {
      const host = await served(platform, { syncs: { probe: save } });
      host.host.setMetadata(host.id, { tags: ['vip'] });
      await importInto(host, host.credentials.apiKey, host.id);
      expect(host.store.metadata(host.id)).toEqual(platform === 'nango' ? {} : { tags: ['vip'] });
    }
  },
  '4.2': async () => {
    for (const [status, sent] of [
      [404, 1],
      [408, 1],
      [409, 1],
      [429, 2],
      [503, 2],
    ] as const) {
      const headers = { 'x-should-retry': 'true', 'x-ratelimit-reset': '0' };
      const {
        host,
        id,
        sent: count,
      } = await hostWith({ actions: { probe: retrying } }, { status, headers }, { status: 200 });
      const output = await host.runAction(id, 'probe', {}).catch((error: Error) => error.message);
      expect([status, output, count()]).toEqual([
        status,
        sent === 2 ? 200 : `Request failed with status code ${status}`,
        sent,
      ]);
    }
    const { host, id, sent } = await hostWith({ actions: { probe: retrying } }, new ConnectorError('timeout'), {
      status: 200,
    });
    expect([await host.runAction(id, 'probe', {}), sent()]).toEqual([200, 2]);
  },
  '4.5': async () => {
    const once = retrying.replace('retries: 2', 'retries: 0');
    const { host, id, sent } = await hostWith({ actions: { probe: once } }, { status: 429 }, { status: 200 });
    await expect(host.runAction(id, 'probe', {})).rejects.toThrow('429');
    expect(sent()).toBe(1);
  },
  '5.3': async () => {
    const { host, id } = await hostWith({ syncs: { probe: `${save} await new Promise(() => undefined);` } });
    const run = host.runSync(id, 'probe');
    const ended = expect(run).rejects.toMatchObject({ code: 'aborted' });
    await vi.waitFor(() => expect(host.store.checkpoint(id, 'probe')).toEqual({ at: 1 }));
    await host.stopSync(id, 'probe');
    await ended;
    expect(host.store.lastOutcome(id, 'probe')?.error?.code).toBe('aborted');
  },
  '5.4': async () => {
    expect(timeLimitMs).toEqual({ action: 900_000, onEvent: 300_000, sync: 86_400_000 });
    let isStopped = false;
    const work = (stopped: AbortSignal) =>
      new Promise<never>(() => {
        stopped.addEventListener('abort', () => {
          isStopped = true;
        });
      });
    await expect(execute(work, undefined, 20)).rejects.toMatchObject({ code: 'timeout' });
    expect(isStopped).toBe(true);
    const limits = vi.spyOn(globalThis, 'setTimeout');
    const { host, id } = await hostWith({ actions: { probe: 'return 1' }, syncs: { probe: save } });
    await host.runAction(id, 'probe', {});
    await host.runSync(id, 'probe');
    const asked = limits.mock.calls.map(([, ms]) => ms);
    limits.mockRestore();
    expect(asked).toEqual(expect.arrayContaining([900_000, 86_400_000]));
  },
  '5.6': async () => {
    for (const platform of platforms) {
      const host = await served(platform, { syncs: { probe: 'await new Promise((go) => setTimeout(go, 150));' } });
      await vi.waitFor(() => expect(host.host.isRunning(host.id, 'probe')).toBe(true));
      expect((await trigger(host)).status).toBe(200);
      // Long enough for two of them.
      await new Promise((resolve) => setTimeout(resolve, 450));
      const runs = host.store.executions.latest(10).filter(({ finishedAt }) => finishedAt !== null);
      expect(runs).toHaveLength(platform === 'nango' ? 1 : 2);
    }
  },
  '5.7': async () => {
    const host = await served(undefined, {
      syncs: {
        probe:
          "if (!(await nango.getCheckpoint())) { await nango.batchSave([{ id: 'a' }], 'Item'); await nango.saveCheckpoint({ at: 1 }); }",
      },
    });
    const idle = () =>
      vi.waitFor(() =>
        expect([host.host.isRunning(host.id, 'probe'), host.store.lastOutcome(host.id, 'probe') === undefined]).toEqual(
          [false, false],
        ),
      );
    await idle();
    expect((await trigger(host, { opts: { emptyCache: true } })).status).toBe(200);
    await idle();
    expect(host.store.countRecords(host.id, 'Item')).toBe(1);
    expect(host.store.changedRecords(host.id, 'Item', { limit: 1 })[0]?.cursor).toBe(1);
    for (const more of [{ sync_mode: 'full_refresh' }, { full_resync: true }]) {
      expect((await trigger(host, { opts: { reset: true }, ...more })).status).toBe(400);
    }
    await trigger(host, { opts: { reset: true, emptyCache: true } });
    await vi.waitFor(() => expect(host.store.changedRecords(host.id, 'Item', { limit: 1 })[0]?.cursor).toBe(2));
  },
  '5.8': async () => {
    for (const platform of platforms) {
      const refused = "throw new nango.ActionError({ code: 'unauthorized', message: 'no' });";
      const host = await served(platform, { syncs: { probe: refused } });
      await vi.waitFor(() => expect(host.store.lastOutcome(host.id, 'probe')?.error?.code).toBe('unauthorized'));
      await vi.waitFor(() => expect(host.store.schedules.find(host.id, 'probe')?.failures).toBe(1));
      const { nextAt = 0, state } = host.store.schedules.find(host.id, 'probe') ?? {};
      const { startedAt = 0 } = host.store.lastOutcome(host.id, 'probe') ?? {};
      expect(state).toBe(platform === 'nango' ? 'started' : 'stopped');
      if (platform === 'nango') {
        expect(Math.abs(nextAt - startedAt - 3_600_000)).toBeLessThan(1_000);
      }
    }
  },
  '5.9': async () => {
    for (const platform of platforms) {
      const waits = 'await new Promise((go) => setTimeout(go, 60)); return 1;';
      const host = await served(platform, { actions: { probe: waits }, syncs: { probe: '' } });
      const spans: number[][] = [];
      const once = host.host.runAction.bind(host.host);
      host.host.runAction = async (...given) => {
        const span = [performance.now()];
        const output = await once(...given);
        spans.push([...span, performance.now()]);
        return output;
      };
      for (let call = 0; call < 2; call += 1) {
        await fetch(`${host.server.url}/actions/probe`, {
          method: 'POST',
          headers: { authorization: `Bearer ${host.apiKey}`, 'connection-id': host.id, 'x-async': 'true' },
        });
      }
      await vi.waitFor(() => expect(spans).toHaveLength(2));
      const [[, end = 0] = [], [begin = 0] = []] = spans;
      expect(begin >= end).toBe(platform === 'nango');
    }
  },
  '6.1': async () => {
    const there = ['Buffer', 'setTimeout', 'Error', 'URL', 'URLSearchParams', 'console', 'require'];
    const missing = [
      'process',
      'clearTimeout',
      'setInterval',
      'fetch',
      'TextEncoder',
      'structuredClone',
      'AbortController',
      'crypto',
      'atob',
      'queueMicrotask',
      'performance',
    ];
    const types = (names: string[]) => outputOf(`return [${names.map((name) => `typeof ${name}`).join()}]`);
    expect(await types(there)).not.toContain('undefined');
    expect(new Set((await types(missing)) as string[])).toEqual(new Set(['undefined']));
    expect(await outputOf('console.table([]); console.anything(1); return typeof setTimeout(() => undefined, 0)')).toBe(
      'object',
    );
  },
  '6.2': async () => {
    const body =
      'return [new Error() instanceof Error, new TypeError() instanceof Error, new nango.ActionError({}) instanceof Error]';
    expect(await outputOf(body)).toEqual([true, false, true]);
  },
  '6.3': async () => {
    const body =
      "return ['url', 'crypto', 'zod', 'node:crypto', 'fs'].map((name) => { try { return typeof require(name); } catch { return 'refused'; } })";
    expect(await outputOf(body)).toEqual(['object', 'object', 'object', 'refused', 'refused']);
  },
  '7.1': async () => {
    for (const input of [undefined, null, 0, '', false]) {
      expect(await outputOf('return { input }', input)).toEqual({ input: {} });
    }
    expect(await outputOf('return { input }', [1])).toEqual({ input: [1] });
  },
  '7.2': async () => {
    const { host, id } = await hostWith({ actions: { probe: 'return { input }' } });
    expect(await host.runAction(id, 'probe', { nobody: 'declared this' })).toEqual({
      input: { nobody: 'declared this' },
    });
  },
  '7.3': async () => {
    // Two quotes, and three bytes for each character.
    const most = (2_097_152 - 2) / 3;
    expect(await outputOf(`return '中'.repeat(${most})`)).toHaveLength(most);
    await expect(outputOf(`return '中'.repeat(${most + 1})`)).rejects.toMatchObject({
      code: 'response_too_large',
    });
    const host = await served(undefined, { actions: { probe: "return '中'.repeat(900000)" }, syncs: { probe: '' } });
    const response = await fetch(`${host.server.url}/action/trigger`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${host.apiKey}`,
        'connection-id': host.id,
        'provider-config-key': 'trigger-dev',
        'content-type': 'application/json',
      },
      body: '{"action_name":"probe"}',
    });
    expect([response.status, await response.json()]).toMatchObject([500, { error: { code: 'script_internal_error' } }]);
  },
  '8.5': async () => {
    for (const platform of platforms) {
      const host = await served(platform, { syncs: { probe: save } });
      await vi.waitFor(() => expect(host.store.countRecords(host.id, 'Item')).toBe(1));
      await post(host, '/sync/pause', { syncs: [], provider_config_key: 'trigger-dev', connection_id: host.id });
      await importInto(host, host.api.project.keys['root:stg'], host.id);
      const kept = [host.store.countRecords(host.id, 'Item'), host.store.checkpoint(host.id, 'probe')];
      expect(kept).toEqual(platform === 'nango' ? [1, { at: 1 }] : [0, null]);
    }
  },
  '9.7': async () => {
    const host = await served('nango', { actions: { probe: 'return 1' }, syncs: { probe: '' } });
    const statuses: number[] = [];
    for (let call = 0; call < 205; call += 1) {
      statuses.push(
        (await fetch(`${host.server.url}/connections`, { headers: { authorization: `Bearer ${host.apiKey}` } })).status,
      );
    }
    // The import was the first.
    expect(statuses.filter((status) => status === 200)).toHaveLength(199);
    expect(statuses.at(-1)).toBe(429);
    const like = host.host.likeNango;
    expect(like).toBeDefined();
    if (like !== undefined) {
      const now = Date.now();
      like.now = () => now + 61_000;
    }
    expect(
      (await fetch(`${host.server.url}/connections`, { headers: { authorization: `Bearer ${host.apiKey}` } })).status,
    ).toBe(200);
  },
};
