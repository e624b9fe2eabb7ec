import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { parseConnection } from '../../src/connection/index.js';
import { Host, openStore } from '../../src/host/index.js';

it('records that a sync looks up by id are read eight at a time, each time in a turn of the event loop of its own', async () => {
  const functions = mkdtempSync(join(tmpdir(), 'by-ids-'));
  onTestFinished(() => rmSync(functions, { recursive: true, force: true }));
  const exec = `async (nango) => {
    const ids = Array.from({ length: 20 }, (_, index) => String(index));
    await nango.batchSave(ids.map((id) => ({ id })), 'Item');
    const found = await nango.getRecordsByIds([...ids, 'none'], 'Item');
    await nango.log([...found.keys()].join(' '));
  }`;
  const about = "type: 'sync', description: '', frequency: 'every hour', models: { Item: {} }";
  writeFileSync(join(functions, 'trigger-dev_syncs_probe.cjs'), `exports.default = { ${about}, exec: ${exec} };`);
  const store = await openStore(':memory:');
  const host = new Host({ store, functions });
  onTestFinished(() => host.close());
  const parsed = parseConnection({ apiKey: 'tr_prod_0123456789abcdefghij' });
  const { id } = host.connect((parsed.ok && parsed.connection) as never);
  let turns = 0;
  let isDone = false;
  const count = () => {
    turns += 1;
    if (!isDone) {
      setImmediate(count);
    }
  };
  setImmediate(count);
  const read: { turn: number; ids: number }[] = [];
  const changed = store.changedRecords.bind(store);
  vi.spyOn(store, 'changedRecords').mockImplementation((connection, model, options) => {
    read.push({ turn: turns, ids: options.ids?.length ?? 0 });
    return changed(connection, model, options);
  });
  const { execution } = await host.runSync(id, 'probe');
  isDone = true;
  expect(read.map(({ ids }) => ids)).toEqual([8, 8, 5]);
  expect(new Set(read.map(({ turn }) => turn)).size).toBe(3);
  const all = Array.from({ length: 20 }, (_, index) => String(index));
  expect(store.executions.logOf(execution)[0]?.message.split(' ')).toEqual(expect.arrayContaining(all));
});
