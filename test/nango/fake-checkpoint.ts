import type { CheckpointRow, CheckpointRows } from '../../src/host/runner/seen-checkpoint.js';
import { checkpointConflict } from '../../src/nango/limits.js';

/** The checkpoint of one sync as Nango stores it, with its version. */
export class FakeCheckpoint implements CheckpointRows {
  /** Which reads fail, counted from 1: the run then sees none, at version 1. */
  failsRead: ((read: number) => boolean) | undefined;
  /** Of which saves the response is lost, counted from 1: the save was done, its repetition conflicts. */
  losesSave: ((save: number) => boolean) | undefined;
  reads = 0;
  saves = 0;
  #row: CheckpointRow | undefined;

  get version(): number | undefined {
    return this.#row?.version;
  }

  get checkpoint(): unknown {
    return this.#row?.checkpoint ?? null;
  }

  set checkpoint(checkpoint: unknown) {
    const version = this.#row?.version ?? 1;
    this.#row = checkpoint === null || checkpoint === undefined ? undefined : { checkpoint, version };
  }

  read(): CheckpointRow | undefined {
    this.reads += 1;
    return this.failsRead?.(this.reads) ? undefined : this.#row;
  }

  write(checkpoint: unknown, expected: number): number | undefined {
    this.saves += 1;
    if (this.#row !== undefined && this.#row.version !== expected) {
      return undefined;
    }
    const version = (this.#row?.version ?? 0) + 1;
    this.#row = { checkpoint: JSON.parse(JSON.stringify(checkpoint)) as unknown, version };
    if (this.losesSave?.(this.saves)) {
      throw checkpointConflict();
    }
    return version;
  }
}
