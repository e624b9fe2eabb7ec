import { randomUUID } from 'node:crypto';
import { ConnectorError, redact } from '../../errors/index.js';
import type { Statements } from './statements.js';
import { fromJson, toJson } from './stored-json.js';

export interface ExecutionResult {
  readonly kind: 'sync' | 'action';
  readonly name: string;
  /** Unix milliseconds; null while it runs, or when the process was killed. */
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface StoredExecution extends ExecutionResult {
  readonly id: string;
  readonly connection: string;
}

/** One run of a function, as it happens. */
export interface Execution {
  readonly id: string;
  log(message: string): void;
  finish(error: ExecutionResult['error']): void;
}

/** Older ones are forgotten. */
const mostKept = 1_000;

const sweepEvery = 500;

/** A message may quote what an API said: much of it is no log. */
const longestMessage = 2_000;

/** Writes in its turn, without anybody waiting for it. */
export type Note = (work: () => void) => Promise<void>;

/** A server may give a sync something to say of each of its pages, without end. */
const mostMessages = 10_000;

/** What each execution was and said. */
export class Executions {
  readonly #statements: Statements;
  readonly #note: Note;
  readonly #now: () => number;
  #begun = 0;

  constructor(statements: Statements, { note, now }: { note: Note; now: () => number }) {
    this.#statements = statements;
    this.#note = note;
    this.#now = now;
  }

  /** What cannot be noted must not make work fail that was done. */
  #quietly(work: () => void): void {
    this.#note(work).catch((error: unknown) => {
      if (!(error instanceof ConnectorError)) {
        throw error;
      }
    });
  }

  /** Written with its first message, or at its end: an action that says nothing costs one row. */
  begin(connection: string, kind: ExecutionResult['kind'], name: string): Execution {
    this.#begun += 1;
    if (this.#begun % sweepEvery === 0) {
      this.#quietly(() => this.sweep());
    }
    const id = randomUUID();
    const startedAt = this.#now();
    const save = (finishedAt: number | null, error: ExecutionResult['error']) =>
      this.#save(id, connection, { kind, name, startedAt, finishedAt, error });
    let messages = 0;
    return {
      id,
      log: (message: string) => {
        messages += 1;
        if (messages > mostMessages) {
          return;
        }
        const isFirst = messages === 1;
        const time = this.#now();
        const said =
          messages < mostMessages ? redact(String(message)) : `After ${mostMessages} messages no more is kept.`;
        const text = said.slice(0, longestMessage);
        this.#quietly(() => {
          if (isFirst) {
            save(null, null);
          }
          this.#statements.run('INSERT INTO execution_logs VALUES (?, ?, ?)', id, time, text);
        });
      },
      finish: (error: ExecutionResult['error']) => {
        const finishedAt = this.#now();
        this.#quietly(() => save(finishedAt, error));
      },
    };
  }

  #save(id: string, connection: string, result: ExecutionResult): void {
    this.#statements.run(
      // Not for one that was forgotten meanwhile.
      'INSERT INTO executions (id, connection, value) SELECT ?1, ?2, ?3 FROM connections WHERE id = ?2 ON CONFLICT (id) DO UPDATE SET value = excluded.value',
      id,
      connection,
      toJson(result),
    );
  }

  /** The last first. */
  latest(limit: number, connection?: string): StoredExecution[] {
    return this.#statements
      .all<{ id: string; connection: string; value: string }>(
        'SELECT id, connection, value FROM executions WHERE ?1 IS NULL OR connection = ?1 ORDER BY number DESC LIMIT ?2',
        connection ?? null,
        limit,
      )
      .map(({ value, ...row }) => ({ ...row, ...fromJson<ExecutionResult>(value) }));
  }

  find(id: string): StoredExecution | undefined {
    const row = this.#statements.get<{ connection: string; value: string }>(
      'SELECT connection, value FROM executions WHERE id = ?',
      id,
    );
    return row && { id, connection: row.connection, ...fromJson<ExecutionResult>(row.value) };
  }

  /** Oldest first; times in Unix milliseconds. */
  logOf(id: string): { time: number; message: string }[] {
    return this.#statements.all('SELECT time, message FROM execution_logs WHERE execution = ? ORDER BY rowid', id);
  }

  sweep(): void {
    this.#statements.transaction(() => {
      this.#statements.run(
        'DELETE FROM executions WHERE number <= (SELECT number FROM executions ORDER BY number DESC LIMIT 1 OFFSET ?)',
        mostKept,
      );
      this.#statements.run('DELETE FROM execution_logs WHERE execution NOT IN (SELECT id FROM executions)');
    });
  }
}
