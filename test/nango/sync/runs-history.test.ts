import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { syncRuns } from '../../../src/nango/index.js';
import type { FakeRun, KeyName } from '../../fake-api/index.js';
import type { ListGuard } from '../../fake-api/list-guard.js';
import { FakeNango } from '../fake-nango.js';
import { clockOf, day, History, histories, lagMs, minute, runUnder, type Step, step, world } from './history.js';

type Stored = Record<string, { status: unknown; tags: unknown }>;

const shown = ({ status, tags }: { status?: unknown; tags?: unknown }) => ({ status, tags });

/** Keeps what a condition says of the id. */
const only = (records: Stored, keep: (id: string) => boolean): Stored =>
  Object.fromEntries(Object.entries(records).filter(([id]) => keep(id)));

/** How far this machine's clock is from the server's. */
const skews = fc.constantFrom(0, 60 * minute, -60 * minute);

interface Filters {
  readonly statuses?: readonly string[];
  readonly tags?: readonly string[];
}

/** Also while the records are compared with the server, it may refuse windows of over 20 days. */
const guards: fc.Arbitrary<ListGuard> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constant({ mostMs: 20 * day }) },
);

/** Now and then more than whose ids a checkpoint has room for are open from the start. */
const opened = fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(900) });

async function play(
  key: KeyName,
  metadata: Filters,
  steps: readonly Step[],
  { guard, open, skew }: { guard: ListGuard; open: number; skew: number },
): Promise<void> {
  const inWorld = world({ listLagMs: lagMs });
  const { clock, project } = inWorld;
  const history = new History(inWorld);
  const nango = new FakeNango(project, project.keys[key]);
  nango.config['projectRef'] = project.ref;
  nango.metadata = metadata;
  if (open > 0) {
    history.apply({ do: 'create', open: true, count: open, every: minute, late: 0 });
    clock.now += lagMs;
    await syncRuns(nango, clockOf(inWorld, skew));
  }
  for (const current of steps) {
    if (current.do !== 'sync') {
      history.apply(current);
      continue;
    }
    // Runs arrive, and end, while the pages are read, too.
    nango.betweenPages = current.busy
      ? () => {
          history.create({ open: true, every: 7, late: 0 });
          history.apply({ do: 'finish', pick: clock.now });
        }
      : undefined;
    if (await runUnder(nango, inWorld, current, () => syncRuns(nango, clockOf(inWorld, skew)))) {
      history.synced();
    }
  }
  nango.betweenPages = undefined;
  nango.begin();
  project.listGuard = guard;
  const { statuses, tags } = metadata;
  const isWanted = (run: FakeRun) =>
    (statuses?.includes(run.status) ?? true) && (tags?.some((tag) => run.tags.includes(tag)) ?? true);
  const server = (): Stored =>
    Object.fromEntries(
      project
        .runsOf('prod')
        .filter(isWanted)
        .map((run) => [run.id, shown(run)]),
    );
  const stored = (): Stored => Object.fromEntries([...nango.records].map(([id, record]) => [id, shown(record)]));
  const isThere = (id: string) => project.run(id) !== undefined;

  // Once the list shows everything, one sync is enough,
  clock.now += lagMs;
  await syncRuns(nango, clockOf(inWorld, skew));
  const settled = (id: string) => isThere(id) && !history.changedLate.has(id);
  expect(only(stored(), settled)).toEqual(only(server(), settled));
  // and for what changed after its end, one after a week. What the server has purged stays a record.
  clock.now += 7 * day;
  await syncRuns(nango, clockOf(inWorld, skew));
  expect(only(stored(), isThere)).toEqual(server());
  // A record moves at most once for each change.
  for (const [id, changes] of nango.changes) {
    const purged = isThere(id) ? 0 : 1;
    expect(changes).toBeLessThanOrEqual((history.versions.get(id) ?? 0) + purged);
  }
  // Nothing changes, nothing moves.
  const before = new Map(nango.changes);
  await syncRuns(nango, clockOf(inWorld, skew));
  expect(nango.changes).toEqual(before);
  // Only what was stored is deleted, and once.
  expect(nango.deletions.filter(({ wasStored }) => !wasStored)).toEqual([]);
}

describe('whatever happened, and wherever a sync crashed', () => {
  it.each([
    { with: 'a secret key', key: 'root:prod', metadata: {} },
    { with: 'a personal access token', key: 'pat:alice', metadata: {} },
    { with: 'statuses that runs leave', key: 'root:prod', metadata: { statuses: ['EXECUTING', 'FAILED'] } },
    { with: 'tags that come later', key: 'pat:alice', metadata: { tags: ['tag-1', 'tag-2'] } },
  ] as const)(
    'with $with, the records equal the server',
    async ({ key, metadata }) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 16 }), opened, skews, guards, (steps, open, skew, guard) =>
          play(key, metadata, steps, { guard, open, skew }),
        ),
        { numRuns: Math.ceil(histories / 4) },
      );
    },
    30_000 + histories * 200,
  );
});
