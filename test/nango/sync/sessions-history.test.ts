import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { syncSessions } from '../../../src/nango/index.js';
import type { FakeSession } from '../../fake-api/session-store.js';
import { sessionJson } from '../../fake-api/sessions.js';
import {
  clockOf,
  common,
  day,
  histories,
  minute,
  nangoOf,
  runUnder,
  type SyncStep,
  type World,
  world,
} from './history.js';

type Step =
  | { do: 'create'; count: number; every: number; lives: number | null; isVip: boolean; task: string }
  | { do: 'close' | 'retag' | 'describe' | 'purge'; pick: number }
  | { do: 'wait'; minutes: number }
  | SyncStep;

const pick = fc.nat();

/** What can happen to sessions, and to a sync of them. */
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('create' as const),
      count: fc.oneof(
        { weight: 18, arbitrary: fc.integer({ min: 1, max: 120 }) },
        { weight: 1, arbitrary: fc.constant(520) },
        { weight: 1, arbitrary: fc.constant(1_300) },
      ),
      // In one burst, or over hours; of the same millisecond, too.
      every: fc.constantFrom(0, 7, minute),
      /** Minutes until it expires. */
      lives: fc.constantFrom(null, null, 5, 300, 20_000),
      isVip: fc.boolean(),
      task: fc.constantFrom('chat-agent', 'other-agent'),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('close' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('retag' as const, 'describe' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('purge' as const), pick }) },
  ...common,
);

/** The server's side: applies steps, and counts the changes of each session. */
class Sessions {
  readonly versions = new Map<string, number>();
  /** Changed after their end: only a sweep sees that. */
  readonly changedLate = new Set<string>();
  readonly #world: World;
  readonly #skew: number;

  constructor(inWorld: World, skew: number) {
    this.#world = inWorld;
    this.#skew = skew;
  }

  all(): FakeSession[] {
    return this.#world.project.sessions.of('prod');
  }

  #touch(session: FakeSession, change: Partial<FakeSession>): void {
    const { clock, project } = this.#world;
    // By the clock of either side.
    const now = clock.now + Math.max(0, this.#skew);
    if (session.closedAt !== null || (session.expiresAt !== null && Date.parse(session.expiresAt) < now)) {
      this.changedLate.add(session.id);
    }
    project.sessions.update(session, change);
    this.versions.set(session.id, (this.versions.get(session.id) ?? 0) + 1);
  }

  #create({ every, isVip, lives, task }: Omit<Extract<Step, { do: 'create' }>, 'do' | 'count'>): void {
    const { clock, project } = this.#world;
    clock.now += every;
    const { id } = project.sessions.add('prod', {
      taskIdentifier: task,
      tags: isVip ? ['vip'] : [],
      expiresAt: lives === null ? null : new Date(clock.now + lives * minute).toISOString(),
    });
    this.versions.set(id, 1);
  }

  apply(current: Exclude<Step, { do: 'sync' }>): void {
    const { clock, project } = this.#world;
    if (current.do === 'create') {
      for (let index = 0; index < current.count; index += 1) {
        this.#create(current);
      }
      return;
    }
    if (current.do === 'wait') {
      clock.now += current.minutes * minute;
      return;
    }
    const candidates = this.all().filter(({ closedAt }) => current.do !== 'close' || closedAt === null);
    const session = candidates[current.pick % Math.max(1, candidates.length)];
    if (session === undefined) {
      return;
    }
    if (current.do === 'purge') {
      project.sessions.update(session, { env: 'stg' });
    } else if (current.do === 'close') {
      this.#touch(session, { closedAt: new Date(clock.now).toISOString(), closedReason: 'done' });
    } else if (current.do === 'retag') {
      this.#touch(session, { tags: session.tags.includes('vip') ? [] : ['vip'] });
    } else {
      this.#touch(session, { metadata: { version: this.versions.get(session.id) } });
    }
  }
}

interface Filters {
  readonly tags?: readonly string[];
  readonly tasks?: readonly string[];
}

async function play(metadata: Filters, steps: readonly Step[], skew: number): Promise<void> {
  const inWorld = world();
  const { clock } = inWorld;
  const history = new Sessions(inWorld, skew);
  const nango = nangoOf(inWorld);
  nango.metadata = metadata;
  const sync = () => syncSessions(nango, clockOf(inWorld, skew));
  for (const current of steps) {
    if (current.do !== 'sync') {
      history.apply(current);
      continue;
    }
    // Sessions start, and end, while the pages are read, too.
    nango.betweenPages = current.busy
      ? () => {
          history.apply({ do: 'create', count: 1, every: 7, lives: null, isVip: true, task: 'chat-agent' });
          history.apply({ do: 'close', pick: clock.now });
          history.apply({ do: 'retag', pick: clock.now >> 3 });
        }
      : undefined;
    await runUnder(nango, inWorld, current, sync);
    nango.betweenPages = undefined;
  }
  const isWanted = ({ tags, taskIdentifier }: FakeSession) =>
    (metadata.tags?.some((tag) => tags.includes(tag)) ?? true) && (metadata.tasks?.includes(taskIdentifier) ?? true);
  const server = () => new Map(history.all().map((session) => [session.id, session]));
  /** What the records are to be, and what they are, of the sessions that count. */
  const compare = (counts: (id: string) => boolean) => {
    const sessions = server();
    const wanted = [...sessions].filter(([id, session]) => counts(id) && isWanted(session));
    expect(new Map([...nango.records].filter(([id]) => sessions.has(id) && counts(id)))).toEqual(
      new Map(wanted.map(([id, session]) => [id, sessionJson(session, false)])),
    );
  };

  nango.begin();
  // One sync is enough,
  await sync();
  compare((id) => !history.changedLate.has(id));
  // and for what changed after its end, one after a week. One that had ended stays a record where the server drops it.
  clock.now += 7 * day;
  await sync();
  compare(() => true);
  // A record moves at most once for each change.
  for (const [id, changes] of nango.changes) {
    expect(changes).toBeLessThanOrEqual((history.versions.get(id) ?? 0) + (server().has(id) ? 0 : 1));
  }
  // Nothing changes, nothing moves.
  const before = new Map(nango.changes);
  await sync();
  expect(nango.changes).toEqual(before);
  // Only what was stored is deleted, and once.
  expect(nango.deletions.filter(({ wasStored }) => !wasStored)).toEqual([]);
}

/** How far this machine's clock is from the server's. */
const skews = fc.constantFrom(0, 60 * minute, -60 * minute);

describe('whatever happened, and wherever a sync crashed', () => {
  it.each([
    { with: 'all of them', metadata: {} },
    { with: 'a tag that comes and goes', metadata: { tags: ['vip'] } },
    { with: 'one task', metadata: { tasks: ['chat-agent'] } },
  ])(
    'with $with, the records equal the server',
    async ({ metadata }) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 16 }), skews, (steps, skew) => play(metadata, steps, skew)),
        { numRuns: Math.ceil(histories / 4) },
      );
    },
    30_000 + histories * 200,
  );
});
