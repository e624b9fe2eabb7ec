import { isDeepStrictEqual } from 'node:util';
import { getResponse } from 'msw';
import { ActionError } from '../../src/host/runner/action-error.js';
import type { NangoSync } from '../../src/nango/index.js';
import { createHandlers, FAKE_ORIGIN, type FakeProject } from '../fake-api/index.js';

type ProxyConfig = Parameters<NangoSync['proxy']>[0];
type ProxyAnswer = Awaited<ReturnType<NangoSync['proxy']>>;

/** Nango sends text as it is, anything else as JSON. */
export const bodyOf = ({ data }: ProxyConfig) => (typeof data === 'string' ? data : JSON.stringify(data));

/** Nango as a sync sees it: records and checkpoint in memory, the fake API behind the proxy, a crash at any await. */
export class FakeNango implements NangoSync {
  readonly ActionError = ActionError;
  readonly records = new Map<string, Record<string, unknown>>();
  readonly proxied: ProxyConfig[] = [];
  readonly answers: { status: number; data: unknown }[] = [];
  readonly journal: string[] = [];
  readonly logged: string[] = [];
  readonly config: Record<string, string> = {};
  /** How often a record was added, changed, deleted. */
  readonly changes = new Map<string, number>();
  metadata: unknown = null;
  checkpoint: unknown = null;
  /** Throws at the await after this many; undefined never. */
  crashAfter: number | undefined;
  crashed = false;
  betweenPages: (() => void) | undefined;
  /** What the API is to have answered instead. */
  rewrite: ((answer: ProxyAnswer, config: ProxyConfig) => ProxyAnswer) | undefined;
  readonly #handlers: ReturnType<typeof createHandlers>;
  readonly #key: string;
  #untouched: Set<string> | undefined;

  constructor(project: FakeProject, key = project.keys['root:prod']) {
    this.#handlers = createHandlers(project);
    this.#key = key;
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
    const { batchSave, batchDelete, trackDeletesStart, trackDeletesEnd } = this;
    const records = { batchSave, batchDelete, trackDeletesStart, trackDeletesEnd };
    return { ActionError, proxy, getConnection, getMetadata, getCheckpoint, saveCheckpoint, log, ...records };
  }

  getConnection = async () => ({
    credentials: { type: 'API_KEY', apiKey: this.#key },
    connection_config: { environment: 'prod', projectRef: '', ...this.config },
  });

  proxy: NangoSync['proxy'] = async (config) => {
    this.#tick();
    this.proxied.push(config);
    const query = new URLSearchParams(Object.entries(config.params ?? {}).filter(([, value]) => value !== ''));
    const request = new Request(`${FAKE_ORIGIN}${config.endpoint}?${query}`, {
      method: config.method,
      headers: { ...config.headers, authorization: `Bearer ${this.#key}` },
      ...(config.data !== undefined && { body: bodyOf(config) }),
    });
    const response = await getResponse(this.#handlers, request);
    if (response === undefined) {
      throw new Error('no answer');
    }
    const given = {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      data: (await response.json()) as unknown,
    };
    const answer = this.rewrite?.(given, config) ?? given;
    this.answers.push(answer);
    this.betweenPages?.();
    if (answer.status >= 400) {
      throw Object.assign(new Error(`Request failed with status code ${answer.status}`), { response: answer });
    }
    return answer;
  };

  #change(id: string): void {
    this.changes.set(id, (this.changes.get(id) ?? 0) + 1);
  }

  batchSave = async (records: { id: string }[], _model: string) => {
    this.#tick();
    for (const record of records) {
      this.#untouched?.delete(record.id);
      if (!isDeepStrictEqual(this.records.get(record.id), record)) {
        this.records.set(record.id, structuredClone(record) as Record<string, unknown>);
        this.#change(record.id);
      }
    }
    this.journal.push(`save ${records.length}`);
    this.#tick();
    return true;
  };

  batchDelete = async (records: { id: string }[], _model: string) => {
    this.#tick();
    for (const { id } of records) {
      if (this.records.delete(id)) {
        this.#change(id);
      }
    }
    this.journal.push(`delete ${records.length}`);
    this.#tick();
    return true;
  };

  trackDeletesStart = async (_model: string) => {
    this.#tick();
    this.#untouched = new Set(this.records.keys());
    this.journal.push('track');
    this.#tick();
  };

  trackDeletesEnd = async (_model: string) => {
    this.#tick();
    for (const id of this.#untouched ?? []) {
      this.records.delete(id);
      this.#change(id);
    }
    this.journal.push(`tracked ${this.#untouched?.size ?? 'nothing'}`);
    this.#untouched = undefined;
    this.#tick();
  };

  getMetadata = async () => this.metadata;

  getCheckpoint = async () => this.checkpoint;

  saveCheckpoint = async (checkpoint: Record<string, unknown>) => {
    this.#tick();
    this.checkpoint = structuredClone(checkpoint);
    this.journal.push('checkpoint');
    this.#tick();
  };

  log = (message: string) => {
    this.logged.push(message);
  };
}
