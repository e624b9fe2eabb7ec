import { getResponse } from 'msw';
import { ActionError } from '../../src/host/runner/action-error.js';
import { SeenCheckpoint } from '../../src/host/runner/seen-checkpoint.js';
import type { NangoSync } from '../../src/nango/index.js';
import { FunctionStopped, isLogged, type LogLevel, type StopCode } from '../../src/nango/limits.js';
import { isThrownStatus, sentBody, sentEndpoint, sentQuery } from '../../src/nango/proxy-limits.js';
import { createHandlers, FAKE_ORIGIN, type FakeProject } from '../fake-api/index.js';
import { FakeCheckpoint } from './fake-checkpoint.js';
import { FakeRecords } from './fake-records.js';

type ProxyConfig = Parameters<NangoSync['proxy']>[0];
type ProxyAnswer = Awaited<ReturnType<NangoSync['proxy']>>;

/** Nango sends text as it is, anything else as JSON. */
export const bodyOf = ({ data, headers, method }: ProxyConfig) => sentBody(method, data, headers);

const thrown = (response: ProxyAnswer) =>
  Object.assign(new Error(`Request failed with status code ${response.status}`), { response });

/** As axios reads it: text that is no JSON stays text. */
function dataOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * Nango as a function sees it: records and checkpoint in memory with Nango's limits, the fake API behind the proxy, a
 * crash at any await. With `platform: 'nango'` it also does on request what Nango takes from its user.
 */
export class FakeNango implements NangoSync {
  readonly ActionError = ActionError;
  readonly proxied: ProxyConfig[] = [];
  /** As they went to the API. */
  readonly sent: { path: string; query: string; body: string | undefined }[] = [];
  readonly answers: { status: number; data: unknown }[] = [];
  readonly journal: string[] = [];
  readonly logged: string[] = [];
  readonly logs: { level: LogLevel; message: string }[] = [];
  readonly config: Record<string, string> = {};
  readonly stored = new FakeRecords((level, message) => this.logs.push({ level, message }));
  readonly stand = new FakeCheckpoint();
  platform: 'nango' | undefined;
  metadata: unknown = null;
  /** Throws at the await after this many; undefined never. */
  crashAfter: number | undefined;
  crashed = false;
  betweenPages: (() => void) | undefined;
  /** What the API is to have answered instead. */
  rewrite: ((answer: ProxyAnswer, config: ProxyConfig) => ProxyAnswer) | undefined;
  /** What Nango's own API, which the proxy asks for the connection, is to answer before anything is sent. */
  refuse: ((config: ProxyConfig) => { status: number; code: string; message: string } | undefined) | undefined;
  readonly #handlers: ReturnType<typeof createHandlers>;
  readonly #key: string;
  #stop: StopCode | undefined;
  #seen = new SeenCheckpoint(this.stand);

  constructor(project: FakeProject, key = project.keys['root:prod']) {
    this.#handlers = createHandlers(project);
    this.#key = key;
  }

  /** Those that are not deleted. */
  get records(): Map<string, Record<string, unknown>> {
    return this.stored.live;
  }

  /** How often a record was added, changed, deleted. */
  get changes(): Map<string, number> {
    return this.stored.changes;
  }

  /** Each id that batchDelete was given: one that was not stored leaves a deleted record all the same. */
  get deletions(): { id: string; wasStored: boolean }[] {
    return this.stored.deletions;
  }

  get checkpoint(): unknown {
    return this.stand.checkpoint;
  }

  /** As if another run had saved it. */
  set checkpoint(checkpoint: unknown) {
    this.stand.checkpoint = checkpoint;
  }

  /** Every later call throws: the run was cancelled, or its time is up. The code of the function goes on until then. */
  stop(code: StopCode = 'script_aborted'): void {
    this.#stop = code;
  }

  /** Another run begins. */
  begin(): void {
    this.#stop = undefined;
    this.#seen = new SeenCheckpoint(this.stand);
  }

  /** What a new key in Connect, or an import over the connection, does to the metadata. */
  reconnect(): void {
    this.metadata = this.platform === 'nango' ? {} : this.metadata;
  }

  #tick(): void {
    if (this.crashAfter !== undefined) {
      this.crashAfter -= 1;
      if (this.crashAfter < 0) {
        this.crashed = true;
        throw new Error('the process died here');
      }
    }
  }

  /** Interrupted ones are told when they save a checkpoint, and not before. */
  #goOn(): void {
    if (this.#stop !== undefined && this.#stop !== 'execution_interrupted') {
      throw new FunctionStopped(this.#stop);
    }
  }

  #begin(): void {
    this.#goOn();
    this.#tick();
  }

  /** The list requests so far. */
  lists(of = 'runs'): ProxyConfig[] {
    return this.proxied.filter(({ endpoint }) => endpoint.endsWith(`/${of}`));
  }

  /** A sync that dies at the await after so many, or none. Did it? */
  async dies(crashAfter: number | null, sync: () => Promise<void>): Promise<boolean> {
    this.crashAfter = crashAfter ?? undefined;
    this.crashed = false;
    try {
      await sync();
    } catch (error) {
      if (!this.crashed) {
        throw error;
      }
    } finally {
      this.crashAfter = undefined;
    }
    return this.crashed;
  }

  /** The methods as plain properties, for objects that replace one of them. */
  bound(): NangoSync {
    const { ActionError, proxy, getConnection, getMetadata, getCheckpoint, saveCheckpoint, log } = this;
    const { batchSave, batchDelete, getRecordsByIds, trackDeletesStart, trackDeletesEnd } = this;
    const records = { batchSave, batchDelete, getRecordsByIds, trackDeletesStart, trackDeletesEnd };
    return { ActionError, proxy, getConnection, getMetadata, getCheckpoint, saveCheckpoint, log, ...records };
  }

  getConnection = async () => {
    this.#goOn();
    return {
      credentials: { type: 'API_KEY', apiKey: this.#key },
      connection_config: { environment: 'prod', projectRef: '', ...this.config },
    };
  };

  proxy: NangoSync['proxy'] = async (config) => {
    this.#begin();
    const refusal = this.refuse?.(config);
    if (refusal !== undefined) {
      const { status, ...error } = refusal;
      throw thrown({ status, headers: {}, data: { error } });
    }
    this.proxied.push(config);
    const body = bodyOf(config);
    const path = sentEndpoint(config.endpoint);
    const query = String(sentQuery(config.params));
    this.sent.push({ path, query, body });
    const request = new Request(`${FAKE_ORIGIN}${path}?${query}`, {
      method: config.method,
      headers: { ...config.headers, authorization: `Bearer ${this.#key}` },
      ...(body !== undefined && { body }),
    });
    const response = await getResponse(this.#handlers, request);
    if (response === undefined) {
      throw new Error('no answer');
    }
    const given = {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      data: dataOf(await response.text()),
    };
    const answer = this.rewrite?.(given, config) ?? given;
    this.answers.push(answer);
    this.betweenPages?.();
    if (isThrownStatus(answer.status)) {
      throw thrown(answer);
    }
    return answer;
  };

  batchSave = async (records: { id: string }[], model: string) => {
    if (records.length === 0) {
      this.#goOn();
      return true;
    }
    this.#begin();
    this.stored.save(records, model);
    this.journal.push(`save ${records.length}`);
    this.#tick();
    return true;
  };

  batchDelete = async (records: { id: string }[], model: string) => {
    if (records.length === 0) {
      this.#goOn();
      return true;
    }
    this.#begin();
    this.stored.delete(records, model);
    this.journal.push(`delete ${records.length}`);
    this.#tick();
    return true;
  };

  getRecordsByIds = async (ids: string[], _model: string) => {
    this.#begin();
    return this.stored.byIds(ids);
  };

  trackDeletesStart = async (model: string) => {
    this.#begin();
    this.stored.startTracking(model);
    this.journal.push('track');
    this.#tick();
  };

  trackDeletesEnd = async (model: string) => {
    this.#begin();
    const deletedKeys = this.stored.endTracking(model);
    this.journal.push(`tracked ${deletedKeys.length}`);
    this.#tick();
    return { deletedKeys };
  };

  getMetadata = async () => {
    this.#goOn();
    return this.metadata;
  };

  getCheckpoint = async () => {
    this.#goOn();
    return this.#seen.read();
  };

  saveCheckpoint = async (checkpoint: Record<string, unknown>) => {
    const isNango = this.platform === 'nango';
    if (!isNango) {
      this.#goOn();
    }
    this.#tick();
    await this.#seen.save(checkpoint);
    this.journal.push('checkpoint');
    this.#tick();
    // Nango looks for a stop after it wrote.
    this.#goOn();
    if (this.#stop === 'execution_interrupted') {
      throw new FunctionStopped(this.#stop);
    }
  };

  log = (message: string, { level = 'info' }: { level?: LogLevel } = {}) => {
    this.#goOn();
    if (this.platform === 'nango' && !isLogged(level)) {
      return;
    }
    this.logged.push(message);
    this.logs.push({ level, message });
  };
}
