import type { Statements } from './statements.js';
import { fromJson, toJson } from './stored-json.js';

/** What a session of the connect form may do, and what it says of whoever connects. */
export interface ConnectSession {
  readonly tags: Readonly<Record<string, string>>;
  readonly endUser: Readonly<Record<string, unknown>> | null;
  readonly allowedIntegrations: readonly string[] | null;
  /** Values that the form does not ask for: connection config by integration. */
  readonly defaults: Readonly<
    Record<string, { readonly connection_config?: Readonly<Record<string, unknown>> | undefined }>
  >;
  /** The connection whose key it replaces; null for a new one. */
  readonly reconnects: string | null;
}

/** Sessions by the hash of their token: who reads the store cannot use one. */
export class ConnectSessions {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** `expires` in Unix milliseconds. */
  save(hash: string, expires: number, session: ConnectSession): void {
    this.#statements.run('INSERT INTO connect_sessions VALUES (?, ?, ?)', hash, expires, toJson(session));
  }

  find(hash: string, now: number): { session: ConnectSession; expires: number } | undefined {
    const row = this.#statements.get<{ session: string; expires: number }>(
      'SELECT session, expires FROM connect_sessions WHERE hash = ? AND expires > ?',
      hash,
      now,
    );
    return row && { session: fromJson(row.session), expires: row.expires };
  }

  /** A session makes one connection. */
  end(hash: string): void {
    this.#statements.run('DELETE FROM connect_sessions WHERE hash = ?', hash);
  }

  sweep(now: number): void {
    this.#statements.run('DELETE FROM connect_sessions WHERE expires <= ?', now);
  }
}
