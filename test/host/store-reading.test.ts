import type { NangoRecord } from '@nangohq/types';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/host/index.js';
import { cursorOf, nangoRecord } from '../../src/host/store/nango-record.js';
import type { RecordsOptions, StoredRecord } from '../../src/host/store/store.js';

/** One record of each action, in this order of cursors: added, updated, deleted, again. */
async function storeOfAll() {
  const clock = { now: 1_000 };
  const store = await openStore(':memory:', () => clock.now);
  const record = (id: string, v: number) => ({ id, v });
  const save = (id: string, v = 0) => store.saveRecords('c', 'Run', [record(id, v)]);
  for (const id of ['updated', 'deleted', 'again']) {
    save(id);
  }
  clock.now = 2_000;
  save('added');
  clock.now = 3_000;
  save('updated', 1);
  clock.now = 4_000;
  store.deleteRecords('c', 'Run', [{ id: 'deleted' }, { id: 'again' }]);
  clock.now = 5_000;
  save('again');
  return store;
}

const idsOf = (records: readonly StoredRecord[]) => records.map(({ body }) => body['id']);

describe('reading', () => {
  it.each<{ options: Partial<RecordsOptions>; changed: string[] }>([
    { options: {}, changed: ['added', 'updated', 'deleted', 'again'] },
    { options: { limit: 2 }, changed: ['added', 'updated'] },
    { options: { cursor: 5 }, changed: ['deleted', 'again'] },
    { options: { cursor: 5, limit: 1 }, changed: ['deleted'] },
    { options: { cursor: 8 }, changed: [] },
    { options: { modifiedAfter: 3_000 }, changed: ['updated', 'deleted', 'again'] },
    { options: { modifiedAfter: 3_001 }, changed: ['deleted', 'again'] },
    { options: { modifiedAfter: 0 }, changed: ['added', 'updated', 'deleted', 'again'] },
    { options: { actions: ['added'] }, changed: ['added', 'again'] },
    { options: { actions: ['updated'] }, changed: ['updated'] },
    { options: { actions: ['deleted'] }, changed: ['deleted'] },
    { options: { actions: ['added', 'deleted'] }, changed: ['added', 'deleted', 'again'] },
    { options: { actions: [] }, changed: [] },
    { options: { actions: ['added'], modifiedAfter: 4_000, cursor: 5 }, changed: ['again'] },
    { options: { ids: ['again', 'added', 'unknown'] }, changed: ['added', 'again'] },
    { options: { ids: ['again', 'added'], cursor: 4 }, changed: ['again'] },
    { options: { ids: ['again', 'added'], limit: 1 }, changed: ['added'] },
    { options: { ids: ['again', 'deleted'], actions: ['deleted'] }, changed: ['deleted'] },
    { options: { ids: ['again', 'added'], modifiedAfter: 3_000 }, changed: ['again'] },
    { options: { ids: [] }, changed: [] },
    { options: { mostBytes: 1 }, changed: ['added'] },
    { options: { mostBytes: 1, cursor: 1, actions: ['updated'] }, changed: ['updated'] },
    { options: { mostBytes: 10_000 }, changed: ['added', 'updated', 'deleted', 'again'] },
  ])('gives $changed for $options', async ({ options, changed }) => {
    const store = await storeOfAll();
    expect(idsOf(store.changedRecords('c', 'Run', { limit: 10, ...options }))).toEqual(changed);
  });

  it.each<{ options: Partial<RecordsOptions>; latest: string[] }>([
    { options: {}, latest: ['again', 'updated', 'added'] },
    { options: { limit: 2 }, latest: ['again', 'updated'] },
    { options: { cursor: 8 }, latest: ['updated', 'added'] },
    { options: { cursor: 4 }, latest: [] },
    { options: { modifiedAfter: 3_000 }, latest: ['again', 'updated'] },
    { options: { actions: ['updated', 'deleted'] }, latest: ['updated'] },
    { options: { ids: ['deleted', 'updated', 'added'] }, latest: ['updated', 'added'] },
    { options: { ids: ['updated', 'added'], cursor: 5 }, latest: ['added'] },
  ])('gives the latest $latest for $options', async ({ options, latest }) => {
    const store = await storeOfAll();
    expect(idsOf(store.latestRecords('c', 'Run', { limit: 10, ...options }))).toEqual(latest);
  });

  it('reaches every record over pages of any size', async () => {
    const store = await openStore(':memory:');
    store.saveRecords(
      'c',
      'Run',
      Array.from({ length: 95 }, (_, index) => ({ id: index + 1 })),
    );
    for (const limit of [1, 10, 94, 95, 1_000]) {
      const found: StoredRecord[] = [];
      let page: StoredRecord[];
      do {
        page = store.changedRecords('c', 'Run', { limit, cursor: found.at(-1)?.cursor });
        found.push(...page);
      } while (page.length === limit);
      expect(new Set(idsOf(found)).size).toBe(95);
      expect(found).toHaveLength(95);
    }
  });
});

describe('a record as Nango gives it', () => {
  const added: StoredRecord = {
    body: { id: 'run_1', status: 'QUEUED' },
    firstSeenAt: Date.UTC(2024, 0, 1),
    lastModifiedAt: Date.UTC(2024, 0, 2, 3, 4, 5, 6),
    deletedAt: null,
    lastAction: 'added',
    cursor: 12,
  };

  it('has the fields of its body and its metadata', () => {
    const record: NangoRecord = nangoRecord(added);
    expect(record).toEqual({
      id: 'run_1',
      status: 'QUEUED',
      _nango_metadata: {
        first_seen_at: '2024-01-01T00:00:00.000Z',
        last_modified_at: '2024-01-02T03:04:05.006Z',
        last_action: 'ADDED',
        deleted_at: null,
        pruned_at: null,
        cursor: expect.any(String),
      },
    });
    expect(cursorOf(record._nango_metadata.cursor)).toBe(12);
  });

  it.each([
    [{ lastAction: 'updated' }, { last_action: 'UPDATED', deleted_at: null }],
    [
      { lastAction: 'deleted', deletedAt: Date.UTC(2024, 1, 1) },
      { last_action: 'DELETED', deleted_at: '2024-02-01T00:00:00.000Z' },
    ],
  ] as const)('tells %j as %j', (change, metadata) => {
    expect(nangoRecord({ ...added, ...change })._nango_metadata).toMatchObject(metadata);
  });

  it('does not let a body speak for its metadata', () => {
    const body = { ...added.body, _nango_metadata: { last_action: 'DELETED' } };
    expect(nangoRecord({ ...added, body })._nango_metadata.last_action).toBe('ADDED');
  });

  it.each([0, 1, 999_999, Number.MAX_SAFE_INTEGER])('has a cursor that leads back to %d', (cursor) => {
    const text = nangoRecord({ ...added, cursor })._nango_metadata.cursor;
    expect(text).not.toContain(String(cursor));
    expect(text).toBe(encodeURIComponent(text));
    expect(cursorOf(text)).toBe(cursor);
  });

  const base64 = (text: string) => Buffer.from(text).toString('base64url');
  it.each([
    '',
    '12',
    'cursor:12',
    'not a cursor',
    base64('12'),
    base64('cursor:'),
    base64('cursor:-1'),
    base64('cursor:1.5'),
    base64('cursor:012'),
    base64('cursor:9007199254740993'),
    base64('cursor:12 '),
    `${base64('cursor:12')}=`,
    ` ${base64('cursor:12')}`,
    // Nango's own, of its cloud.
    Buffer.from('2024-01-01T00:00:00.000000+00:00||5d6a1fb1-6d1b-4c1b-8b1b-1b1b1b1b1b1b').toString('base64'),
  ])('refuses the cursor %j', (text) => {
    expect(() => cursorOf(text)).toThrow(
      expect.objectContaining({ name: 'ConnectorError', code: 'input_invalid', field: 'cursor' }),
    );
  });
});
