import { ConnectorError } from '../../errors/index.js';
import { type Host, keyOf } from '../host.js';
import { type Log, silentLog } from '../log.js';
import type { SyncSchedule } from '../store/sync-schedules.js';
import { nobodyListens, syncWebhooks, type Tell } from '../webhooks.js';
import { backoffMs, isLasting } from './backoff.js';
import { frequencyMs } from './frequency.js';
import type { SchedulerHost, SchedulerOptions } from './scheduler-options.js';

/** A day: a timer takes no more than 24.8 of them. */
const longestTimer = 24 * 60 * 60_000;

/** Runs each sync of each connection at its frequency: one run of a sync at a time, failures further and further apart. */
export class Scheduler {
  readonly #host: SchedulerHost;
  readonly #log: Log;
  readonly #tell: Tell;
  readonly #now: () => number;
  readonly #concurrency: number;
  readonly #stop = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  readonly #syncs = new Map<string, Awaited<ReturnType<Host['describeSync']>>>();
  #loaded: Promise<void> | undefined;
  #isStarted = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    host: SchedulerHost,
    { concurrency = 4, log = silentLog, now = Date.now, tell = nobodyListens }: SchedulerOptions = {},
  ) {
    this.#host = host;
    this.#log = log;
    this.#tell = tell;
    this.#now = now;
    this.#concurrency = concurrency;
  }

  /** Goes on where the last process stopped: what is overdue runs now. */
  async start(): Promise<void> {
    await this.load();
    this.#isStarted = true;
    for (const id of this.#host.connections.ids()) {
      this.begin(id);
    }
    this.#arm();
  }

  /** Learns which syncs there are, once. */
  load(): Promise<void> {
    this.#loaded ??= this.#load();
    return this.#loaded;
  }

  async #load(): Promise<void> {
    for (const { kind, name } of await this.#host.functions()) {
      if (kind === 'syncs') {
        this.#syncs.set(name, await this.#host.describeSync(name));
      }
    }
  }

  get syncs(): string[] {
    return [...this.#syncs.keys()];
  }

  /**
   * Schedules the syncs of a connection, those that start by themselves; what a failure stopped gets another chance,
   * with a new key.
   */
  begin(id: string): void {
    for (const [sync, { autoStart }] of this.#syncs) {
      const known = this.#host.store.schedules.find(id, sync);
      if (known === undefined || known.state === 'stopped') {
        const state = known === undefined && !autoStart ? 'paused' : 'started';
        this.#save(id, sync, { frequency: null, ...known, state, nextAt: this.#now(), failures: 0 });
      }
    }
    this.#arm();
  }

  /** Throws `not_found` for a sync that does not exist. */
  schedule(id: string, sync: string): SyncSchedule & { frequency: string } {
    const usual = this.#syncs.get(sync)?.frequency;
    if (usual === undefined) {
      throw new ConnectorError('not_found', `There is no such sync. There are: ${this.syncs.join(', ')}.`);
    }
    const known = this.#host.store.schedules.find(id, sync);
    const { failures = 0, frequency, nextAt = this.#now(), state = 'paused' } = known ?? {};
    return { failures, frequency: frequency ?? usual, nextAt, state };
  }

  resume(id: string, sync: string): void {
    const { failures: _, ...schedule } = this.#own(id, sync);
    this.#save(id, sync, { ...schedule, state: 'started', nextAt: this.#now(), failures: 0 });
    this.#arm();
  }

  /** A run that is under way is stopped; its checkpoint stays. */
  async pause(id: string, sync: string): Promise<void> {
    this.#save(id, sync, { ...this.#own(id, sync), state: 'paused' });
    await this.#host.stopSync(id, sync);
  }

  /** Runs it now, paused or not: with `reset` from the beginning, with `emptyCache` without the records it had. */
  async trigger(id: string, sync: string, { emptyCache = false, reset = false } = {}): Promise<void> {
    this.schedule(id, sync);
    if (reset || emptyCache) {
      await this.#host.stopSync(id, sync);
      await (emptyCache ? this.#host.resetSync(id, sync) : this.#host.store.clearCheckpoint(id, sync));
    }
    void this.#run(id, sync);
  }

  /** null brings back the sync's own. Throws `input_invalid` for what is no frequency. */
  setFrequency(id: string, sync: string, frequency: string | null): string {
    const usual = this.schedule(id, sync).frequency;
    const ms = frequencyMs(frequency ?? this.#syncs.get(sync)?.frequency ?? usual);
    const own = this.#own(id, sync);
    this.#save(id, sync, { ...own, frequency, nextAt: Math.min(own.nextAt, this.#now() + ms) });
    this.#arm();
    return this.schedule(id, sync).frequency;
  }

  /** Stops what runs, and waits for it: a checkpoint that was saved is there. */
  async stop(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await Promise.all(this.#running.values());
  }

  #own(id: string, sync: string): SyncSchedule {
    const { failures, nextAt, state } = this.schedule(id, sync);
    const frequency = this.#host.store.schedules.find(id, sync)?.frequency ?? null;
    return { failures, nextAt, state, frequency };
  }

  #save(id: string, sync: string, schedule: SyncSchedule): void {
    this.#host.store.schedules.save(id, sync, schedule);
  }

  #waiting(): { connection: string; sync: string; nextAt: number }[] {
    return this.#host.store.schedules
      .all()
      .filter(
        ({ connection, schedule, sync }) =>
          schedule.state === 'started' &&
          this.#syncs.has(sync) &&
          this.#host.isConnected(connection) &&
          !this.#running.has(keyOf(connection, sync)),
      )
      .map(({ connection, schedule, sync }) => ({ connection, sync, nextAt: schedule.nextAt }))
      .sort((a, b) => a.nextAt - b.nextAt);
  }

  /** Starts what is due, and wakes up for the next. */
  #arm(): void {
    clearTimeout(this.#timer);
    if (!this.#isStarted || this.#stop.signal.aborted) {
      return;
    }
    const now = this.#now();
    for (const { connection, nextAt, sync } of this.#waiting()) {
      if (this.#running.size >= this.#concurrency) {
        return;
      }
      if (nextAt > now) {
        this.#timer = setTimeout(() => this.#arm(), Math.min(nextAt - now, longestTimer));
        return;
      }
      void this.#run(connection, sync);
    }
  }

  #run(id: string, sync: string): Promise<void> {
    const key = keyOf(id, sync);
    const known = this.#running.get(key);
    if (known !== undefined) {
      return known;
    }
    const run = this.#once(id, sync).finally(() => {
      this.#running.delete(key);
      this.#arm();
    });
    this.#running.set(key, run);
    return run;
  }

  async #once(id: string, sync: string): Promise<void> {
    const startedAt = this.#now();
    const about = { connection: id, sync };
    const isInitial = this.#host.store.lastOutcome(id, sync) === undefined;
    const tell = (ended: Parameters<typeof syncWebhooks>[2]['ended']) => {
      const models = this.#syncs.get(sync)?.models ?? [];
      syncWebhooks(id, sync, { ended, isInitial, models }).forEach(this.#tell);
    };
    this.#log('info', 'sync.started', about);
    try {
      const outcome = await this.#host.runSync(id, sync, { signal: this.#stop.signal });
      const { added, deleted, execution, unchanged, updated } = outcome;
      this.#ended(id, sync, startedAt, undefined);
      const ms = outcome.finishedAt - outcome.startedAt;
      this.#log('info', 'sync.finished', { ...about, execution, added, updated, deleted, unchanged, ms });
      tell(outcome);
    } catch (error) {
      if (this.#failed(id, sync, startedAt, error)) {
        tell({ error, startedAt });
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
    this.#ended(id, sync, startedAt, error);
    this.#log('error', 'sync.failed', { ...about, message: known ? error.message : 'The function crashed.' });
    return true;
  }

  /** What was forgotten meanwhile gets no schedule again. */
  #ended(id: string, sync: string, startedAt: number, error: unknown): void {
    if (this.#host.store.schedules.find(id, sync) === undefined) {
      return;
    }
    const own = this.#own(id, sync);
    const frequency = frequencyMs(this.schedule(id, sync).frequency);
    const failures = error === undefined ? 0 : own.failures + 1;
    const nextAt = error === undefined ? startedAt + frequency : this.#now() + backoffMs(failures, frequency, error);
    const state = own.state === 'started' && isLasting(error) ? 'stopped' : own.state;
    this.#save(id, sync, { ...own, state, failures, nextAt });
  }
}
