import { nextCall } from './next-call.js';
import { SortedRuns } from './sorted-runs.js';
import { type EnvName, type FakeRun, isTerminal } from './types.js';

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

/** The runs of one environment; the open ones once more, for they are asked for among many that have ended. */
interface Shelf {
  readonly all: SortedRuns;
  readonly open: SortedRuns;
}

/** Runs by id, and per environment oldest first. */
export class RunStore {
  readonly #byId = new Map<string, StoredRun>();
  readonly #byEnv = new Map<EnvName, Shelf>();
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
    return this.shelf(env).all.items;
  }

  shelf(env: EnvName): Shelf {
    const shelf = this.#byEnv.get(env) ?? { all: new SortedRuns(), open: new SortedRuns() };
    this.#byEnv.set(env, shelf);
    return shelf;
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
    const { all, open } = this.shelf(run.env);
    all.add(stored);
    if (!isTerminal(run.status)) {
      open.add(stored);
    }
    this.#byId.set(run.id, stored);
  }

  replace(run: FakeRun): void {
    const stored = this.#byId.get(run.id);
    if (stored === undefined) {
      throw new TypeError(`The fake project has no run "${run.id}".`);
    }
    const [wasOpen, isOpen] = [!isTerminal(stored.run.status), !isTerminal(run.status)];
    stored.run = run;
    if (wasOpen !== isOpen) {
      const { open } = this.shelf(run.env);
      (isOpen ? open.add : open.remove).call(open, stored);
    }
    stored.rendered.clear();
    stored.revision = this.#changed();
  }

  remove(runId: string): void {
    const stored = this.#byId.get(runId);
    if (stored === undefined) {
      return;
    }
    this.#byId.delete(runId);
    const { all, open } = this.shelf(stored.run.env);
    all.remove(stored);
    open.remove(stored);
  }
}
