import { checkpointConflict, checkpointRefusal } from '../../nango/limits.js';
import { turn } from '../turns.js';

export interface CheckpointRow {
  readonly checkpoint: unknown;
  /** 1 for a new one, then one more with each save. */
  readonly version: number;
}

/** Where the checkpoint of a sync is stored. */
export interface CheckpointRows {
  read(): CheckpointRow | undefined;
  /**
   * Inserts version 1 where there is no row, whatever was expected; replaces the row of the expected version; otherwise
   * does nothing. Returns the version that it wrote.
   */
  write(checkpoint: unknown, expected: number): Promise<number | undefined> | number | undefined;
}

type Saved = Record<string, unknown>;

/**
 * The checkpoint as one run sees it. Nango's runner sends the version that the run saw last with each save, and a save
 * that expects another version than the stored one fails: so the second of two saves under way at once does.
 * Source: runner/lib/sdk/checkpointing.ts, shared/lib/services/checkpoints/checkpoints.ts.
 */
export class SeenCheckpoint {
  readonly #rows: CheckpointRows;
  #seen: number | undefined;

  constructor(rows: CheckpointRows) {
    this.#rows = rows;
  }

  read(): unknown {
    const row = this.#rows.read();
    this.#seen = row?.version ?? 1;
    return row?.checkpoint ?? null;
  }

  async save(checkpoint: Saved): Promise<void> {
    const refusal = checkpointRefusal(checkpoint);
    if (refusal !== undefined) {
      throw refusal;
    }
    if (this.#seen === undefined) {
      this.read();
    }
    const expected = this.#seen ?? 1;
    // As it is now: the sync goes on changing it.
    const sent = { ...checkpoint };
    // So long a save is under way, and another one that starts meanwhile expects its version too.
    await turn();
    const version = await this.#rows.write(sent, expected);
    if (version === undefined) {
      throw checkpointConflict();
    }
    this.#seen = version;
  }
}
