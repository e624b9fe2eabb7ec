import { keyOf } from '../host.js';
import type { Lane, Lanes } from './lanes.js';
import type { SchedulerHost } from './scheduler-options.js';

type Named = readonly [id: string, sync: string];

/** Answers of a trigger wait so long for the start. */
const startMs = 1_000;

export interface StartsOptions {
  readonly host: SchedulerHost;
  readonly lanes: Lanes;
  /** Is it still due, at the moment when it has a lane? */
  readonly isDue: (id: string, sync: string) => boolean;
  /** One run, to its end; never rejects. */
  readonly run: (id: string, sync: string, lane: Lane) => Promise<void>;
  /** Called after each run. */
  readonly ended: () => void;
}

/** Which runs wait for a lane and which are under way: one of a sync at a time. */
export class Starts {
  readonly #options: StartsOptions;
  readonly #asked = new Map<string, Named>();
  readonly #waiting = new Map<string, Lane>();
  readonly #running = new Map<string, Promise<void>>();
  /** Being reset: not to be started before that is done. */
  readonly #resetting = new Set<string>();
  readonly #listeners = new Set<() => void>();

  constructor(options: StartsOptions) {
    this.#options = options;
  }

  isRunning(id: string, sync: string): boolean {
    return this.#running.has(keyOf(id, sync));
  }

  /** Neither under way, nor waiting to be, nor being changed. */
  isIdle(id: string, sync: string): boolean {
    const key = keyOf(id, sync);
    return !this.#running.has(key) && !this.#waiting.has(key) && this.#mayStart(id, key);
  }

  /** Once more, whatever is due. */
  ask(id: string, sync: string): void {
    this.#asked.set(keyOf(id, sync), [id, sync]);
  }

  /** Nothing starts of it meanwhile. */
  async resetting(id: string, sync: string, work: () => Promise<void>): Promise<void> {
    const key = keyOf(id, sync);
    this.#resetting.add(key);
    try {
      await work();
    } finally {
      this.#resetting.delete(key);
    }
  }

  /** What waits to start does not. */
  cancel(id: string, sync: string): void {
    const key = keyOf(id, sync);
    this.#asked.delete(key);
    this.#leave(key);
  }

  cancelAll(): void {
    for (const key of [...this.#waiting.keys()]) {
      this.#leave(key);
    }
  }

  settled(): Promise<unknown> {
    return Promise.all(this.#running.values());
  }

  /** Lines up what was asked for, where it can run. */
  lineUpAsked(): void {
    for (const [key, [id, sync]] of this.#asked) {
      // One that runs may have read past what somebody waits for: once more after it.
      if (this.#running.has(key) || this.#waiting.get(key)?.start.isAsked === true) {
        continue;
      }
      if (this.#mayStartAsked(id, key)) {
        this.#leave(key);
        this.#lineUp(id, sync, true);
      }
    }
  }

  lineUpDue(id: string, sync: string): void {
    this.#lineUp(id, sync, false);
  }

  /** What a sync that was asked for waits for, in words; undefined for one that has started. */
  waitsFor(id: string, sync: string): string | undefined {
    const key = keyOf(id, sync);
    const { lanes } = this.#options;
    if (!this.#asked.has(key)) {
      return undefined;
    }
    if (this.#running.has(key)) {
      return 'The run that is under way: one more starts when it has ended.';
    }
    if (!this.#mayStartAsked(id, key)) {
      return 'A change of the connection that is under way.';
    }
    return `A free lane: ${lanes.size} syncs work at a time, ${lanes.underWay} are under way, and ${lanes.waiting} wait to start.`;
  }

  /** Waits until all have a lane, for a second at most. */
  async begun(targets: readonly { readonly id: string; readonly sync: string }[]): Promise<void> {
    const isWaiting = () => targets.some(({ id, sync }) => this.#waiting.get(keyOf(id, sync))?.start.isAsked === true);
    if (!isWaiting()) {
      return;
    }
    await new Promise<void>((resolve) => {
      const look = () => {
        if (!isWaiting()) {
          end();
        }
      };
      const end = () => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        resolve();
      };
      const timer = setTimeout(end, startMs);
      this.#listeners.add(look);
    });
  }

  #mayStart(id: string, key: string): boolean {
    return this.#options.host.canSync(id) && !this.#resetting.has(key);
  }

  /** Of one that is being changed: asked for again when that is done. One without its key says so by failing. */
  #mayStartAsked(id: string, key: string): boolean {
    const { host } = this.#options;
    return (host.canSync(id) || !host.isConnected(id)) && !this.#resetting.has(key);
  }

  #leave(key: string): void {
    const lane = this.#waiting.get(key);
    this.#waiting.delete(key);
    lane?.leave();
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) {
      listener();
    }
  }

  #lineUp(id: string, sync: string, isAsked: boolean): void {
    const { host, lanes } = this.#options;
    const key = keyOf(id, sync);
    let hasBegun = false;
    const lane = lanes.enter({
      connection: id,
      baseUrl: host.isConnected(id) ? host.connections.get(id).baseUrl : '',
      isAsked,
      begin: (own) => {
        hasBegun = true;
        this.#begin(id, sync, own);
      },
      makeRoom: () => {
        if (isAsked) {
          this.ask(id, sync);
        }
        // It is due as before, and goes on from its checkpoint.
        void host.stopSync(id, sync);
      },
    });
    if (!hasBegun) {
      this.#waiting.set(key, lane);
    }
  }

  #begin(id: string, sync: string, lane: Lane): void {
    const { ended, isDue, run } = this.#options;
    const key = keyOf(id, sync);
    const { isAsked } = lane.start;
    this.#waiting.delete(key);
    // It waited, and things change: paused, deleted, being reset, or its key being replaced.
    if (isAsked ? !this.#mayStartAsked(id, key) : !(this.#mayStart(id, key) && isDue(id, sync))) {
      lane.leave();
      this.#tell();
      return;
    }
    if (isAsked) {
      this.#asked.delete(key);
    }
    const running = run(id, sync, lane).finally(() => {
      this.#running.delete(key);
      lane.leave();
      ended();
    });
    this.#running.set(key, running);
    this.#tell();
  }
}
