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

export class SessionStore {
  readonly #now: () => number;
  readonly #sessions: FakeSession[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Oldest first. */
  of(env: EnvName): FakeSession[] {
    return this.#sessions
      .filter((session) => session.env === env)
      .sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0));
  }

  find(env: EnvName, key: string): FakeSession | undefined {
    const field = isFriendlyId(key) ? 'id' : 'externalId';
    return this.#sessions.find((session) => session.env === env && session[field] === key);
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
    this.#sessions.push(added);
    return added;
  }

  update(session: FakeSession, patch: Partial<FakeSession>): FakeSession {
    return Object.assign(session, { updatedAt: new Date(this.#now()).toISOString(), ...patch });
  }

  /** The state follows from its dates. */
  statusOf({ closedAt, expiresAt }: FakeSession): 'ACTIVE' | 'CLOSED' | 'EXPIRED' {
    if (closedAt !== null) {
      return 'CLOSED';
    }
    return expiresAt !== null && Date.parse(expiresAt) < this.#now() ? 'EXPIRED' : 'ACTIVE';
  }
}
