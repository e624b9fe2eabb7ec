import type { Statements } from './statements.js';
import { fromJson, toJson } from './stored-json.js';

/** What is known of a kept connection besides its target and key. */
export interface AboutConnection {
  readonly tags: Readonly<Record<string, string>>;
  /** As Nango gives it; null for none. */
  readonly endUser: Readonly<Record<string, unknown>> | null;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Whose records these are, where it is known: base URL, project, environment and branch. */
  readonly target: string | null;
  /** `connection_config` as it was given; an older host stored none. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** What the API said of the key the last time that it was asked. */
  readonly verified?: { readonly status: string; readonly at: string };
}

export interface KeptConnection {
  readonly id: string;
  readonly number: number;
  /** Its form values, sealed. */
  readonly sealed: string;
  readonly about: AboutConnection;
}

interface Row {
  id: string;
  number: number;
  sealed: string;
  about: string;
}

const keptOf = ({ about, ...row }: Row): KeptConnection => ({ ...row, about: fromJson(about) });

/** Connections that outlive the process. */
export class KeptConnections {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  all(): KeptConnection[] {
    return this.#statements
      .all<Row>('SELECT id, number, sealed, about FROM kept_connections ORDER BY number')
      .map(keptOf);
  }

  find(id: string): KeptConnection | undefined {
    const row = this.#statements.get<Row>('SELECT id, number, sealed, about FROM kept_connections WHERE id = ?', id);
    return row && keptOf(row);
  }

  save(id: string, sealed: string, about: AboutConnection): void {
    this.#statements.run(
      'INSERT INTO kept_connections (id, sealed, about) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, about = excluded.about',
      id,
      sealed,
      toJson(about),
    );
  }

  forget(id: string): void {
    this.#statements.run('DELETE FROM kept_connections WHERE id = ?', id);
  }
}
