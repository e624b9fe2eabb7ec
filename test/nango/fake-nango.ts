import { getResponse } from 'msw';
import { ActionError } from '../../src/host/runner/action-error.js';
import type { NangoSync } from '../../src/nango/index.js';
import { createHandlers, FAKE_ORIGIN, type FakeProject } from '../fake-api/index.js';

type ProxyConfig = Parameters<NangoSync['proxy']>[0];

/** Nango sends text as it is, anything else as JSON. */
export const bodyOf = ({ data }: ProxyConfig) => (typeof data === 'string' ? data : JSON.stringify(data));

/** Nango as a sync sees it: records and checkpoint in memory, the fake API behind the proxy, a crash at any await. */
export class FakeNango implements NangoSync {
  readonly ActionError = ActionError;
  readonly records = new Map<string, Record<string, unknown>>();
  readonly proxied: ProxyConfig[] = [];
  readonly answers: { status: number; data: unknown }[] = [];
  readonly journal: string[] = [];
  readonly config: Record<string, string> = {};
  checkpoint: unknown = null;
  /** Throws at the await after this many; undefined never. */
  crashAfter: number | undefined;
  crashed = false;
  betweenPages: (() => void) | undefined;
  readonly #handlers: ReturnType<typeof createHandlers>;
  readonly #key: string;

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
  lists(): ProxyConfig[] {
    return this.proxied.filter(({ endpoint }) => endpoint.endsWith('/runs'));
  }

  /** The methods as plain properties, for objects that replace one of them. */
  bound(): NangoSync {
    const { ActionError, proxy, getConnection, batchSave, getCheckpoint, saveCheckpoint, log } = this;
    return { ActionError, proxy, getConnection, batchSave, getCheckpoint, saveCheckpoint, log };
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
    const answer = {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      data: (await response.json()) as unknown,
    };
    this.answers.push(answer);
    this.betweenPages?.();
    if (response.status >= 400) {
      throw Object.assign(new Error(`Request failed with status code ${response.status}`), { response: answer });
    }
    return answer;
  };

  batchSave = async (records: { id: string }[], _model: string) => {
    this.#tick();
    for (const record of records) {
      this.records.set(record.id, record as Record<string, unknown>);
    }
    this.journal.push(`save ${records.length}`);
    this.#tick();
    return true;
  };

  getCheckpoint = async () => this.checkpoint;

  saveCheckpoint = async (checkpoint: Record<string, unknown>) => {
    this.#tick();
    this.checkpoint = structuredClone(checkpoint);
    this.journal.push('checkpoint');
    this.#tick();
  };

  log = (_message: string) => undefined;
}
