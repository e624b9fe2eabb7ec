import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/host/index.js';
import type { SaveCounts } from '../../src/host/store/store.js';

async function memoryStore() {
  const clock = { now: 1_000 };
  return { clock, store: await openStore(':memory:', () => clock.now) };
}

const none: SaveCounts = { added: 0, updated: 0, deleted: 0, unchanged: 0 };
const run = (id: string, status = 'QUEUED') => ({ id, status });
const runs = (count: number) => Array.from({ length: count }, (_, place) => run(`run_${place}`));

describe('records', () => {
  it('are counted as added, updated and unchanged, and move the cursor once a change', async () => {
    const { clock, store } = await memoryStore();
    expect(store.saveRecords('c', 'Run', [run('a'), run('b')])).toEqual({ ...none, added: 2 });
    clock.now = 2_000;
    expect(store.saveRecords('c', 'Run', [run('a'), run('b', 'FAILED'), run('d')])).toEqual({
      ...none,
      added: 1,
      updated: 1,
      unchanged: 1,
    });
    const common = { deletedAt: null };
    expect(store.changedRecords('c', 'Run', { limit: 10 })).toEqual([
      { ...common, body: run('a'), firstSeenAt: 1_000, lastModifiedAt: 1_000, lastAction: 'added', cursor: 1 },
      {
        ...common,
        body: run('b', 'FAILED'),
        firstSeenAt: 1_000,
        lastModifiedAt: 2_000,
        lastAction: 'updated',
        cursor: 3,
      },
      { ...common, body: run('d'), firstSeenAt: 2_000, lastModifiedAt: 2_000, lastAction: 'added', cursor: 4 },
    ]);
  });

  it('call a change in the same millisecond an update', async () => {
    const { store } = await memoryStore();
    store.saveRecords('c', 'Run', [run('a')]);
    store.saveRecords('c', 'Run', [run('a', 'FAILED')]);
    expect(store.changedRecords('c', 'Run', { limit: 1 })[0]?.lastAction).toBe('updated');
  });

  it('that come twice in one call are stored as the first of them', async () => {
    const { store } = await memoryStore();
    const pages = [run('a'), run('b'), run('a', 'FAILED'), run('b'), run('a', 'FAILED')];
    const duplicates = ['a', 'b', 'a'];
    expect(store.saveRecords('c', 'Run', pages)).toEqual({ ...none, added: 2, duplicates });
    expect(store.changedRecords('c', 'Run', { limit: 9 }).map(({ body }) => body)).toEqual([run('a'), run('b')]);
    expect(store.saveRecords('c', 'Run', pages)).toEqual({ ...none, unchanged: 2, duplicates });
  });

  it.each<{ what: string; one: [string, string]; two: [string, string] }>([
    { what: 'connections', one: ['one', 'Run'], two: ['two', 'Run'] },
    { what: 'models', one: ['one', 'Run'], two: ['one', 'Schedule'] },
    { what: 'names with spaces', one: ['one two', 'Run'], two: ['one', 'two Run'] },
  ])('of different $what are kept apart', async ({ one, two }) => {
    const { store } = await memoryStore();
    store.saveRecords(...one, [run('a')]);
    expect(store.countRecords(...two)).toBe(0);
    expect(store.saveRecords(...two, [run('a', 'FAILED'), run('b')])).toEqual({ ...none, added: 2 });
    expect(store.changedRecords(...one, { limit: 9 }).map(({ body }) => body)).toEqual([run('a')]);
  });

  it('keep every character of their text', async () => {
    const { store } = await memoryStore();
    const record = { id: 'ünï-🚀', text: 'a\0b\u2028"\\\ud800', nested: { list: [1.5, -0, null, true, 1e300] } };
    store.saveRecords('c', 'Run', [record]);
    expect(store.changedRecords('c', 'Run', { limit: 1 })[0]?.body).toEqual({
      ...record,
      nested: { list: [1.5, 0, null, true, 1e300] },
    });
    expect(store.saveRecords('c', 'Run', [record])).toEqual({ ...none, unchanged: 1 });
  });

  it('count nothing where there are none', async () => {
    const { store } = await memoryStore();
    expect(store.saveRecords('c', 'Run', [])).toEqual(none);
    expect([store.countRecords('c', 'Run'), store.changedRecords('c', 'Run', { limit: 9 })]).toEqual([0, []]);
  });
});

describe('the id of a record', () => {
  it.each([
    { id: 'x', kept: 'x' },
    { id: 'x'.repeat(255), kept: 'x'.repeat(255) },
    { id: 7, kept: '7' },
    { id: 'a\0b', kept: 'ab' },
    { id: '7', kept: '7' },
  ])('may be $id', async ({ id, kept }) => {
    const { store } = await memoryStore();
    store.saveRecords('c', 'Run', [{ id }]);
    expect(store.changedRecords('c', 'Run', { limit: 9 })[0]?.body).toEqual({ id: kept });
    expect(store.changedRecords('c', 'Run', { limit: 9, ids: [kept] })).toHaveLength(1);
  });

  it.each([
    ['is missing', {}],
    ['is empty', { id: '' }],
    ['is too long', { id: 'x'.repeat(256) }],
    ['is null', { id: null }],
    ['is a boolean', { id: true }],
    ['is an object', { id: {} }],
    ['is no finite number', { id: Number.NaN }],
    ['is 0', { id: 0 }],
    ['holds half a character pair', { id: 'a\ud800' }],
    ['cannot be there: the record is null', null],
  ])('is refused when it %s', async (_what, record) => {
    const { store } = await memoryStore();
    const save = () => store.saveRecords('c', 'Run', [run('a'), record as never]);
    expect(save).toThrow(/^Failed to save records: \{"error":/);
    expect(save).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ code: 'input_invalid', field: 'id' }) }),
    );
    expect(store.countRecords('c', 'Run')).toBe(0);
  });
});

describe('a call with many records', () => {
  const cyclic: Record<string, unknown> & { id: string } = { id: 'z' };
  cyclic['self'] = cyclic;

  it.each([
    { at: 0, stored: 0 },
    { at: 999, stored: 0 },
    { at: 1_000, stored: 1_000 },
    { at: 2_400, stored: 2_000 },
  ])('stores all of a thousand or none: $stored where record $at has no JSON', async ({ at, stored }) => {
    const { store } = await memoryStore();
    const records = runs(2_500).with(at, cyclic as never);
    expect(() => store.saveRecords('c', 'Run', records)).toThrow(
      expect.objectContaining({ code: 'payload_unserialisable' }),
    );
    expect(store.countRecords('c', 'Run')).toBe(stored);
  });

  it('counts over all its parts', async () => {
    const { store } = await memoryStore();
    expect(store.saveRecords('c', 'Run', runs(2_500))).toEqual({ ...none, added: 2_500 });
    expect(store.saveRecords('c', 'Run', runs(3_000))).toEqual({ ...none, added: 500, unchanged: 2_500 });
    expect(store.countRecords('c', 'Run')).toBe(3_000);
    expect(store.deleteRecords('c', 'Run', runs(2_500))).toEqual({ ...none, deleted: 2_500 });
    expect(store.countRecords('c', 'Run')).toBe(500);
  });
});

describe('beside the records', () => {
  it('a reset forgets records, checkpoint and tracking, of that connection alone', async () => {
    const { store } = await memoryStore();
    for (const connection of ['one', 'two']) {
      store.saveRecords(connection, 'Run', [run('a')]);
      store.saveCheckpoint(connection, 'runs', { at: 1 });
      store.startTracking(connection, 'Run');
    }
    store.reset('one', 'runs', ['Run', 'Unknown']);
    const state = (id: string) => [
      store.countRecords(id, 'Run'),
      store.checkpoint(id, 'runs'),
      store.isTracking(id, 'Run'),
    ];
    expect(state('one')).toEqual([0, null, false]);
    expect(state('two')).toEqual([1, { at: 1 }, true]);
    expect(store.saveRecords('one', 'Run', [run('a')])).toEqual({ ...none, added: 1 });
    expect(store.changedRecords('one', 'Run', { limit: 1 })[0]?.cursor).toBe(3);
  });

  it('a checkpoint is cleared alone', async () => {
    const { store } = await memoryStore();
    store.saveRecords('c', 'Run', [run('a')]);
    store.saveCheckpoint('c', 'runs', { at: 1 });
    store.saveCheckpoint('c', 'others', { at: 2 });
    store.clearCheckpoint('c', 'runs');
    expect([store.checkpoint('c', 'runs'), store.checkpoint('c', 'others')]).toEqual([null, { at: 2 }]);
    expect(store.countRecords('c', 'Run')).toBe(1);
  });

  it('metadata is kept for each connection, also when that is saved again', async () => {
    const { store } = await memoryStore();
    const summary = { id: 'c', kind: 'root', environment: null, projectRef: null, previewBranch: null, baseUrl: 'x' };
    store.saveConnection(summary);
    expect(store.metadata('c')).toEqual({});
    store.saveMetadata('c', { team: 'a', deep: { list: [1] } });
    store.saveConnection({ ...summary, environment: 'prod' });
    expect([store.metadata('c'), store.metadata('d')]).toEqual([{ team: 'a', deep: { list: [1] } }, {}]);
    store.saveMetadata('c', { other: true });
    expect(store.metadata('c')).toEqual({ other: true });
  });

  it('an outcome is the last one of its sync', async () => {
    const { store } = await memoryStore();
    const outcome = { ...none, sync: 'runs', execution: 'e', startedAt: 1, finishedAt: 2 };
    store.saveOutcome('c', outcome);
    store.saveOutcome('c', { ...outcome, deleted: 3 });
    expect([store.lastOutcome('c', 'runs'), store.lastOutcome('c', 'others')]).toEqual([
      { ...outcome, deleted: 3, succeededAt: 1 },
      undefined,
    ]);
  });

  it('an outcome tells when its sync last succeeded', async () => {
    const { store } = await memoryStore();
    const error = { code: 'network', message: 'No answer.' };
    const ends = (startedAt: number, failed: boolean) => {
      const outcome = { ...none, sync: 'runs', execution: 'e', startedAt, finishedAt: startedAt };
      store.saveOutcome('c', { ...outcome, ...(failed && { error }) });
      return store.lastOutcome('c', 'runs')?.succeededAt;
    };
    expect([ends(1, true), ends(2, false), ends(3, true), ends(4, true), ends(5, false)]).toEqual([
      undefined,
      2,
      2,
      2,
      5,
    ]);
    expect(store.lastOutcomes('c')).toHaveLength(1);
  });

  it.each([
    ['a checkpoint without JSON', 'payload_unserialisable', 'saveCheckpoint', ['c', 'runs', undefined]],
    ['metadata without JSON', 'payload_unserialisable', 'saveMetadata', ['c', { big: 1n }]],
    ['a key that is no text', 'input_invalid', 'countRecords', [true, 'Run']],
    ['a key that is an object', 'input_invalid', 'checkpoint', [{}, 'runs']],
  ] as const)('%s is refused', async (_what, code, method, values) => {
    const { store } = await memoryStore();
    expect(() => (store[method] as (...values: unknown[]) => unknown)(...values)).toThrow(
      expect.objectContaining({ name: 'ConnectorError', code }),
    );
  });
});
