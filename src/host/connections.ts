import { randomUUID } from 'node:crypto';
import { type Connection, type ConnectionPolicy, connectionFromValues, valuesOf } from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';
import { configOfParsed, fieldsIn, type GivenConfig } from './given-config.js';
import { listedConnection, nangoConnection } from './nango-connection.js';
import { forgetInTurns } from './store/forget-in-turns.js';
import type { AboutConnection } from './store/kept-connections.js';
import type { Store } from './store/store.js';
import { type ConnectionSummary, summarise } from './summary.js';
import type { Vault } from './vault/vault.js';

/** Who connected, and whose records these are. */
export type NewConnection = Pick<AboutConnection, 'target' | 'verified'> &
  Partial<Pick<AboutConnection, 'tags' | 'endUser' | 'config'>> & {
    /** Replaces what a customer noted on it. */
    readonly metadata?: Record<string, unknown> | undefined;
  };

/** The connections of a host. With a vault they outlive the process, their keys sealed; without, they are in memory only. */
export class Connections {
  readonly #store: Store;
  readonly #vault: Vault | undefined;
  /** Nango keeps records and checkpoints whatever a new key reads, and drops the metadata. */
  readonly #isLikeNango: boolean;
  readonly #open = new Map<string, Connection>();
  /** As it was given, of those in memory only; what is sealed, of those that cannot be used. */
  readonly #given = new Map<string, GivenConfig>();
  /** When its key was last asked for. */
  readonly #fetchedAt = new Map<string, number>();
  /** Why a stored one cannot be used. */
  readonly #unusable = new Map<string, ConnectorError>();

  constructor(store: Store, vault: Vault | undefined, platform?: 'nango') {
    this.#store = store;
    this.#vault = vault;
    this.#isLikeNango = platform === 'nango';
  }

  get isLasting(): boolean {
    return this.#vault !== undefined;
  }

  /** Opens those of earlier starts, by the rules of today: a host that is no longer allowed is not used. */
  async load(policy: ConnectionPolicy): Promise<void> {
    for (const { id, sealed } of this.#vault === undefined ? [] : this.#store.kept.all()) {
      const values: unknown = JSON.parse((await this.#vault?.open(id, sealed)) ?? '{}');
      try {
        this.#open.set(id, connectionFromValues(values as Record<string, unknown>, policy, false));
      } catch (error) {
        if (!(error instanceof ConnectorError)) {
          throw error;
        }
        this.#unusable.set(id, error);
        this.#given.set(id, fieldsIn(values as GivenConfig));
      }
    }
  }

  /** In memory only; the same key and target give the same id. */
  add(connection: Connection, config?: GivenConfig): ConnectionSummary {
    const summary = summarise(connection);
    if (config !== undefined) {
      this.#given.set(summary.id, config);
    }
    this.#open.set(summary.id, connection);
    this.#store.saveConnection(summary);
    return summary;
  }

  /**
   * A new connection, or another key for one that is there. Its records go unless both read the same target. `check`
   * throws where it is no longer wanted.
   */
  async keep(
    connection: Connection,
    { metadata, ...about }: NewConnection,
    id: string = randomUUID(),
    check: () => void = () => undefined,
  ): Promise<{ id: string; isNew: boolean; keptRecords: boolean }> {
    const vault = this.#vault;
    if (vault === undefined) {
      return this.#store.write(() => {
        check();
        const added = this.add(connection, about.config).id;
        if (metadata !== undefined) {
          this.#store.saveMetadata(added, metadata);
        }
        return { id: added, isNew: true, keptRecords: true };
      });
    }
    const sealed = await vault.seal(id, JSON.stringify(valuesOf(connection)));
    return this.#store.write(() => {
      // From here on nothing is waited for, so what is found stays true until it is kept.
      check();
      const known = this.#store.kept.find(id)?.about;
      const now = new Date().toISOString();
      const isSame = known !== undefined && known.target !== null && known.target === about.target;
      const who = { tags: about.tags ?? known?.tags ?? {}, endUser: about.endUser ?? known?.endUser ?? null };
      const kept = { ...about, ...who, createdAt: known?.createdAt ?? now, updatedAt: now };
      // Records go also for a new one: the id may be that of a connection that was not kept.
      const keepsRecords = isSame || (known !== undefined && this.#isLikeNango);
      this.#store.keepConnection({ ...summarise(connection), id }, sealed, kept, {
        forgets: !keepsRecords,
        metadata: metadata ?? (this.#isLikeNango ? {} : undefined),
      });
      this.#open.set(id, connection);
      this.#unusable.delete(id);
      return { id, isNew: known === undefined, keptRecords: known === undefined || keepsRecords };
    });
  }

  /** Is its key at hand? Records of earlier connections can be read without. */
  has(id: string): boolean {
    return this.#open.has(id);
  }

  /** Why a stored connection cannot be used, in words; undefined for one that can. */
  problem(id: string): string | undefined {
    return this.#unusable.get(id)?.message;
  }

  ids(): string[] {
    return [...this.#open.keys()];
  }

  /** Those of the wanted ids, also what cannot be used. */
  listed(isWanted: (id: string) => boolean) {
    return [...this.ids(), ...this.#unusable.keys()].filter(isWanted).map((id) =>
      listedConnection(id, this.#store.metadata(id), {
        kept: this.#store.kept.find(id),
        errors: [...(this.#unusable.has(id) ? [{ type: 'auth' as const, log_id: '' }] : []), ...this.#failedSyncs(id)],
      }),
    );
  }

  #failedSyncs(id: string) {
    return this.#store
      .lastOutcomes(id)
      .filter(({ error }) => error !== undefined && error.code !== 'aborted')
      .map(({ execution }) => ({ type: 'sync' as const, log_id: execution }));
  }

  /** Throws `connection_not_found`, or what makes it unusable. */
  get(id: string): Connection {
    const connection = this.#open.get(id);
    if (connection === undefined) {
      throw (
        this.#unusable.get(id) ??
        new ConnectorError(
          'connection_not_found',
          'There is no such connection, or its key is gone with the last stop. Connect again.',
        )
      );
    }
    return connection;
  }

  /** Changes what is said of whoever connected. */
  async describe(id: string, change: Partial<Pick<AboutConnection, 'tags' | 'endUser' | 'verified'>>): Promise<void> {
    await this.#store.write(() => {
      const kept = this.#store.kept.find(id);
      if (kept !== undefined) {
        this.#store.kept.save(id, kept.sealed, { ...kept.about, ...change, updatedAt: new Date().toISOString() });
      }
    });
  }

  /** Its key and its records are gone after this. */
  async forget(id: string): Promise<void> {
    this.#open.delete(id);
    this.#given.delete(id);
    this.#fetchedAt.delete(id);
    this.#unusable.delete(id);
    await forgetInTurns(this.#store, id);
    await this.#store.write(() => this.#store.forgetConnection(id));
  }

  /** `connection_config` as it was given; of an older store, what it came to. Empty where nothing is known. */
  config(id: string): GivenConfig {
    const open = this.#open.get(id);
    const given = this.#store.kept.find(id)?.about.config ?? this.#given.get(id);
    return given ?? (open === undefined ? {} : configOfParsed(open));
  }

  /** As Nango's API gives it, with its key. Throws `connection_not_found`. */
  nango(id: string) {
    return nangoConnection(id, this.get(id), this.#store.metadata(id), {
      kept: this.#store.kept.find(id),
      config: this.config(id),
      errors: this.#failedSyncs(id),
      fetchedAt: this.#fetchedAt.get(id),
    });
  }

  /** Somebody reads its key. */
  fetched(id: string): void {
    this.#fetchedAt.set(id, Date.now());
  }

  clear(): void {
    this.#open.clear();
  }
}
