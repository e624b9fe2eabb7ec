import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parseConnection } from '../../src/connection/index.js';
import { isLasting } from '../../src/errors/index.js';
import { Host, openStore } from '../../src/host/index.js';
import { createVault } from '../../src/host/vault/vault.js';

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

it('a connection that an older host kept is given without https://, empty fields and capitals in tags', async () => {
  const store = await openStore(':memory:');
  const vault = createVault(randomBytes(32));
  const host = new Host({ store, vault });
  onTestFinished(() => host.close());
  const values = {
    apiKey: 'tr_prod_0123456789abcdefghij',
    baseUrl: 'https://trigger.example.com',
    environment: 'prod',
  };
  const sealed = await vault.seal('older', JSON.stringify(values));
  const at = new Date().toISOString();
  const summary = {
    id: 'older',
    kind: 'root',
    environment: 'prod',
    projectRef: null,
    previewBranch: null,
    baseUrl: '',
  };
  const about = { tags: { Team: 'a' }, endUser: null, createdAt: at, updatedAt: at, target: null };
  store.keepConnection(summary, sealed, about, { forgets: false });
  await host.load({});
  expect(host.connections.nango('older')).toMatchObject({
    connection_config: { baseUrl: 'trigger.example.com', environment: 'prod' },
    tags: { team: 'a' },
  });
});

it('a connection that an older host kept, and that is not allowed any more, keeps its host for another key', async () => {
  const store = await openStore(':memory:');
  const vault = createVault(randomBytes(32));
  const host = new Host({ store, vault });
  onTestFinished(() => host.close());
  const values = { apiKey: 'tr_prod_0123456789abcdefghij', baseUrl: 'http://10.0.0.5', environment: 'prod' };
  const sealed = await vault.seal('older', JSON.stringify(values));
  const at = new Date().toISOString();
  const summary = {
    id: 'older',
    kind: 'root',
    environment: 'prod',
    projectRef: null,
    previewBranch: null,
    baseUrl: '',
  };
  const about = { tags: {}, endUser: null, createdAt: at, updatedAt: at, target: null };
  store.keepConnection(summary, sealed, about, { forgets: false });
  await host.load({});
  expect(host.connections.problem('older')).toBeDefined();
  expect(host.connections.config('older')).toEqual({ baseUrl: 'http://10.0.0.5', environment: 'prod' });
});

it('what is sealed has only the names that an older host reads', async () => {
  const store = await openStore(':memory:');
  const vault = createVault(randomBytes(32));
  const host = new Host({ store, vault });
  onTestFinished(() => host.close());
  const parsed = parseConnection({ apiKey: 'tr_prod_0123456789abcdefghij' });
  const config = { baseUrl: 'api.trigger.dev', customerId: '42' };
  const about = { target: null, verified: { status: 'valid', at: '' }, config };
  const { id } = await host.connections.keep((parsed.ok && parsed.connection) as never, about);
  const kept = store.kept.find(id);
  expect(Object.keys(JSON.parse(await vault.open(id, kept?.sealed ?? '')) as object).sort()).toEqual([
    'apiKey',
    'baseUrl',
    'environment',
  ]);
  expect(host.connections.nango(id).connection_config).toEqual(config);
});
