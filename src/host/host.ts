import type { Transport } from '../client/index.js';
import type { Connection } from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';
import { errorOfFunction } from './runner/action-error.js';
import { compiledFunctions, type FunctionFile, findFunction, listFunctions } from './runner/functions.js';
import { actionNango, syncNango } from './runner/nango-object.js';
import { loadFunction } from './runner/sandbox.js';
import type { SaveCounts, Store, SyncOutcome } from './store/store.js';
import { type ConnectionSummary, summarise } from './summary.js';

export interface HostOptions {
  readonly store: Store;
  /** Folder with the output of `nango compile`; the package's own when left out. */
  readonly functions?: string;
  readonly transport?: Transport;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Called after each stored page with the counts so far. */
  readonly onProgress?: (counts: SaveCounts) => void;
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

  async #function(kind: FunctionFile['kind'], name: string) {
    this.#functions ??= listFunctions(this.#folder);
    return loadFunction(findFunction(await this.#functions, kind, name));
  }

  async functions(): Promise<FunctionFile[]> {
    this.#functions ??= listFunctions(this.#folder);
    return this.#functions;
  }

  /** Runs an action: its own schema checks the input, JSON comes out. Throws `ConnectorError`. */
  async runAction(id: string, name: string, input: unknown, { signal }: RunOptions = {}): Promise<unknown> {
    const connection = this.#connection(id);
    const action = await this.#function('actions', name);
    const nango = actionNango({ id, connection, signal, transport: this.#transport });
    try {
      return await action.exec(nango, input ?? {});
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

  async #sync(id: string, name: string, { signal, onProgress }: RunOptions): Promise<SyncOutcome> {
    const connection = this.#connection(id);
    const sync = await this.#function('syncs', name);
    const models = new Set(Object.keys(sync.models ?? {}));
    const total: SaveCounts = { added: 0, updated: 0, unchanged: 0 };
    const context = { id, connection, sync: name, models, signal, transport: this.#transport };
    const nango = syncNango(context, this.store, (page) => {
      total.added += page.added;
      total.updated += page.updated;
      total.unchanged += page.unchanged;
      onProgress?.(total);
    });
    const startedAt = Date.now();
    const outcome = (error?: SyncOutcome['error']): SyncOutcome => ({
      sync: name,
      startedAt,
      finishedAt: Date.now(),
      ...total,
      ...(error && { error }),
    });
    try {
      await sync.exec(nango);
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
