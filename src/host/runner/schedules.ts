import { ConnectorError, isLasting } from '../../errors/index.js';
import type { Host } from '../host.js';
import type { SyncSchedule } from '../store/sync-schedules.js';
import { backoffMs, mostWaitMs } from './backoff.js';
import { frequencyMs } from './frequency.js';
import type { SchedulerHost } from './scheduler-options.js';

type Described = Awaited<ReturnType<Host['describeSync']>>;

/** When each sync of each connection is due: kept in the store, moved on as runs end. */
export class Schedules {
  readonly #host: SchedulerHost;
  readonly #now: () => number;
  readonly #syncs = new Map<string, Described>();
  #loaded: Promise<void> | undefined;

  constructor(host: SchedulerHost, now: () => number) {
    this.#host = host;
    this.#now = now;
  }

  /** Learns which syncs there are, once. */
  load(): Promise<void> {
    this.#loaded ??= this.#load().catch((error: unknown) => {
      this.#loaded = undefined;
      throw error;
    });
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

  modelsOf(sync: string): readonly string[] {
    return this.#syncs.get(sync)?.models ?? [];
  }

  /** Schedules those that start by themselves; what a failure stopped gets another chance, with a new key. */
  begin(id: string): void {
    for (const [sync, { autoStart }] of this.#syncs) {
      const known = this.#host.store.schedules.find(id, sync);
      if (known === undefined || known.state === 'stopped') {
        const state = known === undefined && !autoStart ? 'paused' : 'started';
        this.#save(id, sync, { frequency: null, ...known, state, nextAt: this.#now(), failures: 0 });
      }
    }
  }

  /** Throws `not_found` for a sync that does not exist. */
  of(id: string, sync: string): SyncSchedule & { frequency: string } {
    const own = this.#own(id, sync);
    return { ...own, frequency: own.frequency ?? this.#usual(sync), nextAt: this.#dueAt(sync, own) };
  }

  resume(id: string, sync: string): void {
    this.#save(id, sync, { ...this.#own(id, sync), state: 'started', nextAt: this.#now(), failures: 0 });
  }

  pause(id: string, sync: string): void {
    this.#save(id, sync, { ...this.#own(id, sync), state: 'paused' });
  }

  /** null brings back the sync's own. Throws `input_invalid` for what is no frequency. */
  setFrequency(id: string, sync: string, frequency: string | null): string {
    const ms = frequencyMs(frequency ?? this.#usual(sync));
    const own = this.#own(id, sync);
    this.#save(id, sync, { ...own, frequency, nextAt: Math.min(own.nextAt, this.#now() + ms) });
    return this.of(id, sync).frequency;
  }

  /** A run has ended, well or not; what was forgotten meanwhile gets no schedule again. */
  ended(id: string, sync: string, startedAt: number, error: unknown): void {
    if (this.#host.store.schedules.find(id, sync) === undefined) {
      return;
    }
    const own = this.#own(id, sync);
    const frequency = frequencyMs(this.of(id, sync).frequency);
    const failures = error === undefined ? 0 : own.failures + 1;
    // Nango runs a failed sync again at its usual time, for ever.
    const isUsual = error === undefined || this.#host.likeNango !== undefined;
    const nextAt = isUsual ? startedAt + frequency : this.#now() + backoffMs(failures, frequency, error);
    // Started by hand after it was stopped, and it works again: it goes on by itself.
    const known = error === undefined && own.state === 'stopped' ? 'started' : own.state;
    const state = known === 'started' && !isUsual && isLasting(error) ? 'stopped' : known;
    this.#save(id, sync, { ...own, state, failures, nextAt });
  }

  /** Is it started, and its time come? */
  isDue(id: string, sync: string): boolean {
    const known = this.#host.store.schedules.find(id, sync);
    return known?.state === 'started' && this.#dueAt(sync, known) <= this.#now();
  }

  /** Those that are started and can run, the next one first. */
  waiting(canRun: (id: string, sync: string) => boolean): { id: string; sync: string; nextAt: number }[] {
    return this.#host.store.schedules
      .all()
      .filter(
        ({ connection, schedule, sync }) =>
          schedule.state === 'started' && this.#syncs.has(sync) && canRun(connection, sync),
      )
      .map(({ connection, schedule, sync }) => ({ id: connection, sync, nextAt: this.#dueAt(sync, schedule) }))
      .sort((a, b) => a.nextAt - b.nextAt);
  }

  /** A time further off than any wait is of a clock that ran ahead and was set right: due at once. */
  #dueAt(sync: string, { frequency, nextAt }: SyncSchedule): number {
    const now = this.#now();
    // What is due needs no frequency: one that cannot be read is the matter of its own run.
    const isPossible = nextAt <= now || nextAt <= now + mostWaitMs(frequencyMs(frequency ?? this.#usual(sync)));
    return isPossible ? nextAt : now;
  }

  #usual(sync: string): string {
    const described = this.#syncs.get(sync);
    if (described === undefined) {
      throw new ConnectorError('not_found', `There is no such sync. There are: ${this.syncs.join(', ')}.`);
    }
    return described.frequency;
  }

  #own(id: string, sync: string): SyncSchedule {
    this.#usual(sync);
    const known = this.#host.store.schedules.find(id, sync);
    return known ?? { failures: 0, frequency: null, nextAt: this.#now(), state: 'paused' };
  }

  #save(id: string, sync: string, schedule: SyncSchedule): void {
    this.#host.store.schedules.save(id, sync, schedule);
  }
}
