import { expect } from 'vitest';
import { createFakeProject } from '../fake-api/index.js';
import { FakeNango } from './fake-nango.js';
import type { Body, Make, StandIn } from './stand-ins.js';

type Case = (make: Make) => Promise<void>;

const day = 1;
const refusedField = (field: string) =>
  `Error saving checkpoint: Failed to save checkpoint: {"error":{"code":"invalid_request","errors":[{"code":"invalid_union","message":"Invalid input","path":["checkpoint","${field}"]}]}}`;
const conflict =
  'Error saving checkpoint: Failed to save checkpoint: {"error":{"code":"checkpoint_conflict","message":"Checkpoint has been updated since last read"}}';
const stopped = { message: '', code: 'script_aborted', payload: {} };
const saved = { ok: undefined };

/** What a run made of it, which itself ended well. */
async function resultOf(stand: StandIn, body: Body): Promise<unknown> {
  const { error, result } = await stand.run(body);
  expect(error).toBeUndefined();
  return result;
}

const about = (record: Record<string, unknown> | undefined) => record?.['_nango_metadata'] as Record<string, string>;

export const checkpoints: Readonly<Record<string, Case>> = {
  '1.1': async (make) => {
    const stand = await make();
    const result = await resultOf(stand, async (nango, attempt) => [
      await attempt(() => nango.saveCheckpoint({ prod: 'x'.repeat(4_000) })),
      await attempt(() => nango.saveCheckpoint({ prod: '🚀'.repeat(2_000) })),
      await attempt(() => nango.saveCheckpoint({ prod: 'x'.repeat(4_001) })),
      await attempt(() => nango.saveCheckpoint({ prod: '🚀'.repeat(2_001) })),
    ]);
    expect(result).toEqual([saved, saved, { message: refusedField('prod') }, { message: refusedField('prod') }]);
    expect(stand.checkpoint()).toEqual({ prod: '🚀'.repeat(2_000) });
  },
  '1.2': async (make) => {
    const stand = await make();
    const result = await resultOf(stand, async (nango, attempt) =>
      attempt(() => nango.saveCheckpoint({ prod: '', filters: 'x'.repeat(4_084) })),
    );
    expect(result).toEqual({ message: refusedField('filters') });
    expect(stand.checkpoint()).toBeNull();
  },
  '1.3': async (make) => {
    const stand = await make();
    const result = await resultOf(stand, async (nango, attempt) => {
      const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, at]));
      return [
        await attempt(() => nango.saveCheckpoint(fields(16))),
        await attempt(() => nango.saveCheckpoint(fields(17))),
        await attempt(() => nango.saveCheckpoint({ ['k'.repeat(255)]: 1 })),
        await attempt(() => nango.saveCheckpoint({ ['k'.repeat(256)]: 1 })),
      ];
    });
    const refused = { message: expect.stringMatching(/^Error saving checkpoint: .*"invalid_request"/) };
    expect(result).toEqual([saved, refused, saved, refused]);
    expect(stand.checkpoint()).toEqual({ ['k'.repeat(255)]: 1 });
  },
  '1.4': async (make) => {
    const stand = await make();
    const result = await resultOf(stand, async (nango, attempt) => {
      const values = [null, [], {}, Number.NaN, Number.POSITIVE_INFINITY, new Date(0), 1.5, true, ''];
      const results: unknown[] = [];
      for (const value of values) {
        const outcome = await attempt(() => nango.saveCheckpoint({ value }));
        results.push('ok' in outcome || Object.keys(outcome)[0] === undefined ? 'saved' : outcome);
        results.push(((await nango.getCheckpoint()) as { value: unknown } | null)?.value ?? null);
      }
      return results.map((each) => (typeof each === 'object' && each !== null ? (each as Error).message : each));
    });
    const no = [refusedField('value'), null];
    expect(result).toEqual([
      ...no,
      ...no,
      ...no,
      ...no,
      ...no,
      'saved',
      '1970-01-01T00:00:00.000Z',
      'saved',
      1.5,
      'saved',
      true,
      'saved',
      '',
    ]);
  },
  '1.5': async (make) => {
    const stand = await make();
    const result = await resultOf(stand, async (nango, attempt) => {
      // Of a first checkpoint there is no version that could be another one.
      await nango.saveCheckpoint({ at: 0 });
      const both = await Promise.all([1, 2].map((at) => attempt(() => nango.saveCheckpoint({ at }))));
      return [...both, await attempt(() => nango.saveCheckpoint({ at: 3 }))];
    });
    expect(result).toEqual([saved, { message: conflict }, saved]);
    expect(stand.checkpoint()).toEqual({ at: 3 });
  },
  '1.6': async (make) => {
    const stand = await make('nango');
    await resultOf(stand, (nango) => nango.saveCheckpoint({ salt: 'first' }));
    stand.failRead(1);
    const result = await resultOf(stand, async (nango, attempt) => [
      await nango.getCheckpoint(),
      // Its version is still 1.
      await attempt(() => nango.saveCheckpoint({ salt: 'second' })),
    ]);
    expect(result).toEqual([null, saved]);
    expect(stand.checkpoint()).toEqual({ salt: 'second' });
    const late = await make('nango');
    await resultOf(late, async (nango) => {
      await nango.saveCheckpoint({ at: 1 });
      await nango.saveCheckpoint({ at: 2 });
    });
    late.failRead(1);
    const { message } = (await resultOf(late, async (nango, attempt) => {
      await nango.getCheckpoint();
      return attempt(() => nango.saveCheckpoint({ at: 1 }));
    })) as Error;
    expect(message).toBe(conflict);
    expect(late.checkpoint()).toEqual({ at: 2 });
  },
  '1.7': async (make) => {
    const stand = await make('nango');
    stand.loseSave(2);
    const result = await resultOf(stand, async (nango, attempt) => [
      await attempt(() => nango.saveCheckpoint({ at: 1 })),
      await attempt(() => nango.saveCheckpoint({ at: 2 })),
    ]);
    expect(result).toEqual([saved, { message: conflict }]);
    expect(stand.checkpoint()).toEqual({ at: 2 });
  },
  '1.8': async (make) => {
    for (const platform of [undefined, 'nango'] as const) {
      const stand = await make(platform);
      await resultOf(stand, (nango) => nango.saveCheckpoint({ at: 1 }));
      stand.whileProxied = () => stand.stop();
      const { result } = await stand.run(async (nango, attempt) => {
        await attempt(() => nango.proxy({ method: 'GET', endpoint: '/api/v1/runs' }));
        return attempt(() => nango.saveCheckpoint({ at: 2 }));
      });
      expect(result).toEqual(stopped);
      expect(stand.checkpoint()).toEqual({ at: platform === 'nango' ? 2 : 1 });
    }
  },
  '1.9': async (make) => {
    const stand = await make('nango');
    const body: Body = async (nango, attempt) => {
      await nango.proxy({ method: 'GET', endpoint: '/api/v1/runs' });
      return [
        await attempt(() => nango.batchSave([{ id: 'a' }], 'Item')),
        await attempt(() => nango.saveCheckpoint({ at: 1 })),
      ];
    };
    stand.whileProxied = () => stand.expire('execution_interrupted');
    expect((await stand.run(body)).result).toEqual([
      { ok: true },
      { message: '', code: 'execution_interrupted', payload: {} },
    ]);
    expect(stand.checkpoint()).toEqual({ at: 1 });
    stand.whileProxied = () => stand.expire('execution_timeout');
    const late = { message: '', code: 'execution_timeout', payload: {} };
    expect((await stand.run(body)).result).toEqual([late, late]);
  },
  '1.10': async (make) => {
    const stand = await make();
    await resultOf(stand, async (nango) => {
      await nango.saveCheckpoint({ at: 1 });
      await nango.saveCheckpoint({ at: 2 });
    });
    stand.whileProxied = () => stand.forgetCheckpoint();
    const result = await resultOf(stand, async (nango, attempt) => {
      await nango.getCheckpoint();
      await nango.proxy({ method: 'GET', endpoint: '/api/v1/runs' });
      // Where there is no row, the expected version does not count.
      return [await nango.getCheckpoint(), await attempt(() => nango.saveCheckpoint({ at: 3 }))];
    });
    expect(result).toEqual([null, saved]);
    expect(stand.checkpoint()).toEqual({ at: 3 });
  },
  '1.12': async (make) => {
    const stand = await make();
    const result = await resultOf(stand, async (nango, attempt) => [
      await attempt(() => nango.saveCheckpoint({ prod: 'a\0b' })),
      await attempt(() => nango.saveCheckpoint({ prod: 'a\ud800' })),
      await attempt(() => nango.saveCheckpoint({ 'a\0': 1 })),
    ]);
    const refused = { message: expect.stringMatching(/^Error saving checkpoint: .* 500 Internal Server Error/) };
    expect(result).toEqual([refused, refused, refused]);
    expect(stand.checkpoint()).toBeNull();
  },
};

export const records: Readonly<Record<string, Case>> = {
  '2.1': async (make) => {
    const stand = await make();
    const result = await resultOf(stand, async (nango, attempt) => {
      const items = Array.from({ length: 1_200 }, (_, at) => ({ id: at === 1_100 ? '' : `i${at}` }));
      return [await attempt(() => nango.batchSave(items, 'Item')), await attempt(() => nango.batchSave([], 'Item'))];
    });
    expect(result).toEqual([{ message: expect.stringContaining('"path":["records",100,"id"]') }, { ok: true }]);
    expect(stand.live()).toHaveLength(1_000);
  },
  '2.2': async (make) => {
    const stand = await make();
    const result = await resultOf(stand, async (nango, attempt) => {
      const half = { id: 'a', text: 'x'.repeat(53 * 1024 * 1024) };
      return [
        await attempt(() => nango.batchSave([half, { ...half, id: 'b' }], 'Item')),
        await attempt(() => nango.batchSave([{ id: 'small' }], 'Item')),
      ];
    });
    const message = 'Failed to save records: {"error":{"code":"request_too_large","message":"Entity too large"}}';
    expect(result).toEqual([{ message }, { ok: true }]);
    expect(stand.live()).toEqual(['small']);
  },
  '2.3': async (make) => {
    const stand = await make();
    const result = await resultOf(stand, async (nango, attempt) => {
      const outcomes: string[] = [];
      for (const id of ['x'.repeat(255), 7, 'a\0b', '', 0, 'x'.repeat(256), null, true, {}, Number.NaN]) {
        const outcome = await attempt(() => nango.batchSave([{ id }], 'Item'));
        outcomes.push('ok' in outcome ? 'saved' : outcome.message);
      }
      return outcomes;
    });
    const refused = expect.stringContaining('"invalid_request"');
    const failed = 'Failed to save records: {"error":"POST /records -> 500 Internal Server Error"}';
    expect(result).toEqual(['saved', 'saved', 'saved', refused, failed, refused, refused, refused, refused, refused]);
    expect(stand.live().sort()).toEqual(['7', 'ab', 'x'.repeat(255)]);
  },
  '2.4': async (make) => {
    const stand = await make();
    await resultOf(stand, async (nango) =>
      nango.batchSave(
        [
          { id: 'a', v: 1 },
          { id: 'b', v: 1 },
          { id: 'a', v: 2 },
        ],
        'Item',
      ),
    );
    expect(stand.read('a')).toMatchObject({ v: 1 });
    expect(stand.counts()).toEqual({ added: 2, updated: 0, deleted: 0 });
    expect(stand.said()).toEqual(["Found duplicate key 'a' for model Item. The record was ignored."]);
  },
  '2.5': async (make) => {
    const stand = await make();
    const save = (body: Body) => resultOf(stand, body).then(() => stand.counts());
    const body: Body = async (nango) => nango.batchSave([{ id: 'a', x: 1, y: 2 }], 'Item');
    expect(await save(body)).toEqual({ added: 1, updated: 0, deleted: 0 });
    expect(await save(body)).toEqual({ added: 0, updated: 0, deleted: 0 });
    const turned: Body = async (nango) => nango.batchSave([{ id: 'a', y: 2, x: 1 }], 'Item');
    expect(await save(turned)).toEqual({ added: 0, updated: 1, deleted: 0 });
  },
  '2.6': async (make) => {
    const stand = await make();
    const result = await resultOf(stand, async (nango, attempt) => {
      const record = { id: 'a', none: undefined, nan: Number.NaN, at: new Date(0) };
      await nango.batchSave([record], 'Item');
      return 'ok' in (await attempt(() => nango.batchSave([{ id: 'b', big: 1n }], 'Item')));
    });
    expect(result).toBe(false);
    const { _nango_metadata: _, ...body } = stand.read('a') ?? {};
    expect(body).toEqual({ id: 'a', nan: null, at: '1970-01-01T00:00:00.000Z' });
    expect(stand.live()).toEqual(['a']);
  },
  '2.7': async (make) => {
    const stand = await make();
    const result = await resultOf(stand, async (nango) => {
      const record = { id: 'a', _nango_metadata: { cursor: 'mine' } };
      await nango.batchSave([record], 'Item');
      await nango.batchDelete([{ id: 'b', _nango_metadata: {} }], 'Item');
      return record;
    });
    expect(result).toEqual({ id: 'a' });
    expect(about(stand.read('a'))?.['cursor']).not.toBe('mine');
  },
  '2.9': async (make) => {
    const stand = await make();
    await resultOf(stand, async (nango) => {
      await nango.batchSave([{ id: 'a', status: 'QUEUED' }], 'Item');
      await nango.batchDelete([{ id: 'a' }], 'Item');
    });
    expect(stand.read('a')).toEqual({ id: 'a', _nango_metadata: expect.objectContaining({ last_action: 'DELETED' }) });
    expect(stand.counts()).toEqual({ added: 1, updated: 0, deleted: 1 });
  },
  '2.10': async (make) => {
    const stand = await make();
    await resultOf(stand, async (nango) => nango.batchDelete([{ id: 'phantom' }], 'Item'));
    expect(stand.counts()).toEqual({ added: 0, updated: 0, deleted: 0 });
    expect(stand.live()).toEqual([]);
    expect(about(stand.read('phantom'))).toMatchObject({ last_action: 'DELETED', deleted_at: expect.any(String) });
  },
  '2.11': async (make) => {
    const stand = await make();
    const body: Body = async (nango) => nango.batchDelete([{ id: 'a' }], 'Item');
    await resultOf(stand, body);
    const before = about(stand.read('a'));
    stand.rest(day);
    await resultOf(stand, body);
    const after = about(stand.read('a'));
    expect(after['cursor']).not.toBe(before['cursor']);
    expect(Date.parse(after['deleted_at'] ?? '')).toBeGreaterThanOrEqual(Date.parse(before['deleted_at'] ?? ''));
    expect(after['last_modified_at']).toBe(after['deleted_at']);
    expect(stand.counts()).toEqual({ added: 0, updated: 0, deleted: 0 });
  },
  '2.12': async (make) => {
    const stand = await make();
    const save: Body = async (nango) => nango.batchSave([{ id: 'a', v: 1 }], 'Item');
    await resultOf(stand, save);
    const { first_seen_at: first = '' } = about(stand.read('a'));
    await resultOf(stand, async (nango) => nango.batchDelete([{ id: 'a' }], 'Item'));
    stand.rest(day);
    await resultOf(stand, save);
    const again = about(stand.read('a'));
    expect(again).toMatchObject({ last_action: 'ADDED', deleted_at: null });
    expect(again['first_seen_at']).toBe(again['last_modified_at']);
    expect(Date.parse(again['first_seen_at'] ?? '')).toBeGreaterThanOrEqual(Date.parse(first));
    expect(stand.counts()).toEqual({ added: 1, updated: 0, deleted: 0 });
  },
  '2.13': async (make) => {
    const stand = await make();
    const result = await resultOf(stand, async (nango) => {
      await nango.batchSave(
        [
          { id: 'a', v: 1 },
          { id: 'b', v: 2 },
        ],
        'Item',
      );
      await nango.trackDeletesStart('Item');
      await nango.batchSave([{ id: 'b', v: 2 }], 'Item');
      return nango.trackDeletesEnd('Item');
    });
    expect(result).toEqual({ deletedKeys: ['a'] });
    expect(stand.read('a')).toMatchObject({ v: 1, _nango_metadata: { last_action: 'DELETED' } });
  },
  '2.14': async (make) => {
    const stand = await make();
    await resultOf(stand, async (nango) => {
      await nango.batchSave([{ id: 'gone' }, { id: 'stays' }, { id: 'between' }], 'Item');
      await nango.trackDeletesStart('Item');
      await nango.batchSave([{ id: 'between' }], 'Item');
      // Dies before the end.
    });
    const result = await resultOf(stand, async (nango) => {
      await nango.trackDeletesStart('Item');
      await nango.batchSave([{ id: 'stays' }], 'Item');
      return nango.trackDeletesEnd('Item');
    });
    expect(result).toEqual({ deletedKeys: ['gone'] });
    expect(stand.live().sort()).toEqual(['between', 'stays']);
  },
  '2.18': async (make) => {
    const result = await resultOf(await make(), async (nango, attempt) => {
      await nango.trackDeletesStart('Other');
      return attempt(() => nango.trackDeletesEnd('Item'));
    });
    expect(result).toEqual({ message: "No track deletes starting point found for model 'Item'." });
  },
  '2.20': async (make) => {
    for (const platform of [undefined, 'nango'] as const) {
      const stand = await make(platform);
      await resultOf(stand, async (nango) => nango.batchSave([{ id: 'a', v: 1 }], 'Item'));
      stand.rest(31 * day);
      const record = stand.read('a');
      expect(record?.['v']).toBe(platform === 'nango' ? undefined : 1);
      expect(about(record)).toMatchObject({ pruned_at: platform === 'nango' ? expect.any(String) : null });
      const result = await resultOf(stand, async (nango) => [...(await nango.getRecordsByIds(['a'], 'Item')).keys()]);
      expect(result).toEqual(['a']);
    }
  },
  '2.21': async (make) => {
    for (const platform of [undefined, 'nango'] as const) {
      const stand = await make(platform);
      await resultOf(stand, async (nango) => {
        await nango.batchSave([{ id: 'a' }], 'Item');
        await nango.saveCheckpoint({ at: 1 });
      });
      stand.rest(61 * day);
      // The checkpoint goes on as if they were there.
      expect(await resultOf(stand, async (nango) => nango.getCheckpoint())).toEqual({ at: 1 });
      expect(stand.live()).toEqual(platform === 'nango' ? [] : ['a']);
    }
  },
  '2.22': async (make) => {
    const stand = await make();
    const result = await resultOf(stand, async (nango, attempt) => {
      await nango.trackDeletesStart('Nobody');
      return [
        await attempt(() => nango.batchSave([{ id: 'a' }], 'Nobody')),
        await attempt(() => nango.batchDelete([{ id: 'a' }], 'Nobody')),
      ];
    });
    expect(result).toEqual([
      { message: 'Failed to save records: {"error":"POST /records -> 500 Internal Server Error"}' },
      { message: 'Failed to delete records: {"error":"DELETE /records -> 500 Internal Server Error"}' },
    ]);
    expect(stand.read('a')).toBeUndefined();
  },
  '2.23': async (make) => {
    const stand = await make();
    await resultOf(stand, async (nango) => nango.batchSave([{ id: 'a', no: ['such', 'field'] }], 'Item'));
    expect(stand.read('a')).toMatchObject({ no: ['such', 'field'] });
  },
  '2.26': async (make) => {
    const stand = await make();
    const result = await resultOf(stand, async (nango) => {
      const items = Array.from({ length: 230 }, (_, at) => ({ id: `i${at}`, at }));
      await nango.batchSave(items, 'Item');
      await nango.batchDelete([{ id: 'i229' }], 'Item');
      const found = await nango.getRecordsByIds([...items.map(({ id }) => id), 'unknown'], 'Item');
      return [found.size, found.get('i0'), found.get('i229')];
    });
    const metadata = (last_action: string, deleted_at: unknown) => ({
      last_action,
      deleted_at,
      first_seen_at: expect.any(String),
      last_modified_at: expect.any(String),
      cursor: expect.any(String),
      pruned_at: null,
    });
    expect(result).toEqual([
      230,
      { id: 'i0', at: 0, _nango_metadata: metadata('ADDED', null) },
      { id: 'i229', _nango_metadata: metadata('DELETED', expect.any(String)) },
    ]);
  },
};

export const calls: Readonly<Record<string, Case>> = {
  '3.3': async () => {
    const nango = new FakeNango(createFakeProject({ runs: 0 }));
    nango.metadata = { tags: ['vip'] };
    nango.reconnect();
    expect(await nango.getMetadata()).toEqual({ tags: ['vip'] });
    nango.platform = 'nango';
    nango.reconnect();
    expect(await nango.getMetadata()).toEqual({});
  },
  '4.1': async (make) => {
    const stand = await make();
    await resultOf(stand, async (nango) => {
      const endpoint = '/api/v1/tasks/send-connectionConfig/trigger';
      await nango.proxy({ method: 'POST', endpoint, data: { payload: 'connectionConfig' } });
    });
    expect(stand.sent.map(({ path }) => path)).toEqual(['/api/v1/tasks/send-connection_config/trigger']);
    expect(stand.sent[0]?.body).toBe('{"payload":"connectionConfig"}');
  },
  '4.10': async (make) => {
    const stand = await make();
    await resultOf(stand, async (nango) => {
      const json = { 'Content-Type': 'application/json' };
      const bodies = ['', 0, false, null, { a: 1 }, '123', ' {"a":1} ', 'hello'];
      for (const data of bodies) {
        await nango.proxy({ method: 'POST', endpoint: '/api/v1/runs', data, headers: json });
      }
      await nango.proxy({
        method: 'POST',
        endpoint: '/api/v1/runs',
        data: 'hello',
        headers: { 'content-type': 'text/plain' },
      });
    });
    const none = undefined;
    expect(stand.sent.map(({ body }) => body)).toEqual([
      none,
      none,
      none,
      none,
      '{"a":1}',
      '123',
      '{"a":1}',
      '"hello"',
      'hello',
    ]);
  },
  '4.11': async (make) => {
    const stand = await make();
    await resultOf(stand, async (nango) => {
      await nango.proxy({
        ...{ method: 'GET', endpoint: '/api/v1/runs' },
        params: { empty: '', list: ['a', 'b'], text: 'a b' } as never,
      });
    });
    expect(stand.sent.map(({ query }) => query)).toEqual(['empty=&list=a%2Cb&text=a+b']);
  },
  '4.13': async (make) => {
    const stand = await make();
    const statuses: unknown[] = [];
    for (const status of [299, 304, 404]) {
      stand.answer = { status, body: { a: 1 } };
      statuses.push(
        await resultOf(stand, async (nango, attempt) => {
          const outcome = await attempt(() => nango.proxy({ method: 'GET', endpoint: '/api/v1/runs' }));
          return 'ok' in outcome ? 'fine' : outcome;
        }),
      );
    }
    const thrown = (status: number) => ({
      message: `Request failed with status code ${status}`,
      response: { status, headers: {}, data: { a: 1 } },
    });
    expect(statuses).toEqual(['fine', thrown(304), thrown(404)]);
  },
  '4.14': async (make) => {
    const stand = await make('nango');
    stand.refuse(404, 'unknown_connection');
    const result = await resultOf(stand, async (nango, attempt) =>
      attempt(() => nango.proxy({ method: 'GET', endpoint: '/api/v1/runs' })),
    );
    expect(result).toEqual({
      message: 'Request failed with status code 404',
      response: {
        status: 404,
        headers: {},
        data: { error: { code: 'unknown_connection', message: 'As Nango says it' } },
      },
    });
    expect(stand.sent).toEqual([]);
  },
  '5.1': async (make) => {
    const stand = await make();
    stand.whileProxied = () => stand.stop();
    const { result } = await stand.run(async (nango, attempt) => {
      await attempt(() => nango.proxy({ method: 'GET', endpoint: '/api/v1/runs' }));
      const after = [
        () => nango.proxy({ method: 'GET', endpoint: '/api/v1/runs' }),
        () => nango.getConnection(),
        () => nango.getMetadata(),
        () => nango.batchSave([{ id: 'a' }], 'Item'),
        () => nango.batchDelete([{ id: 'a' }], 'Item'),
        () => nango.getRecordsByIds(['a'], 'Item'),
        () => nango.trackDeletesStart('Item'),
        () => nango.trackDeletesEnd('Item'),
        () => nango.getCheckpoint(),
        () => nango.saveCheckpoint({ at: 1 }),
        () => nango.log('still here'),
      ];
      return Promise.all(after.map((work) => attempt(work)));
    });
    expect(result).toEqual(Array.from({ length: 11 }, () => stopped));
    expect([stand.live(), stand.checkpoint(), stand.said(), stand.sent.length]).toEqual([[], null, [], 1]);
  },
  '5.2': async (make) => {
    const stand = await make('nango');
    stand.whileProxied = () => stand.stop();
    const { result } = await stand.run(async (nango, attempt) => {
      const first = await attempt(() => nango.proxy({ method: 'GET', endpoint: '/api/v1/runs' }));
      return ['ok' in first, await attempt(() => nango.batchSave([{ id: 'a' }], 'Item'))];
    });
    // The request under way ended well; the next call did not.
    expect(result).toEqual([true, stopped]);
  },
  '7.7': async (make) => {
    for (const platform of [undefined, 'nango'] as const) {
      const stand = await make(platform);
      await resultOf(stand, async (nango) => {
        await nango.log('usual');
        for (const level of ['debug', 'info', 'warn', 'error'] as const) {
          await nango.log(level, { level });
        }
      });
      const all = ['usual', 'debug', 'info', 'warn', 'error'];
      expect(stand.said()).toEqual(platform === 'nango' ? ['warn', 'error'] : all);
    }
  },
};
