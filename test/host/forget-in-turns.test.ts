import { afterEach, describe, expect, it } from 'vitest';
import { post, type Served, servedHost } from './served.js';

const { setImmediate } = globalThis;
let host: Served | undefined;

afterEach(async () => {
  await host?.close();
});

const id = 'large';
const count = 2_000;

/** A connection with many records, whose syncs rest. */
async function large(): Promise<Served> {
  const served = await servedHost({ runs: 0 });
  host = served;
  await served.scheduler.stop();
  const { config, credentials, store } = served;
  const connection = { connection_id: id, provider_config_key: 'trigger-dev', credentials, connection_config: config };
  expect((await post(served, '/connections', connection)).status).toBe(201);
  store.saveRecords(
    id,
    'Run',
    Array.from({ length: count }, (_, index) => ({ id: `run_${index}` })),
  );
  store.saveCheckpoint(id, 'runs', { version: 3 });
  return served;
}

/** How many turns of the event loop others get while it goes on, and the records that are there at each. */
async function turnsOf(work: Promise<unknown>, { store }: Served) {
  const left: number[] = [];
  let isDone = false;
  const ended = work.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    await new Promise((resolve) => setImmediate(resolve));
    left.push(store.countRecords(id, 'Run'));
  }
  await ended;
  return left;
}

describe('a connection with many records', () => {
  it('is forgotten in turns, between which others are answered', async () => {
    const served = await large();
    const left = await turnsOf(served.host.connections.forget(id), served);
    expect(new Set(left).size).toBeGreaterThanOrEqual(count / 200);
    expect(served.store.countRecords(id, 'Run')).toBe(0);
    expect(served.store.connections()).toEqual([]);
  });

  it('is emptied in turns for a sync that begins anew, its checkpoint first', async () => {
    const served = await large();
    const left = await turnsOf(served.host.resetSync(id, 'runs'), served);
    expect(new Set(left).size).toBeGreaterThanOrEqual(count / 200);
    expect(served.store.checkpoint(id, 'runs')).toBeNull();
    expect(served.host.connections.ids()).toEqual([id]);
  });

  it('forgets no record of another, and counts what is left', async () => {
    const { store } = await large();
    store.saveRecords('other', 'Run', [{ id: 'run_1' }]);
    expect(store.forgetSome(id, 'runs', ['Run'])).toBe(true);
    expect([store.countRecords(id, 'Run'), store.countRecords('other', 'Run')]).toEqual([count - 200, 1]);
    expect(store.forgetSome(id, 'runs', ['Schedule'])).toBe(false);
    // The room is counted again as well.
    const room = { records: count, bytes: Number.POSITIVE_INFINITY };
    const more = Array.from({ length: 200 }, (_, index) => ({ id: `new_${index}` }));
    expect(store.saveRecords(id, 'Run', more, room).added).toBe(200);
    expect(() => store.saveRecords(id, 'Run', [{ id: 'one' }], room)).toThrow(/at most/);
  });
});
