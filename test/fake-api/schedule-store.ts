import { projectRef } from './keys.js';
import { randomRunBody } from './random.js';
import type { EnvName } from './types.js';

export interface FakeSchedule {
  readonly id: string;
  readonly projectRef: string;
  /** Where it runs; another environment's key does not see it. */
  env: EnvName;
  type: 'DECLARATIVE' | 'IMPERATIVE';
  task: string;
  cron: string;
  timezone: string;
  externalId: string | null;
  /** Absent for a schedule that an update of an unknown id created. */
  deduplicationKey?: string | undefined;
  window?: string | undefined;
  active: boolean;
}

export type NewSchedule = Partial<FakeSchedule> & Pick<FakeSchedule, 'projectRef' | 'env' | 'task' | 'cron'>;

/** What may be scheduled, in every project: only tasks that were declared as scheduled. */
export const scheduledTasks: ReadonlySet<string> = new Set(['nightly-report', 'sched-task', 'decl-sched-task']);

export class ScheduleStore {
  readonly #schedules = new Map<string, FakeSchedule>();

  add(schedule: NewSchedule): FakeSchedule {
    const added: FakeSchedule = {
      id: `sched_${randomRunBody().slice(0, 21)}`,
      type: 'IMPERATIVE',
      timezone: 'UTC',
      externalId: null,
      active: true,
      ...schedule,
    };
    this.#schedules.set(added.id, added);
    return added;
  }

  /** By id or, for whatever does not look like one, by deduplication key. */
  find(projectRef: string, idOrKey: string): FakeSchedule | undefined {
    const byId = idOrKey.startsWith('sched_');
    return [...this.#schedules.values()].find(
      (schedule) => schedule.projectRef === projectRef && (byId ? schedule.id : schedule.deduplicationKey) === idOrKey,
    );
  }

  /** Newest first. */
  of(env: EnvName): FakeSchedule[] {
    return [...this.#schedules.values()].filter((schedule) => schedule.env === env).reverse();
  }

  remove(id: string): void {
    this.#schedules.delete(id);
  }

  clear(): void {
    this.#schedules.clear();
  }
}

/** What a project starts with: one schedule that its code declares, in two environments, and one that was created. */
export function seedSchedules(store: ScheduleStore): void {
  const declared = { projectRef, type: 'DECLARATIVE', task: 'nightly-report', cron: '0 5 * * *' } as const;
  store.add({ ...declared, id: 'sched_fakenightlyprod000000', env: 'prod' });
  store.add({ ...declared, id: 'sched_fakenightlybranch0000', env: 'preview:feature/one' });
  store.add({
    id: 'sched_fakecreatedprod000000',
    projectRef,
    env: 'prod',
    task: 'sched-task',
    cron: '*/30 * * * *',
    timezone: 'Europe/Berlin',
    externalId: 'acme',
    deduplicationKey: 'tenant-acme',
  });
}
