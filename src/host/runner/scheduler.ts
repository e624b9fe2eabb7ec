import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { ConnectorError } from '../../errors/index.js';
import { type Log, silentLog } from '../log.js';
import { nobodyListens, type Tell } from '../webhook-bodies.js';
import { type Lane, Lanes } from './lanes.js';
import {
  checkedConcurrency,
  type SchedulerHost,
  type SchedulerOptions,
  usualConcurrency,
} from './scheduler-options.js';
import { Schedules } from './schedules.js';
import { Starts } from './starts.js';
import { watchSync } from './watched-sync.js';

/** So long after the store failed it is asked again. */
const storeRetryMs = 30_000;

/** A day: a timer takes no more than 24.8 of them. */
const longestTimer = 24 * 60 * 60_000;

/** A sync that was asked for and has not started, and what it waits for, in words. */
export interface Waiting {
  readonly id: string;
  readonly sync: string;
  readonly waitsFor: string;
}

/**
 * Runs each sync of each connection at its frequency: one run of a sync at a time, failures further and further apart,
 * `concurrency` runs at work at once, and nobody kept waiting by another's server. Throws `input_invalid` for a
 * concurrency that is none.
 */
export class Scheduler {
  readonly #host: SchedulerHost;
  readonly #log: Log;
  readonly #listener: { readonly tell: Tell; readonly tellsUnchanged: boolean };
  readonly #now: () => number;
  readonly #stop = new AbortController();
  readonly #starts: Starts;
  readonly #schedules: Schedules;
  #isStarted = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    host: SchedulerHost,
    {
      concurrency = usualConcurrency,
      log = silentLog,
      now = Date.now,
      tell = nobodyListens,
      tellsUnchanged = false,
    }: SchedulerOptions = {},
  ) {
    this.#host = host;
    // Each run that is under way listens.
    setMaxListeners(0, this.#stop.signal);
    this.#log = log;
    this.#listener = { tell, tellsUnchanged };
    this.#now = now;
    this.#schedules = new Schedules(host, now);
    this.#starts = new Starts({
      host,
      lanes: new Lanes(checkedConcurrency(concurrency), now),
      isDue: (id, sync) => this.#schedules.isDue(id, sync),
      run: (id, sync, lane) => this.#run(id, sync, lane),
      ended: this.wake,
    });
  }

  /** Goes on where the last process stopped: what is overdue runs now. */
  async start(): Promise<void> {
    await this.load();
    this.#isStarted = true;
    for (const id of this.#host.connections.ids()) {
      this.#schedules.begin(id);
    }
    this.wake();
  }

  /** Learns which syncs there are, once. */
  load(): Promise<void> {
    return this.#schedules.load();
  }

  get syncs(): string[] {
    return this.#schedules.syncs;
  }

  /** Throws `not_found` for a sync that does not exist. */
  schedule(id: string, sync: string): ReturnType<Schedules['of']> {
    return this.#schedules.of(id, sync);
  }

  /** Schedules the syncs of a connection, also one that got another key. */
  begin(id: string): void {
    this.#schedules.begin(id);
    this.wake();
  }

  resume(id: string, sync: string): void {
    this.#schedules.resume(id, sync);
    this.wake();
  }

  /** A run that is under way is stopped, one that waits does not start; its checkpoint stays. */
  async pause(id: string, sync: string): Promise<void> {
    this.#schedules.pause(id, sync);
    this.#starts.cancel(id, sync);
    await this.#host.stopSync(id, sync);
  }

  /** Runs it now, paused or not: with `reset` from the beginning, with `emptyCache` besides without the records it had. */
  async trigger(id: string, sync: string, { emptyCache = false, reset = false } = {}): Promise<void> {
    this.schedule(id, sync);
    if (this.#host.likeNango !== undefined && !reset && this.#starts.isRunning(id, sync)) {
      // Nango refuses it inside, and says nothing.
      return;
    }
    if (reset) {
      await this.#starts.resetting(id, sync, async () => {
        await this.#host.stopSync(id, sync);
        const models = this.#schedules.modelsOf(sync);
        const { store } = this.#host;
        await (emptyCache
          ? this.#host.resetSync(id, sync)
          : store.write(() => store.clearCheckpoint(id, sync, models)));
      });
    }
    this.#starts.ask(id, sync);
    this.wake();
  }

  /** Those that were triggered and have not started a second later, with what each waits for. */
  async waiting(triggered: readonly { readonly id: string; readonly sync: string }[]): Promise<Waiting[]> {
    await this.#starts.begun(triggered);
    return triggered.flatMap(({ id, sync }) => {
      const waitsFor = this.waitsFor(id, sync);
      return waitsFor === undefined ? [] : [{ id, sync, waitsFor }];
    });
  }

  /** What a sync that was triggered waits for, in words; undefined for one that does not wait. */
  waitsFor(id: string, sync: string): string | undefined {
    return this.#starts.waitsFor(id, sync);
  }

  /** Looks again at what is due. A store that fails now is asked again in a while. */
  readonly wake = (): void => {
    try {
      this.#arm();
    } catch (error) {
      this.#log('error', 'scheduler.failed', { code: error instanceof ConnectorError ? error.code : 'unexpected' });
      clearTimeout(this.#timer);
      this.#timer = setTimeout(this.wake, storeRetryMs);
    }
  };

  /** null brings back the sync's own. Throws `input_invalid` for what is no frequency. */
  setFrequency(id: string, sync: string, frequency: string | null): string {
    const chosen = this.#schedules.setFrequency(id, sync, frequency);
    this.wake();
    return chosen;
  }

  /** Stops what runs, and waits for it: a checkpoint that was saved is there. */
  async stop(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    this.#starts.cancelAll();
    await this.#starts.settled();
  }

  /** Lines up what is due, and wakes up for the next. */
  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#stop.signal.aborted) {
      return;
    }
    this.#starts.lineUpAsked();
    if (!this.#isStarted) {
      return;
    }
    const now = this.#now();
    for (const { id, nextAt, sync } of this.#schedules.waiting((id, sync) => this.#starts.isIdle(id, sync))) {
      if (nextAt > now) {
        this.#timer = setTimeout(this.wake, Math.min(nextAt - now, longestTimer));
        return;
      }
      this.#starts.lineUpDue(id, sync);
    }
  }

  async #run(id: string, sync: string, lane: Lane): Promise<void> {
    try {
      await this.#once(id, sync, lane);
    } catch (error) {
      lane.leave();
      await this.#storeFailed(id, sync, error);
    }
  }

  /** What could not be noted is due as before; not at once, where it would fail again and again. */
  async #storeFailed(connection: string, sync: string, error: unknown): Promise<void> {
    const code = error instanceof ConnectorError ? error.code : 'unexpected';
    this.#log('error', 'scheduler.failed', { connection, sync, code });
    await wait(storeRetryMs, undefined, { ref: false, signal: this.#stop.signal }).catch(() => undefined);
  }

  async #once(id: string, sync: string, lane: Lane): Promise<void> {
    const startedAt = this.#now();
    const about = { connection: id, sync };
    const models = this.#schedules.modelsOf(sync);
    const watched = watchSync(this.#host.store, { ...about, models, startedAt }, this.#listener);
    this.#log('info', 'sync.started', about);
    try {
      const outcome = await this.#host.runSync(id, sync, { lane, signal: this.#stop.signal });
      const { added, deleted, execution, unchanged, updated } = outcome;
      // The next run of one that was interrupted is due at once.
      this.#schedules.ended(id, sync, outcome.isInterrupted ? 0 : startedAt, undefined);
      const ms = outcome.finishedAt - outcome.startedAt;
      this.#log('info', 'sync.finished', { ...about, execution, added, updated, deleted, unchanged, ms });
      watched.succeeded(outcome);
    } catch (error) {
      if (this.#failed(id, sync, startedAt, error)) {
        watched.failed(error);
      }
    }
  }

  /** Was it a failure, rather than a stop? */
  #failed(id: string, sync: string, startedAt: number, error: unknown): boolean {
    const known = error instanceof ConnectorError;
    const about = { connection: id, sync, code: known ? error.code : 'unexpected' };
    if (known && error.code === 'aborted') {
      this.#log('info', 'sync.stopped', about);
      return false;
    }
    this.#schedules.ended(id, sync, startedAt, error);
    this.#log('error', 'sync.failed', { ...about, message: known ? error.message : 'The function crashed.' });
    return true;
  }
}
