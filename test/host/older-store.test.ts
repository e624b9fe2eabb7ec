import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parseConnection } from '../../src/connection/index.js';
import { Host, openStore } from '../../src/host/index.js';
import { isLasting } from '../../src/host/runner/backoff.js';

it('a checkpoint that an older host stored over the limit is read, and refused with a code when it is saved again', async () => {
  const functions = mkdtempSync(join(tmpdir(), 'older-'));
  onTestFinished(() => rmSync(functions, { recursive: true, force: true }));
  const exec = `async (nango) => {
    const { open } = await nango.getCheckpoint();
    await nango.batchSave([{ id: String(open.length) }], 'Item');
    await nango.saveCheckpoint({ open });
  }`;
  const about = "type: 'sync', description: '', frequency: 'every hour', models: { Item: {} }";
  writeFileSync(join(functions, 'trigger-dev_syncs_probe.cjs'), `exports.default = { ${about}, exec: ${exec} };`);
  const store = await openStore(':memory:');
  const host = new Host({ store, functions });
  onTestFinished(() => host.close());
  const parsed = parseConnection({ apiKey: 'tr_prod_0123456789abcdefghij' });
  const { id } = host.connect((parsed.ok && parsed.connection) as never);
  const older = { open: 'x'.repeat(7_357) };
  store.saveCheckpoint(id, 'probe', older);

  const failure = await host.runSync(id, 'probe').catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'checkpoint_too_large', message: expect.stringContaining('7357 characters') });
  expect(isLasting(failure)).toBe(true);
  expect(store.lastOutcome(id, 'probe')?.error?.code).toBe('checkpoint_too_large');
  // What was read before stays, and so does the old checkpoint.
  expect(store.changedRecords(id, 'Item', { limit: 9 }).map(({ body }) => body)).toEqual([{ id: '7357' }]);
  expect(store.checkpoint(id, 'probe')).toEqual(older);
});
