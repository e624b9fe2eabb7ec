import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/host/index.js';
import type { SaveCounts, Store } from '../../src/host/store/store.js';

const folder = mkdtempSync(join(tmpdir(), 'store-deletes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function memoryStore() {
  const clock = { now: 1_000 };
  return { clock, store: await openStore(':memory:', () => clock.now) };
}

const none: SaveCounts = { added: 0, updated: 0, deleted: 0, unchanged: 0 };
const run = (id: string, status = 'QUEUED') => ({ id, status });
type Run = ReturnType<typeof run>;
const all = (store: Store) => store.changedRecords('c', 'Run', { limit: 100 });
const deletedIds = (store: Store) =>
  store.changedRecords('c', 'Run', { limit: 100, actions: ['deleted'] }).map(({ body }) => body['id']);

describe('a deleted record', () => {
  it('keeps its first sight and what it was deleted with, and moves the cursor', async () => {
    const { clock, store } = await memoryStore();
    store.saveRecords('c', 'Run', [run('a'), run('b')]);
    clock.now = 2_000;
    expect(store.deleteRecords('c', 'Run', [{ id: 'a' }])).toEqual({ ...none, deleted: 1 });
    expect(all(store)[1]).toEqual({
      body: { id: 'a' },
      firstSeenAt: 1_000,
      lastModifiedAt: 2_000,
      deletedAt: 2_000,
      lastAction: 'deleted',
      cursor: 3,
    });
    expect(store.countRecords('c', 'Run')).toBe(1);
    expect(store.latestRecords('c', 'Run', { limit: 9 }).map(({ body }) => body)).toEqual([run('b')]);
  });

  it('that was never saved is stored as deleted, and not counted', async () => {
    const { store } = await memoryStore();
    store.saveRecords('c', 'Run', [run('a')]);
    expect(store.deleteRecords('c', 'Run', [{ id: 'x' }])).toEqual(none);
    expect(deletedIds(store)).toEqual(['x']);
    expect(store.countRecords('c', 'Run')).toBe(1);
  });

  it('that is deleted again is not counted, and its time and cursor move', async () => {
    const { clock, store } = await memoryStore();
    store.saveRecords('c', 'Run', [run('a'), run('b')]);
    store.deleteRecords('c', 'Run', [{ id: 'a' }]);
    store.saveRecords('c', 'Run', [run('b', 'FAILED')]);
    clock.now = 5_000;
    expect(store.deleteRecords('c', 'Run', [run('a', 'CANCELED')])).toEqual(none);
    expect(all(store).at(-1)).toEqual({
      body: run('a', 'CANCELED'),
      firstSeenAt: 1_000,
      lastModifiedAt: 5_000,
      deletedAt: 5_000,
      lastAction: 'deleted',
      cursor: 5,
    });
  });

  it('that nobody names changes nothing', async () => {
    const { store } = await memoryStore();
    store.saveRecords('c', 'Run', [run('a')]);
    const before = all(store);
    expect(store.deleteRecords('c', 'Run', [])).toEqual(none);
    expect(all(store)).toEqual(before);
  });

  it('is deleted once where its id comes twice, and may be named by its number', async () => {
    const { store } = await memoryStore();
    store.saveRecords('c', 'Run', [{ id: 7 }]);
    const twice = [{ id: '7' }, { id: 7, late: true }];
    expect(store.deleteRecords('c', 'Run', twice)).toEqual({ ...none, deleted: 1, duplicates: ['7'] });
    expect(all(store).map(({ body }) => body)).toEqual([{ id: '7' }]);
    expect(() => store.deleteRecords('c', 'Run', [{ id: '' }])).toThrow(
      /^Failed to delete records: .*"records",0,"id"/,
    );
  });

  it.each([
    ['the same', run('a')],
    ['another', run('a', 'FAILED')],
  ])('that comes again with %s body counts as added and is deleted no more', async (_what, record) => {
    const { clock, store } = await memoryStore();
    store.saveRecords('c', 'Run', [run('a')]);
    store.deleteRecords('c', 'Run', [{ id: 'a' }]);
    clock.now = 3_000;
    expect(store.saveRecords('c', 'Run', [record])).toEqual({ ...none, added: 1 });
    expect(all(store)).toEqual([
      // As Nango: it begins anew.
      { body: record, firstSeenAt: 3_000, lastModifiedAt: 3_000, deletedAt: null, lastAction: 'added', cursor: 3 },
    ]);
    expect(store.saveRecords('c', 'Run', [record])).toEqual({ ...none, unchanged: 1 });
  });
});

describe('records that come again, newest first', () => {
  const newestFirst = ['d', 'c', 'b', 'a'].map((id) => run(id));
  const [d, c, b, a] = newestFirst as [Run, Run, Run, Run];

  it.each<{ what: string; deleted?: string[]; again: Run[]; counts: Partial<SaveCounts> }>([
    { what: 'all', again: newestFirst, counts: { unchanged: 4 } },
    { what: 'all, in another order', again: [a, c, b, d], counts: { unchanged: 4 } },
    { what: 'some, with others between them', again: [d, a], counts: { unchanged: 2 } },
    { what: 'all but a deleted one', deleted: ['b'], again: [d, c, a], counts: { unchanged: 3 } },
    { what: 'a deleted one too', deleted: ['b'], again: newestFirst, counts: { added: 1, unchanged: 3 } },
    {
      what: 'a deleted one in the place of another',
      deleted: ['b'],
      again: [d, c, b],
      counts: { added: 1, unchanged: 2 },
    },
    { what: 'one changed', again: [d, run('c', 'FAILED'), b, a], counts: { updated: 1, unchanged: 3 } },
    { what: 'a new one', again: [d, c, run('bb'), a], counts: { added: 1, unchanged: 3 } },
  ])('are counted: $what', async ({ again, counts, deleted = [], what: _ }) => {
    const { store } = await memoryStore();
    store.saveRecords('c', 'Run', newestFirst);
    // Looked up without a transaction after a batch that changed nothing.
    store.saveRecords('c', 'Run', newestFirst);
    store.deleteRecords(
      'c',
      'Run',
      deleted.map((id) => ({ id })),
    );
    expect(store.saveRecords('c', 'Run', again)).toEqual({ ...none, ...counts });
  });
});

describe('records that come again and look alike', () => {
  /** Its id is not in its JSON. */
  const alike = (id: string) => Object.defineProperty({ status: 'OK' }, 'id', { value: id }) as unknown as Run;

  it('are told apart by their ids', async () => {
    const { store } = await memoryStore();
    store.saveRecords('c', 'Run', [alike('c'), alike('b')]);
    store.saveRecords('c', 'Run', [alike('c'), alike('b')]);
    expect(store.saveRecords('c', 'Run', [alike('c'), alike('a')])).toEqual({ ...none, added: 1, unchanged: 1 });
  });

  it('are told apart by their connections', async () => {
    const { store } = await memoryStore();
    const both = [run('b'), run('a')];
    store.saveRecords('c', 'Run', both);
    store.saveRecords('c', 'Run', both);
    expect(store.saveRecords('other', 'Run', both)).toEqual({ ...none, added: 2 });
  });
});

describe('tracking deletes', () => {
  const ids = ['a', 'b', 'd'];
  const [a, b, d] = [run('a'), run('b'), run('d')];

  it.each<{ what: string; between: (store: Store) => void; deleted: string[] }>([
    { what: 'nothing was saved', between: () => undefined, deleted: ids },
    { what: 'all came unchanged', between: (store) => store.saveRecords('c', 'Run', [a, b, d]), deleted: [] },
    { what: 'one is missing', between: (store) => store.saveRecords('c', 'Run', [a, d]), deleted: ['b'] },
    {
      what: 'they came in two calls, one changed, one new',
      between: (store) => {
        store.saveRecords('c', 'Run', [run('a', 'FAILED')]);
        store.saveRecords('c', 'Run', [run('new')]);
      },
      deleted: ['b', 'd'],
    },
    {
      what: 'one came and was deleted by its id',
      between: (store) => {
        store.saveRecords('c', 'Run', [a, b, d]);
        store.deleteRecords('c', 'Run', [{ id: 'a' }]);
      },
      deleted: [],
    },
    {
      what: 'they came before a second start',
      between: (store) => {
        store.saveRecords('c', 'Run', [a, b, d]);
        store.startTracking('c', 'Run');
        store.saveRecords('c', 'Run', [a]);
      },
      // The earlier start is still open.
      deleted: [],
    },
    {
      what: 'they came in another model',
      between: (store) => store.saveRecords('c', 'Schedule', [a, b, d]),
      deleted: ids,
    },
  ])('deletes what was not saved: $what', async ({ between, deleted }) => {
    const { store } = await memoryStore();
    store.saveRecords('c', 'Run', [a, b, d]);
    store.saveRecords('other', 'Run', [a, b, d]);
    store.startTracking('c', 'Run');
    between(store);
    expect(store.endTracking('c', 'Run')).toEqual(deleted);
    expect(deletedIds(store).filter((id) => deleted.includes(String(id)))).toEqual(deleted);
    expect(store.countRecords('other', 'Run')).toBe(3);
    expect(store.isTracking('c', 'Run')).toBe(false);
  });

  it('does not delete again what is deleted', async () => {
    const { store } = await memoryStore();
    store.saveRecords('c', 'Run', [a]);
    for (const expected of [['a'], []]) {
      store.startTracking('c', 'Run');
      expect(store.endTracking('c', 'Run')).toEqual(expected);
    }
    expect(all(store)[0]?.cursor).toBe(2);
  });

  it.each<{ what: string; before: (store: Store) => void }>([
    { what: 'ever', before: () => undefined },
    {
      what: 'since the last end',
      before: (store) => {
        store.startTracking('c', 'Run');
        store.endTracking('c', 'Run');
      },
    },
    {
      what: 'since the reset',
      before: (store) => {
        store.startTracking('c', 'Run');
        store.reset('c', 'runs', ['Run']);
      },
    },
    { what: 'of this model', before: (store) => store.startTracking('c', 'Schedule') },
  ])('refuses an end where there was no start $what', async ({ before }) => {
    const { store } = await memoryStore();
    before(store);
    store.saveRecords('c', 'Run', [a]);
    expect(() => store.endTracking('c', 'Run')).toThrow("No track deletes starting point found for model 'Run'.");
    expect(store.countRecords('c', 'Run')).toBe(1);
  });

  it('survives a crash: the start that was open counts for a later end', async () => {
    const path = join(folder, 'crash.db');
    const first = await openStore(path);
    first.saveRecords('c', 'Run', [a, b]);
    first.startTracking('c', 'Run');
    first.saveRecords('c', 'Run', [a]);
    // No end and no close, as when the process is gone.
    const second = await openStore(path);
    expect([second.countRecords('c', 'Run'), second.isTracking('c', 'Run')]).toEqual([2, true]);
    second.startTracking('c', 'Run');
    second.saveRecords('c', 'Run', [b]);
    expect(second.endTracking('c', 'Run')).toEqual([]);
    second.startTracking('c', 'Run');
    second.saveRecords('c', 'Run', [b]);
    expect(second.endTracking('c', 'Run')).toEqual(['a']);
    second.close();
    first.close();
  });

  it.each([
    { tracking: false, writes: false },
    { tracking: true, writes: true },
  ])('writes an unchanged record only while open: $tracking', async ({ tracking, writes }) => {
    const path = join(folder, `writes-${tracking}.db`);
    const store = await openStore(path);
    store.saveRecords('c', 'Run', [a, b]);
    store.startTracking('c', 'Run');
    if (!tracking) {
      store.saveRecords('c', 'Run', [a, b]);
      store.endTracking('c', 'Run');
    }
    const { default: Database } = await import('libsql');
    const onlooker = new Database(path);
    const version = () => (onlooker.prepare('PRAGMA data_version').get() as { data_version: number }).data_version;
    const before = version();
    expect(store.saveRecords('c', 'Run', [a, b])).toEqual({ ...none, unchanged: 2 });
    expect(version() !== before).toBe(writes);
    onlooker.close();
    store.close();
  });

  it('agrees with a plain model of it, whatever the order of calls', async () => {
    const id = fc.constantFrom('a', 'b', 'd', 'e');
    const call = fc.oneof(
      fc.record({
        kind: fc.constant('save' as const),
        records: fc.array(fc.record({ id, v: fc.nat(1) }), { maxLength: 4 }),
      }),
      fc.record({ kind: fc.constant('delete' as const), ids: fc.array(id, { maxLength: 3 }) }),
      fc.record({ kind: fc.constantFrom('start' as const, 'end' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 20 }), async (calls) => {
        const { store } = await memoryStore();
        const model = new Map<string, { v: number | undefined; deleted: boolean; cursor: number }>();
        let seen: Set<string> | undefined;
        let cursor = 0;
        const change = (key: string, v: number | undefined, deleted: boolean) => {
          cursor += 1;
          model.set(key, { v, deleted, cursor });
        };
        for (const step of calls) {
          if (step.kind === 'save') {
            const counts = { ...none };
            const ids = step.records.map((record) => record.id);
            for (const record of step.records.filter((each, place) => ids.indexOf(each.id) === place)) {
              const known = model.get(record.id);
              const kind = !known || known.deleted ? 'added' : known.v === record.v ? 'unchanged' : 'updated';
              counts[kind] += 1;
              seen?.add(record.id);
              if (kind !== 'unchanged') {
                change(record.id, record.v, false);
              }
            }
            expect(store.saveRecords('c', 'Run', step.records)).toMatchObject(counts);
          } else if (step.kind === 'delete') {
            for (const key of new Set(step.ids)) {
              change(key, undefined, true);
            }
            store.deleteRecords(
              'c',
              'Run',
              step.ids.map((id) => ({ id })),
            );
          } else if (step.kind === 'start') {
            seen ??= new Set();
            store.startTracking('c', 'Run');
          } else if (seen) {
            const gone = [...model].filter(([key, { deleted }]) => !deleted && !seen?.has(key)).map(([key]) => key);
            for (const key of gone.sort()) {
              change(key, model.get(key)?.v, true);
            }
            seen = undefined;
            expect(store.endTracking('c', 'Run')).toEqual(gone);
          }
        }
        const expected = [...model].map(([key, { v, ...rest }]) => ({ id: key, v, ...rest }));
        expect(
          all(store).map(({ body, cursor: at, deletedAt }) => ({ ...body, deleted: deletedAt !== null, cursor: at })),
        ).toEqual(expected.sort((one, two) => one.cursor - two.cursor));
        expect(store.countRecords('c', 'Run')).toBe(expected.filter(({ deleted }) => !deleted).length);
        store.close();
      }),
      { numRuns: 150 },
    );
  });
});
