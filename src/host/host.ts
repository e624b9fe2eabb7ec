import type { Transport } from '../client/index.js';
import type { Connection, ConnectionPolicy } from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';
import type { NangoBase } from '../nango/index.js';
import { Background } from './background.js';
import { boundedTransport } from './bounded-transport.js';
import { Changes } from './changes.js';
import { Connections } from './connections.js';
import { compiledFunctions, type FunctionFile, findFunction, listFunctions } from './runner/functions.js';
import type { Lane } from './runner/lanes.js';
import { LikeNango } from './runner/like-nango.js';
import type { RunContext } from './runner/nango-object.js';
import { createProxy } from './runner/proxy.js';
import { runAction } from './runner/run-action.js';
import { runSync } from './runner/run-sync.js';
import { type CompiledFunction, loadFunction } from './runner/sandbox.js';
import { Runs } from './runs.js';
import { forgetInTurns } from './store/forget-in-turns.js';
import type { Room } from './store/room.js';
import type { Store, SyncOutcome } from './store/store.js';
import type { ConnectionSummary } from './summary.js';
import { ProgressOf, type SyncProgress } from './sync-progress.js';
import type { Vault } from './vault/vault.js';

export interface HostOptions {
  readonly store: Store;
  /** Folder with the output of `nango compile`; the package's own when left out. */
  readonly functions?: string;
  readonly transport?: Transport;
  /** Seals the keys of connections, which then outlive the process; without one they are in memory only. */
  readonly vault?: Vault;
  /** What Nango takes from its user is taken here as well, for a rehearsal; its limits hold always. */
  readonly platform?: 'nango';
  /** Records of a connection that are not deleted; 10 million when left out. A sync that needs more ends with `store_full`. */
  readonly maxRecordsPerConnection?: number;
  /** Bytes of their JSON, of deleted ones too; 16 GiB when left out. */
  readonly maxBytesPerConnection?: number;
}

const usualRoom: Room = { records: 10_000_000, bytes: 16 * 1024 ** 3 };

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Called after each answer of the API, each stored page and each message of the function. */
  readonly onProgress?: (progress: SyncProgress) => void;
  /** Shared with other syncs; one without it shares nothing. */
  readonly lane?: Pick<Lane, 'isHeld' | 'again'>;
}

/** So long a stop waits for actions: whoever stops a process, such as Docker, often kills it after ten seconds. */
const backgroundMs = 5_000;

/** And so long its last writes wait for another process that writes. */
const lastWriteMs = 2_000;

/** A sync of a connection; no id holds a line break. */
export const keyOf = (id: string, sync: string) => `${id}\n${sync}`;

/** The local host: runs the compiled Nango functions for connections on one machine and keeps their records. */
export class Host {
  readonly store: Store;
  readonly connections: Connections;
  /** Over it goes every request to an API, also one to verify a key. */
  readonly transport: Transport;
  /** Of a host that does what Nango does to its user. */
  readonly likeNango: LikeNango | undefined;
  /** Actions that nobody waits for. */
  readonly background = new Background();
  readonly #folder: string;
  readonly #room: Room;
  readonly #changes = new Changes();
  readonly #runs = new Runs<SyncOutcome>();
  #stopped: Promise<unknown> | undefined;
  #functions: Promise<FunctionFile[]> | undefined;

  constructor({ store, functions = compiledFunctions, platform, transport, vault, ...limits }: HostOptions) {
    this.store = store;
    this.#room = {
      records: limits.maxRecordsPerConnection ?? usualRoom.records,
      bytes: limits.maxBytesPerConnection ?? usualRoom.bytes,
    };
    this.likeNango = platform && new LikeNango();
    this.connections = new Connections(store, vault, platform);
    this.transport = boundedTransport(transport);
    this.#folder = functions;
  }

  /** Opens the connections of earlier starts. */
  async load(policy: ConnectionPolicy): Promise<void> {
    await this.store.write(() => {
      this.store.sessions.sweep(Date.now());
      this.store.executions.sweep();
      this.store.asyncActions.sweep();
    });
    await this.connections.load(policy);
  }

  /** Takes a checked connection for as long as this process runs; the same key and target give the same id. */
  connect(connection: Connection): ConnectionSummary {
    return this.connections.add(connection);
  }

  /** Is its key at hand, and not being replaced? */
  canSync(id: string): boolean {
    return this.connections.has(id) && !this.#changes.has(id);
  }

  isConnected(id: string): boolean {
    return this.connections.has(id);
  }

  /** `nango.proxy` for a connection: adds its origin and key. */
  proxyOf(id: string, signal?: AbortSignal): NangoBase['proxy'] {
    return createProxy(this.connections.get(id), { signal, transport: this.transport });
  }

  /** What a customer noted on a connection: filters and pace of its syncs. */
  setMetadata(id: string, metadata: Record<string, unknown>): void {
    this.store.saveMetadata(id, metadata);
  }

  /** The compiled function of that name; `not_found` otherwise. */
  async function(kind: FunctionFile['kind'], name: string): Promise<CompiledFunction> {
    return loadFunction(findFunction(await this.functions(), kind, name));
  }

  /** Models and frequency of a sync, and whether it starts with its connection. */
  async describeSync(name: string): Promise<{ models: string[]; frequency: string; autoStart: boolean }> {
    const { autoStart = true, frequency = 'every hour', models = {} } = await this.function('syncs', name);
    return { models: Object.keys(models), frequency, autoStart };
  }

  async functions(): Promise<FunctionFile[]> {
    this.#functions ??= listFunctions(this.#folder);
    return this.#functions;
  }

  #runContext(id: string): Omit<RunContext, 'signal' | 'onLog'> {
    const platform = this.likeNango && { run: this.likeNango.begin(), isConnected: () => this.isConnected(id) };
    return {
      id,
      connection: this.connections.get(id),
      metadata: this.store.metadata(id),
      transport: this.transport,
      ...(platform && { platform }),
    };
  }

  /** Runs an action: its own schema checks the input, JSON comes out. Throws `ConnectorError`. */
  async runAction(id: string, name: string, input: unknown, { signal }: RunOptions = {}): Promise<unknown> {
    const context = this.#runContext(id);
    const action = await this.function('actions', name);
    return runAction(action, { name, input, context, executions: this.store.executions, signal });
  }

  /** Runs a sync once. A second call while one is under way waits for that one. */
  runSync(id: string, name: string, { signal, ...options }: RunOptions = {}): Promise<SyncOutcome> {
    const key = keyOf(id, name);
    const known = this.#runs.get(key);
    if (known !== undefined) {
      return known;
    }
    if (this.#changes.has(id)) {
      return Promise.reject(new ConnectorError('conflict', 'The connection is being changed. Try again in a moment.'));
    }
    return this.#runs.begin(key, signal, (stopped) => this.#sync(id, name, { ...options, signal: stopped }));
  }

  /** Is it under way? */
  isRunning(id: string, name: string): boolean {
    return this.#runs.get(keyOf(id, name)) !== undefined;
  }

  /** Ends a run that is under way; its checkpoint stays. Every sync of the connection where none is named. */
  async stopSync(id: string, name?: string): Promise<void> {
    await this.#runs.stop((key) => (name === undefined ? key.startsWith(keyOf(id, '')) : key === keyOf(id, name)));
  }

  /** Forgets a connection, with its key, records and all that was noted of it. */
  async disconnect(id: string): Promise<void> {
    await this.changing(id, () => this.connections.forget(id));
  }

  /**
   * While `work` replaces or forgets a connection, no sync runs for it: one that does is stopped first, and none starts
   * with the former key meanwhile.
   */
  changing<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
    return this.#changes.run(id, async () => {
      await this.stopSync(id);
      return work();
    });
  }

  async #sync(id: string, name: string, { lane, onProgress, signal }: RunOptions): Promise<SyncOutcome> {
    const context = { ...this.#runContext(id), lane };
    const sync = await this.function('syncs', name);
    const release = this.store.acquireWriter();
    try {
      await this.#forgetResting(id);
      const progress = new ProgressOf(onProgress);
      return await runSync(sync, { name, context, store: this.store, room: this.#room, progress, signal });
    } finally {
      release();
    }
  }

  /** Like Nango, forgets for good what syncs have stored that have not run for long. */
  async #forgetResting(id: string): Promise<void> {
    for (const { kind, name } of this.likeNango === undefined ? [] : await this.functions()) {
      const last = kind === 'syncs' ? this.store.lastOutcome(id, name) : undefined;
      if (last !== undefined && last.finishedAt < (this.likeNango?.forgottenBefore() ?? 0)) {
        const { models } = await this.describeSync(name);
        await this.store.write(() => this.store.forgetModels(id, models));
      }
    }
  }

  /** Forgets checkpoint and records of a sync, so that its next run reads everything again. */
  async resetSync(id: string, name: string): Promise<void> {
    const sync = await this.function('syncs', name);
    const models = Object.keys(sync.models ?? {});
    await forgetInTurns(this.store, id, name, models);
    await this.store.write(() => this.store.reset(id, name, models));
  }

  /** Ends the syncs that run, notes how far they came, and waits a while for actions that nobody waits for. */
  async stop(): Promise<void> {
    this.store.hurry(lastWriteMs);
    this.#stopped ??= Promise.all([this.#runs.close(), this.background.settle(backgroundMs)]);
    await this.#stopped;
  }

  async close(): Promise<void> {
    await this.stop();
    this.connections.clear();
    this.store.close();
  }
}
