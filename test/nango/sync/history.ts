import fc from 'fast-check';
import {
  createFakeProject,
  type FakeProject,
  type FakeProjectOptions,
  type FakeRun,
  type KeyName,
} from '../../fake-api/index.js';
import { FakeNango } from '../fake-nango.js';

export const minute = 60_000;
export const day = 24 * 60 * minute;
export const start = Date.parse('2026-11-10T00:00:00Z');

/** A thousand in CI, in a step of their own. */
export const histories = Number(process.env['HISTORIES'] ?? 24);

/** The index lags, as recorded; a history waits as long before it compares. */
export const lagMs = 3 * minute;

/** What a sync reads again before its watermark; what appears later than that, ended, is for a sweep. */
const overlap = 15 * minute;

export interface World {
  readonly clock: { now: number; sleep(ms: number): Promise<void> };
  readonly project: FakeProject;
}

/** A project whose clock only moves when a test or a wait moves it. */
export function world(options: Pick<FakeProjectOptions, 'listLagMs' | 'rateLimit'> = {}): World {
  const clock = {
    now: start,
    sleep: async (ms: number) => {
      clock.now += ms;
    },
  };
  const project = createFakeProject({ runs: 0, now: () => clock.now, ...options });
  return { clock, project };
}

/** A connection to it. */
export function nangoOf({ project }: World, key: KeyName = 'root:prod', projectRef: string = project.ref): FakeNango {
  const nango = new FakeNango(project, project.keys[key]);
  nango.config['projectRef'] = projectRef;
  return nango;
}

/** The clock as a sync takes it, which may be ahead of the server's or behind it. */
export const clockOf = ({ clock }: World, skew = 0) => ({ now: () => clock.now + skew, sleep: clock.sleep });

export type Step =
  | { do: 'create'; open: boolean; count: number; every: number; late: number }
  | { do: 'finish' | 'advance' | 'purge' | 'retag'; pick: number }
  | { do: 'wait'; minutes: number }
  | SyncStep;

/** A sync, and what the platform and the server do to it. */
export interface SyncStep extends Trouble {
  readonly do: 'sync';
  readonly crashAfter: number | null;
  readonly busy: boolean;
}

export interface Trouble {
  /** The response to this save of the checkpoint is lost, so that it is said to conflict. */
  readonly losesSave: number | null;
  /** The checkpoint cannot be read, so that it looks as if there were none. */
  readonly failsRead: boolean;
  /** The server refuses each list of which the window holds more runs. */
  readonly guardRuns: number | null;
  /** It refuses every n-th list of more than a minute. */
  readonly refusesEvery: number | null;
}

const pick = fc.nat();

/** Once in four. */
const atTimes = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });

/** A sync, and time that passes: of every history. */
export const common = [
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('sync' as const),
      crashAfter: fc.option(fc.integer({ min: 0, max: 30 })),
      busy: fc.boolean(),
      losesSave: atTimes(fc.integer({ min: 1, max: 8 })),
      failsRead: atTimes(fc.constant(true)).map((fails) => fails === true),
      guardRuns: atTimes(fc.constantFrom(40, 150, 600)),
      refusesEvery: atTimes(fc.integer({ min: 3, max: 8 })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 20_000 }) }),
  },
] as const;

/** What can happen to runs, and to a sync of them. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('create' as const),
      open: fc.boolean(),
      count: fc.oneof(
        { weight: 18, arbitrary: fc.integer({ min: 1, max: 120 }) },
        { weight: 1, arbitrary: fc.constant(520) },
        { weight: 1, arbitrary: fc.constant(1_300) },
      ),
      // In one burst, or over hours; of the same millisecond, too.
      every: fc.constantFrom(0, 7, minute),
      // Buffered before it appears.
      late: fc.constantFrom(0, 0, 0, 5 * minute, 120 * minute),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('finish' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('purge' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('retag' as const), pick }) },
  ...common,
);

const timesOf = ({ params = {} }: { params?: Record<string, string> }, now: number) => ({
  from: Number(params['filter[createdAt][from]'] ?? 1),
  to: Number(params['filter[createdAt][to]'] ?? now),
});

/**
 * Runs a sync under such trouble, then without. Fails where it ended otherwise than by what was done to it. Returns
 * whether it came to its end.
 */
export async function runUnder(
  nango: FakeNango,
  { clock, project }: World,
  { crashAfter, failsRead, guardRuns, losesSave, refusesEvery }: SyncStep,
  sync: () => Promise<void>,
): Promise<boolean> {
  const { stand } = nango;
  const reads = stand.reads;
  const saves = stand.saves;
  let lists = 0;
  nango.begin();
  stand.failsRead = failsRead ? (read) => read === reads + 1 : undefined;
  stand.losesSave = losesSave === null ? undefined : (save) => save === saves + losesSave;
  project.listGuard = guardRuns === null ? {} : { mostRuns: guardRuns };
  nango.rewrite =
    refusesEvery === null
      ? undefined
      : (answer, config) => {
          const { from, to } = timesOf(config, clock.now);
          lists += config.endpoint.endsWith('/runs') && to - from > minute ? 1 : 0;
          return lists > 0 && lists % refusesEvery === 0 && config.endpoint.endsWith('/runs') && to - from > minute
            ? { status: 422, headers: {}, data: { error: 'Narrow the time window.' } }
            : answer;
        };
  let isCrashed = false;
  let error: unknown;
  try {
    isCrashed = await nango.dies(crashAfter, sync);
  } catch (thrown) {
    error = thrown;
  }
  stand.failsRead = undefined;
  stand.losesSave = undefined;
  project.listGuard = {};
  nango.rewrite = undefined;
  const code = (error as { payload?: { code?: string } } | undefined)?.payload?.code;
  const isExpected =
    (code === 'platform_error' && (losesSave !== null || failsRead)) ||
    // A burst of more than the server lists in a minute.
    (code === 'unprocessable' && guardRuns !== null);
  if (error !== undefined && !isExpected) {
    throw error;
  }
  return !isCrashed && error === undefined;
}

/** The server's side of a history: applies steps, and counts the changes of each run. */
export class History {
  /** Versions of each run that a list could have shown. */
  readonly versions = new Map<string, number>();
  /** Changed after their end, or came too late: only a sweep sees that. */
  readonly changedLate = new Set<string>();
  /** Open, appeared behind what a sync reads again, and not yet listed as open by one. */
  readonly #unlisted = new Set<string>();
  readonly #world: World;

  constructor(inWorld: World) {
    this.#world = inWorld;
  }

  create({ every, late, open }: { every: number; late: number; open: boolean }): void {
    const { clock, project } = this.#world;
    clock.now += every;
    const createdAt = new Date(clock.now - late).toISOString();
    const { id } = project.createRun('prod', { status: open ? 'EXECUTING' : 'COMPLETED', createdAt, tags: ['born'] });
    this.versions.set(id, 1);
    if (late > overlap && open) {
      this.#unlisted.add(id);
    } else if (late > overlap) {
      this.changedLate.add(id);
    }
  }

  /** A sync has ended: what was open is known from now on. */
  synced(): void {
    this.#unlisted.clear();
  }

  #runs(isOpen: boolean): FakeRun[] {
    const open = (status: string) => status === 'EXECUTING' || status === 'WAITING';
    return this.#world.project.runsOf('prod').filter(({ status }) => open(status) === isOpen);
  }

  #touch(run: FakeRun, change: Partial<FakeRun>): void {
    this.#world.project.updateRun(run.id, change);
    this.versions.set(run.id, (this.versions.get(run.id) ?? 0) + 1);
  }

  apply(current: Exclude<Step, { do: 'sync' }>): void {
    if (current.do === 'create') {
      for (let index = 0; index < current.count; index += 1) {
        this.create(current);
      }
    } else if (current.do === 'wait') {
      this.#world.clock.now += current.minutes * minute;
    } else {
      const candidates = this.#runs(current.do !== 'retag');
      const run = candidates[current.pick % Math.max(1, candidates.length)];
      if (run === undefined) {
        return;
      }
      if (current.do === 'purge') {
        this.#world.project.purgeRun(run.id);
      } else if (current.do === 'finish') {
        this.#touch(run, { status: 'FAILED' });
        if (this.#unlisted.delete(run.id)) {
          this.changedLate.add(run.id);
        }
      } else if (current.do === 'advance') {
        this.#touch(run, { status: run.status === 'EXECUTING' ? 'WAITING' : 'EXECUTING' });
      } else {
        this.#touch(run, { tags: [...run.tags, `tag-${this.versions.get(run.id)}`] });
        this.changedLate.add(run.id);
      }
    }
  }
}
