import { randomRunBody } from './random.js';
import type { EnvName } from './types.js';

export interface FakeSession {
  readonly id: string;
  readonly env: EnvName;
  readonly externalId: string | null;
  readonly type: string;
  readonly taskIdentifier: string;
  readonly createdAt: string;
  triggerConfig: Record<string, unknown>;
  currentRunId: string | null;
  tags: readonly string[];
  metadata: unknown;
  closedAt: string | null;
  closedReason: string | null;
  expiresAt: string | null;
  updatedAt: string;
}

export type NewSession = Partial<Omit<FakeSession, 'env'>> & Pick<FakeSession, 'taskIdentifier'>;

/** A friendly id by its looks; anything else is an external id. */
export const isFriendlyId = (key: string): boolean => key.startsWith('session_');

/** The sessions of one environment, sorted when they are read. */
export class Shelf {
  readonly #byKey = new Map<string, FakeSession>();
  readonly #sessions: FakeSession[] = [];
  #isSorted = true;

  add(session: FakeSession): void {
    const last = this.#sessions.at(-1);
    this.#isSorted &&= last === undefined || last.createdAt <= session.createdAt;
    this.#sessions.push(session);
    this.index(session);
  }

  remove(session: FakeSession): void {
    this.#sessions.splice(this.#sessions.indexOf(session), 1);
    for (const key of [session.id, session.externalId]) {
      if (key !== null && this.#byKey.get(key) === session) {
        this.#byKey.delete(key);
      }
    }
    // Another may have the same external id.
    for (const other of this.#sessions.filter(({ externalId }) => externalId === session.externalId)) {
      this.index(other);
    }
  }

  /** What a session is found by; of two with one key, the first. */
  index(session: FakeSession): void {
    for (const key of [session.id, session.externalId]) {
      if (key !== null && this.find(key) === undefined) {
        this.#byKey.set(key, session);
      }
    }
  }

  find(key: string): FakeSession | undefined {
    const found = this.#byKey.get(key);
    // It may have been given another since.
    return found?.id === key || found?.externalId === key ? found : undefined;
  }

  byId(id: string): FakeSession | undefined {
    const found = this.find(id);
    return found?.id === id ? found : undefined;
  }

  moved(): void {
    this.#isSorted = false;
  }

  /** The array is the shelf's own. */
  get oldestFirst(): readonly FakeSession[] {
    if (!this.#isSorted) {
      this.#sessions.sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0));
      this.#isSorted = true;
    }
    return this.#sessions;
  }

  /** Index of the first session at or after the moment, in ISO 8601. */
  lowerBound(createdAt: string): number {
    const { oldestFirst } = this;
    let low = 0;
    let high = oldestFirst.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((oldestFirst[middle]?.createdAt ?? '') < createdAt) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  positionOf(session: FakeSession): number {
    // The order of those of one moment is that of their coming.
    return this.oldestFirst.indexOf(session, this.lowerBound(session.createdAt));
  }
}

export class SessionStore {
  readonly #now: () => number;
  readonly #shelves = new Map<EnvName, Shelf>();

  constructor(now: () => number) {
    this.#now = now;
  }

  shelf(env: EnvName): Shelf {
    const shelf = this.#shelves.get(env) ?? new Shelf();
    this.#shelves.set(env, shelf);
    return shelf;
  }

  /** Oldest first. */
  of(env: EnvName): FakeSession[] {
    return [...this.shelf(env).oldestFirst];
  }

  find(env: EnvName, key: string): FakeSession | undefined {
    const found = this.shelf(env).find(key);
    return found?.[isFriendlyId(key) ? 'id' : 'externalId'] === key ? found : undefined;
  }

  add(env: EnvName, session: NewSession): FakeSession {
    const createdAt = session.createdAt ?? new Date(this.#now()).toISOString();
    const added: FakeSession = {
      id: `session_${randomRunBody()}`,
      externalId: null,
      type: 'chat.agent',
      triggerConfig: { basePayload: {} },
      currentRunId: null,
      tags: [],
      metadata: null,
      closedAt: null,
      closedReason: null,
      expiresAt: null,
      updatedAt: createdAt,
      ...session,
      createdAt,
      env,
    };
    this.shelf(env).add(added);
    return added;
  }

  update(session: FakeSession, patch: Partial<FakeSession>): FakeSession {
    const before = this.shelf(session.env);
    const { createdAt, env } = session;
    const isMoving = patch.env !== undefined && patch.env !== env;
    if (isMoving) {
      before.remove(session);
    }
    Object.assign(session, { updatedAt: new Date(this.#now()).toISOString(), ...patch });
    if (isMoving) {
      // As one that is gone from the environment that it was in.
      this.shelf(session.env).add(session);
    } else {
      before.index(session);
    }
    if (session.createdAt !== createdAt) {
      this.shelf(session.env).moved();
    }
    return session;
  }

  /** The state follows from its dates. */
  statusOf({ closedAt, expiresAt }: FakeSession): 'ACTIVE' | 'CLOSED' | 'EXPIRED' {
    if (closedAt !== null) {
      return 'CLOSED';
    }
    return expiresAt !== null && Date.parse(expiresAt) < this.#now() ? 'EXPIRED' : 'ACTIVE';
  }
}
