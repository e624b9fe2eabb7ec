import type { Statements } from './statements.js';

/** A number for each model of each connection, and which of them track deletes. */
export class Scopes {
  readonly #statements: Statements;
  readonly #known = new Map<string, number>();
  readonly #connections = new Map<number, string>();

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** Reads only: who looks at records needs no right to write. */
  find(connection: string, model: string): number | undefined {
    const key = JSON.stringify([connection, model]);
    const known = this.#known.get(key);
    if (known !== undefined) {
      return known;
    }
    const found = this.#statements.get<{ scope: number }>(
      'SELECT scope FROM scopes WHERE connection = ? AND model = ?',
      connection,
      model,
    )?.scope;
    if (found !== undefined) {
      this.#known.set(key, found);
    }
    return found;
  }

  /** Those of some models of a connection, or of all. */
  of(connection: string, models?: readonly string[]): number[] {
    if (models !== undefined) {
      return models.map((model) => this.find(connection, model)).filter((scope) => scope !== undefined);
    }
    return this.#statements
      .all<{ scope: number }>('SELECT scope FROM scopes WHERE connection = ?', connection)
      .map(({ scope }) => scope);
  }

  /** Whose records a scope holds. */
  connectionOf(scope: number): string {
    let connection = this.#connections.get(scope);
    if (connection === undefined) {
      connection =
        this.#statements.get<{ connection: string }>('SELECT connection FROM scopes WHERE scope = ?', scope)
          ?.connection ?? '';
      this.#connections.set(scope, connection);
    }
    return connection;
  }

  /** Not inside a transaction: a rollback would take back the number that is remembered here. */
  ensure(connection: string, model: string): number {
    const found = this.find(connection, model);
    if (found !== undefined) {
      return found;
    }
    this.#statements.run('INSERT OR IGNORE INTO scopes (connection, model) VALUES (?, ?)', connection, model);
    return this.find(connection, model) ?? 0;
  }

  /** The mark of the open tracking, or undefined. */
  tracking(scope: number): number | undefined {
    return this.#statements.get<{ generation: number }>(
      'SELECT generation FROM scopes WHERE scope = ? AND tracking = 1',
      scope,
    )?.generation;
  }

  /** One that is open already stays: at Nango, too, deletes are counted from the first start that did not end. */
  startTracking(scope: number): void {
    this.#statements.run(
      'UPDATE scopes SET generation = generation + 1, tracking = 1 WHERE scope = ? AND tracking = 0',
      scope,
    );
  }

  forgetTracking(scope: number): void {
    this.#statements.run('UPDATE scopes SET tracking = 0 WHERE scope = ?', scope);
  }
}
