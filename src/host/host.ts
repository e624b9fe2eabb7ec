import type { Transport } from '../client/index.js';
import type { Connection } from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';
import type { NangoBase } from '../nango/index.js';
import { nangoConnection } from './nango-connection.js';
import { errorOfFunction } from './runner/action-error.js';
import { compiledFunctions, type FunctionFile, findFunction, listFunctions } from './runner/functions.js';
import { actionNango, syncNango } from './runner/nango-object.js';
import { createProxy } from './runner/proxy.js';
import { execute, loadFunction } from './runner/sandbox.js';
import type { Store, SyncOutcome } from './store/store.js';
import { type ConnectionSummary, summarise } from './summary.js';
import { ProgressOf, type SyncProgress } from './sync-progress.js';

export interface HostOptions {
  readonly store: Store;
  /** Folder with the output of `nango compile`; the package's own when left out. */
  readonly functions?: string;
  readonly transport?: Transport;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Called after each answer of the API, each stored page and each message of the function. */
  readonly onProgress?: (progress: SyncProgress) => void;
}

/**
 * The local host: runs the compiled Nango functions for connections on one machine and keeps their records.
 * Connections, with their keys, live in memory only.
 */
export class Host {
  readonly store: Store;
  readonly #folder: string;
  readonly #transport: Transport | undefined;
  readonly #connections = new Map<string, Connection>();
  readonly #running = new Map<string, Promise<SyncOutcome>>();
  #functions: Promise<FunctionFile[]> | undefined;

  constructor({ store, functions = compiledFunctions, transport }: HostOptions) {
    this.store = store;
    this.#folder = functions;
    this.#transport = transport;
  }

  /** Takes a checked connection and returns its id; the same key and target give the same id. */
  connect(connection: Connection): ConnectionSummary {
    const summary = summarise(connection);
    this.#connections.set(summary.id, connection);
    this.store.saveConnection(summary);
    return summary;
  }

  /** Is its key at hand? Records of earlier connections can be read without. */
  isConnected(id: string): boolean {
    return this.#connections.has(id);
  }

  /** A connection as Nango's API gives it, with its key. Throws `connection_not_found`. */
  nangoConnection(id: string): ReturnType<typeof nangoConnection> {
    return nangoConnection(id, this.#connection(id), this.store.metadata(id));
  }

  /** `nango.proxy` for a connection: adds its origin and key. */
  proxyOf(id: string, signal?: AbortSignal): NangoBase['proxy'] {
    return createProxy(this.#connection(id), { signal, transport: this.#transport });
  }

  #connection(id: string): Connection {
    const connection = this.#connections.get(id);
    if (connection === undefined) {
      throw new ConnectorError(
        'connection_not_found',
        'There is no such connection, or its key is gone with the last stop. Connect again.',
      );
    }
    return connection;
  }

  /** What a customer noted on a connection: filters and pace of its syncs. */
  setMetadata(id: string, metadata: Record<string, unknown>): void {
    this.store.saveMetadata(id, metadata);
  }

  async #function(kind: FunctionFile['kind'], name: string) {
    this.#functions ??= listFunctions(this.#folder);
    return loadFunction(findFunction(await this.#functions, kind, name));
  }

  /** Name, models and frequency of a sync. */
  async describeSync(name: string): Promise<{ models: string[]; frequency: string }> {
    const { frequency = 'every hour', models = {} } = await this.#function('syncs', name);
    return { models: Object.keys(models), frequency };
  }

  async functions(): Promise<FunctionFile[]> {
    this.#functions ??= listFunctions(this.#folder);
    return this.#functions;
  }

  /** Runs an action: its own schema checks the input, JSON comes out. Throws `ConnectorError`. */
  async runAction(id: string, name: string, input: unknown, { signal }: RunOptions = {}): Promise<unknown> {
    const connection = this.#connection(id);
    const action = await this.#function('actions', name);
    const metadata = this.store.metadata(id);
    const nango = actionNango({ id, connection, metadata, signal, transport: this.#transport });
    try {
      return await execute(() => action.exec(nango, input ?? {}), signal);
    } catch (error) {
      throw signal?.aborted ? new ConnectorError('aborted') : errorOfFunction(error);
    }
  }

  /** Runs a sync once. A second call while one is under way waits for that one. */
  runSync(id: string, name: string, options: RunOptions = {}): Promise<SyncOutcome> {
    const key = `${id} ${name}`;
    let run = this.#running.get(key);
    if (run === undefined) {
      run = this.#sync(id, name, options).finally(() => this.#running.delete(key));
      this.#running.set(key, run);
    }
    return run;
  }

  async #sync(id: string, name: string, { onProgress, signal }: RunOptions): Promise<SyncOutcome> {
    const connection = this.#connection(id);
    const sync = await this.#function('syncs', name);
    const release = this.store.acquireWriter();
    const progress = new ProgressOf(onProgress);
    const context = {
      id,
      connection,
      sync: name,
      models: new Set(Object.keys(sync.models ?? {})),
      metadata: this.store.metadata(id),
      signal,
      transport: this.#transport,
      onAnswer: progress.answer,
      onLog: progress.message,
    };
    const nango = syncNango(context, this.store, { onCounts: progress.counts, onCheckpoint: progress.checkpoint });
    const startedAt = Date.now();
    const outcome = (error?: SyncOutcome['error']): SyncOutcome => ({
      sync: name,
      startedAt,
      finishedAt: Date.now(),
      ...progress.total,
      ...(error && { error }),
    });
    try {
      await execute(() => sync.exec(nango), signal);
    } catch (thrown) {
      const error = signal?.aborted ? new ConnectorError('aborted') : errorOfFunction(thrown);
      const known = error instanceof ConnectorError;
      this.store.saveOutcome(
        id,
        outcome(
          known ? { code: error.code, message: error.message } : { code: 'unexpected', message: 'The sync crashed.' },
        ),
      );
      throw error;
    } finally {
      release();
    }
    const done = outcome();
    this.store.saveOutcome(id, done);
    return done;
  }

  /** Forgets checkpoint and records of a sync, so that its next run reads everything again. */
  async resetSync(id: string, name: string): Promise<void> {
    const sync = await this.#function('syncs', name);
    this.store.reset(id, name, Object.keys(sync.models ?? {}));
  }

  close(): void {
    this.#connections.clear();
    this.store.close();
  }
}
