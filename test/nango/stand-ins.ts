import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { parseConnection } from '../../src/connection/index.js';
import type { HttpRequest, HttpResponse } from '../../src/gate/index.js';
import { Host, openStore } from '../../src/host/index.js';
import { nangoRecord } from '../../src/host/store/nango-record.js';
import type { NangoSync } from '../../src/nango/index.js';
import type { StopCode } from '../../src/nango/limits.js';
import { createFakeProject } from '../fake-api/index.js';
import { FakeNango } from './fake-nango.js';

/** What a call came to, as JSON. */
export type Attempted = { ok: unknown } | { message: string; code?: unknown; payload?: unknown; response?: unknown };
export type Attempt = (work: () => unknown) => Promise<Attempted>;

/** As a function without types uses it. */
export interface ProbedNango extends Omit<NangoSync, 'batchSave' | 'batchDelete' | 'saveCheckpoint'> {
  batchSave(records: readonly unknown[], model: string): unknown;
  batchDelete(records: readonly unknown[], model: string): unknown;
  saveCheckpoint(checkpoint: Record<string, unknown>): Promise<unknown>;
}

/** A function as it runs on both: its text is compiled into a sandbox, so it knows nothing but its parameters. */
export type Body = (nango: ProbedNango, attempt: Attempt) => Promise<unknown>;

export interface Ran {
  /** What the body returned; of a stopped one too. */
  readonly result: unknown;
  /** With what the run failed. */
  readonly error: unknown;
}

export interface Sent {
  readonly path: string;
  readonly query: string;
  readonly body: string | undefined;
}

/** A place where syncs run as on Nango. */
export interface StandIn {
  /** Another run of the one sync there is; it declares the models Item and Other. */
  run(body: Body): Promise<Ran>;
  /** While the next proxy call is under way. */
  whileProxied: (() => void) | undefined;
  /** What the API behind the proxy answers. */
  answer: Pick<HttpResponse, 'status' | 'body'>;
  readonly sent: readonly Sent[];
  /** As a reader gets it, with `_nango_metadata`. */
  read(id: string): Record<string, unknown> | undefined;
  live(): string[];
  /** Of the last run. */
  counts(): { added: number; updated: number; deleted: number };
  said(): string[];
  checkpoint(): unknown;
  /** As a reset does. */
  forgetCheckpoint(): void;
  stop(): void;
  /** The time of the function is nearly, or altogether, over. */
  expire(code: Exclude<StopCode, 'script_aborted'>): void;
  /** Counted from 1, in the next run. */
  failRead(which: number): unknown;
  loseSave(which: number): unknown;
  /** Nango's own API refuses. */
  refuse(status: number, code: string): unknown;
  /** So many days go by, in which the sync does not run. */
  rest(days: number): unknown;
}

export type StandInName = 'fake' | 'host';
export type Make = (platform?: 'nango') => Promise<StandIn>;

const attempt: Attempt = async (work) => {
  try {
    return { ok: await work() };
  } catch (error) {
    const { code, message, payload, response } = error as Error & Record<string, unknown>;
    return JSON.parse(JSON.stringify({ message, code, payload, response })) as Attempted;
  }
};

const same = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

async function fake(platform?: 'nango'): Promise<StandIn> {
  const nango = new FakeNango(createFakeProject({ runs: 0 }));
  nango.platform = platform;
  nango.stored.models = ['Item', 'Other'];
  let before = { ...nango.stored.counts };
  const stand: StandIn = {
    whileProxied: undefined,
    answer: { status: 200, body: {} },
    sent: nango.sent,
    run: async (body) => {
      before = { ...nango.stored.counts };
      nango.begin();
      let result: unknown;
      try {
        result = same(await body(nango as unknown as ProbedNango, attempt));
        return { result, error: undefined };
      } catch (error) {
        return { result, error };
      }
    },
    read: (id) => nango.stored.read(id),
    live: () => [...nango.records.keys()],
    counts: () => {
      const { added, deleted, updated } = nango.stored.counts;
      return { added: added - before.added, updated: updated - before.updated, deleted: deleted - before.deleted };
    },
    said: () => nango.logs.map(({ message }) => message),
    checkpoint: () => nango.checkpoint,
    forgetCheckpoint: () => {
      nango.checkpoint = null;
    },
    stop: () => nango.stop(),
    expire: (code) => nango.stop(code),
    failRead: (which) => {
      const before = nango.stand.reads;
      nango.stand.failsRead = (read) => read === before + which;
    },
    loseSave: (which) => {
      const before = nango.stand.saves;
      nango.stand.losesSave = (save) => save === before + which;
    },
    refuse: (status, code) => {
      nango.refuse = () => ({ status, code, message: 'As Nango says it' });
    },
    rest: (days) => platform && nango.stored.rest(days),
  };
  nango.rewrite = () => {
    stand.whileProxied?.();
    return { status: stand.answer.status, headers: {}, data: stand.answer.body };
  };
  return stand;
}

/** What a function wants known even after it was stopped: by an object that sandbox and test share. */
const shared = Buffer as unknown as { told?: (result: string) => void };

function compiled(body: Body): string {
  const folder = mkdtempSync(join(tmpdir(), 'probe-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const exec = `async (nango) => Buffer.told(JSON.stringify((await (${body})(nango, ${attempt})) ?? null))`;
  const about = "type: 'sync', description: '', frequency: 'every hour', models: { Item: {}, Other: {} }";
  writeFileSync(join(folder, 'trigger-dev_syncs_probe.cjs'), `exports.default = { ${about}, exec: ${exec} };`);
  return folder;
}

async function host(platform?: 'nango'): Promise<StandIn> {
  const clock = { now: Date.now() };
  const store = await openStore(':memory:', () => clock.now);
  onTestFinished(() => store.close());
  const parsed = parseConnection({ apiKey: 'tr_prod_0123456789abcdefghij' });
  if (!parsed.ok) {
    throw new Error(JSON.stringify(parsed.issues));
  }
  const sent: Sent[] = [];
  const hooks: ((like: NonNullable<Host['likeNango']>) => void)[] = [];
  let stop = new AbortController();
  let id = '';
  const transport = {
    send: async (_connection: unknown, { body, path, query }: HttpRequest): Promise<HttpResponse> => {
      sent.push({ path, query: String(new URLSearchParams({ ...query })), body });
      stand.whileProxied?.();
      return { headers: {}, ...stand.answer };
    },
  };
  const lambdaMs = 900_000;
  const stand: StandIn = {
    whileProxied: undefined,
    answer: { status: 200, body: {} },
    sent,
    run: async (body) => {
      stop = new AbortController();
      const runner = new Host({ store, functions: compiled(body), transport, ...(platform && { platform }) });
      ({ id } = runner.connect(parsed.connection));
      if (runner.likeNango !== undefined) {
        runner.likeNango.now = () => clock.now;
        for (const hook of hooks) {
          hook(runner.likeNango);
        }
      }
      let told: string | undefined;
      shared.told = (result) => {
        told = result;
      };
      const error: unknown = await runner.runSync(id, 'probe', { signal: stop.signal }).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      // A stopped function goes on for a while.
      await vi
        .waitFor(() => told ?? (error === undefined || stop.signal.aborted ? Promise.reject() : ''), 500)
        .catch(() => '');
      return { result: told === undefined ? undefined : (JSON.parse(told) as unknown), error };
    },
    read: (record) => {
      const [found] = ['Item', 'Other'].flatMap((model) =>
        store.changedRecords(id, model, { limit: 1, ids: [record] }),
      );
      const before = platform && clock.now - 30 * 24 * 60 * 60_000;
      return found && nangoRecord(found, before);
    },
    live: () => store.latestRecords(id, 'Item', { limit: 10_000 }).map(({ body }) => String(body['id'])),
    counts: () => {
      const { added = 0, deleted = 0, updated = 0 } = store.lastOutcome(id, 'probe') ?? {};
      return { added, updated, deleted };
    },
    said: () =>
      store.executions
        .latest(100)
        .flatMap((execution) => store.executions.logOf(execution.id).map((log) => log.message)),
    checkpoint: () => store.checkpoint(id, 'probe'),
    forgetCheckpoint: () => store.clearCheckpoint(id, 'probe', ['Item', 'Other']),
    stop: () => stop.abort(),
    expire: (code) => {
      clock.now += lambdaMs * (code === 'execution_interrupted' ? 0.9 : 0.96);
    },
    failRead: (which) =>
      hooks.push((like) => {
        like.failsRead = (read) => read === which;
      }),
    loseSave: (which) =>
      hooks.push((like) => {
        like.losesSave = (save) => save === which;
      }),
    refuse: (status, code) =>
      hooks.push((like) => {
        like.refuses = () => ({ status, code, message: 'As Nango says it' });
      }),
    rest: (days) => {
      clock.now += days * 24 * 60 * 60_000;
    },
  };
  hooks.push((like) => {
    like.lambdaMs = lambdaMs;
  });
  return stand;
}

export const standIns: Readonly<Record<StandInName, Make>> = { fake, host };
