import { nextCall } from './next-call.js';
import type { EnvName, FakeRun } from './types.js';

export interface StoredRun {
  run: FakeRun;
  readonly createdMs: number;
  /** The run id without `run_`: what cursors carry and what breaks ties in the order. */
  readonly internalId: string;
  /** Rendered list items by vocabulary, so that listing thousands of runs costs a join. */
  readonly rendered: Map<string, string>;
  /** The store's revision at its last change, and at its first: the clock may stand still, this never does. */
  revision: number;
  readonly bornRevision: number;
  /** Purged, but still counted by the index that lists read: pages come out short. */
  isGhost: boolean;
}

/** Where a page starts: strictly before (older than) or after (newer than) this position. */
export interface Position {
  createdMs: number;
  internalId: string;
}

function compare(left: Position, right: Position): number {
  if (left.createdMs !== right.createdMs) {
    return left.createdMs - right.createdMs;
  }
  return left.internalId < right.internalId ? -1 : left.internalId > right.internalId ? 1 : 0;
}

/** Runs by id, and per environment oldest first: a new run is nearly always a push. */
export class RunStore {
  readonly #byId = new Map<string, StoredRun>();
  readonly #byEnv = new Map<EnvName, StoredRun[]>();
  readonly #waiting = new Set<() => void>();
  #revision = 0;

  /** Counts changes. */
  get revision(): number {
    return this.#revision;
  }

  /** Whether anything changed before the time was up, or the caller gave up. */
  nextChange(waitMs: number, signal: AbortSignal): Promise<boolean> {
    return nextCall(this.#waiting, waitMs, signal);
  }

  #changed(): number {
    this.#revision += 1;
    for (const wake of [...this.#waiting]) {
      wake();
    }
    return this.#revision;
  }

  get(runId: string): StoredRun | undefined {
    const stored = this.#byId.get(runId);
    return stored?.isGhost === true ? undefined : stored;
  }

  purge(runId: string): void {
    const stored = this.#byId.get(runId);
    if (stored !== undefined) {
      stored.isGhost = true;
    }
  }

  /** Oldest first. The array is the store's own. */
  sorted(env: EnvName): readonly StoredRun[] {
    return this.#byEnv.get(env) ?? [];
  }

  add(run: FakeRun): void {
    if (this.#byId.has(run.id)) {
      throw new TypeError(`The fake project already has a run "${run.id}".`);
    }
    const createdMs = Date.parse(run.createdAt);
    const revision = this.#changed();
    const stored: StoredRun = {
      run,
      createdMs,
      internalId: run.id.replace(/^run_/, ''),
      rendered: new Map(),
      revision,
      bornRevision: revision,
      isGhost: false,
    };
    const list = this.#byEnv.get(run.env) ?? [];
    this.#byEnv.set(run.env, list);
    list.splice(this.lowerBound(run.env, stored), 0, stored);
    this.#byId.set(run.id, stored);
  }

  replace(run: FakeRun): void {
    const stored = this.#byId.get(run.id);
    if (stored === undefined) {
      throw new TypeError(`The fake project has no run "${run.id}".`);
    }
    stored.run = run;
    stored.rendered.clear();
    stored.revision = this.#changed();
  }

  remove(runId: string): void {
    const stored = this.#byId.get(runId);
    if (stored === undefined) {
      return;
    }
    this.#byId.delete(runId);
    this.#byEnv.get(stored.run.env)?.splice(this.lowerBound(stored.run.env, stored), 1);
  }

  /** Index of the first run at or after the position. */
  lowerBound(env: EnvName, position: Position): number {
    const list = this.sorted(env);
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const item = list[middle];
      if (item !== undefined && compare(item, position) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
