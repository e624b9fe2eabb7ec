import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConnectionPolicy, parseConnection } from '../../src/connection/index.js';
import { Host, openStore } from '../../src/host/index.js';
import { createVault } from '../../src/host/vault/vault.js';
import { fakeKeys, projectRef } from '../fake-api/keys.js';

const vault = createVault(randomBytes(32));
const who = { tags: { team: 'a' }, endUser: null };
let folder = '';
const hosts: Host[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'connections-'));
});

afterEach(async () => {
  for (const host of hosts.splice(0)) {
    await host.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

/** A host as after a restart: same store, same vault. */
async function restarted(policy: ConnectionPolicy = {}): Promise<Host> {
  for (const host of hosts.splice(0)) {
    await host.close();
  }
  const host = new Host({ store: await openStore(join(folder, 'store.db')), vault });
  hosts.push(host);
  await host.load(policy);
  return host;
}

function connection(values: Record<string, unknown>, policy: ConnectionPolicy = {}) {
  const parsed = parseConnection(values, policy);
  if (!parsed.ok) {
    throw new Error(JSON.stringify(parsed.issues));
  }
  return parsed.connection;
}

const prod = () => connection({ apiKey: fakeKeys['root:prod'], projectRef });

function fill(host: Host, id: string): void {
  host.store.saveRecords(id, 'Run', [{ id: 'run_1' }, { id: 'run_2' }]);
  host.store.saveRecords(id, 'EnvVar', [{ id: 'a' }]);
  host.store.saveCheckpoint(id, 'runs', { version: 2 });
  host.setMetadata(id, { rateShare: 1 });
  host.store.schedules.save(id, 'runs', { state: 'started', frequency: null, nextAt: 1, failures: 0 });
  const execution = host.store.executions.begin(id, 'sync', 'runs');
  execution.log('something');
  execution.finish(null);
}

const counts = ({ store }: Host, id: string) => ({
  runs: store.countRecords(id, 'Run'),
  variables: store.countRecords(id, 'EnvVar'),
  checkpoint: store.checkpoint(id, 'runs') !== null,
  metadata: Object.keys(store.metadata(id)).length > 0,
  schedules: store.schedules.all().filter(({ connection: of }) => of === id).length,
  executions: store.executions.latest(10, id).length,
  known: store.connections().some((known) => known.id === id),
  kept: store.kept.find(id) !== undefined,
});

const full = {
  runs: 2,
  variables: 1,
  checkpoint: true,
  metadata: true,
  schedules: 1,
  executions: 1,
  known: true,
  kept: true,
};
const gone = {
  runs: 0,
  variables: 0,
  checkpoint: false,
  metadata: false,
  schedules: 0,
  executions: 0,
  known: false,
  kept: false,
};

describe('a connection that is kept', () => {
  it('is there after a restart, as it was', async () => {
    const before = await restarted();
    const { id, isNew } = await before.connections.keep(prod(), { ...who, target: 't' });
    fill(before, id);
    const shape = before.connections.nango(id);
    const after = await restarted();
    expect(isNew).toBe(true);
    expect(after.connections.nango(id)).toEqual(shape);
    expect(after.connections.nango(id)).toMatchObject({
      credentials: { apiKey: fakeKeys['root:prod'] },
      tags: who.tags,
    });
    expect(counts(after, id)).toEqual(full);
  });

  it('is not used where its host is no longer allowed, and says why', async () => {
    const policy = { allowHttp: true, allowPrivateHosts: true };
    const host = await restarted(policy);
    const local = connection({ apiKey: fakeKeys['root:prod'], baseUrl: 'http://127.0.0.1:3030' }, policy);
    const { id } = await host.connections.keep(local, { ...who, target: null });
    const strict = await restarted();
    expect(strict.isConnected(id)).toBe(false);
    expect(strict.connections.problem(id)).toMatch(/https|private|public/i);
    expect(() => strict.connections.get(id)).toThrow(strict.connections.problem(id) ?? 'nothing');
    expect((await restarted(policy)).isConnected(id)).toBe(true);
  });

  it.each([
    { what: 'the same target', first: 'a', next: 'a', kept: true },
    { what: 'another target', first: 'a', next: 'b', kept: false },
    { what: 'a target that nobody knows', first: null, next: null, kept: false },
    { what: 'one that was not known', first: null, next: 'a', kept: false },
  ])('takes another key: with $what, records stay is $kept', async ({ first, kept, next }) => {
    const host = await restarted();
    const { id } = await host.connections.keep(prod(), { ...who, target: first });
    fill(host, id);
    const again = await host.connections.keep(prod(), { ...who, target: next }, id);
    expect(again).toEqual({ id, isNew: false, keptRecords: kept });
    const { checkpoint, runs, variables, ...rest } = counts(host, id);
    expect({ checkpoint, runs, variables }).toEqual(
      kept ? { checkpoint: true, runs: 2, variables: 1 } : { checkpoint: false, runs: 0, variables: 0 },
    );
    expect(rest).toMatchObject({ metadata: true, known: true, kept: true });
  });

  it.each([
    { what: 'its key', table: 'kept_connections' },
    { what: 'its summary', table: 'connections' },
  ])('stays as it was, or away, where $what cannot be written', async ({ table }) => {
    const host = await restarted();
    const { id } = await host.connections.keep(prod(), { ...who, target: 'a' });
    fill(host, id);
    const state = () => [counts(host, id), host.store.kept.all(), host.store.connections()];
    const before = state();
    const other = new Database(join(folder, 'store.db'));
    for (const verb of ['INSERT', 'UPDATE']) {
      other.exec(`CREATE TRIGGER fail_${verb} BEFORE ${verb} ON ${table} BEGIN SELECT RAISE(FAIL, 'no'); END`);
    }
    const staging = connection({ apiKey: fakeKeys['root:stg'], projectRef });
    for (const at of [id, 'new']) {
      const failed = host.connections.keep(staging, { ...who, target: 'b' }, at);
      await expect(failed).rejects.toMatchObject({ code: 'store_unavailable' });
    }
    expect(state()).toEqual(before);
    expect(host.connections.get(id).environment).toBe('prod');
    for (const verb of ['INSERT', 'UPDATE']) {
      other.exec(`DROP TRIGGER fail_${verb}`);
    }
    other.close();
    await host.connections.keep(staging, { ...who, target: 'b' }, id);
    expect(host.connections.get(id).environment).toBe('staging');
  });

  it('is gone with all that was noted of it, and no other with it', async () => {
    const host = await restarted();
    const { id } = await host.connections.keep(prod(), { ...who, target: 'a' });
    const { id: other } = await host.connections.keep(prod(), { ...who, target: 'a' });
    fill(host, id);
    fill(host, other);
    await host.disconnect(id);
    expect(counts(host, id)).toEqual(gone);
    expect(counts(host, other)).toEqual(full);
    const after = await restarted();
    expect(after.connections.ids()).toEqual([other]);
    expect(counts(after, id)).toEqual(gone);
  });
});

describe('executions', () => {
  it('say what ran and what it said, masked and cut', async () => {
    const { store, connections } = await restarted();
    const { id: c } = connections.add(prod());
    const execution = store.executions.begin(c, 'action', 'get-run');
    execution.log(`used ${fakeKeys['root:prod']}`);
    execution.log('x'.repeat(5_000));
    execution.finish({ code: 'not_found', message: 'gone' });
    expect(store.executions.find(execution.id)).toMatchObject({
      connection: c,
      kind: 'action',
      name: 'get-run',
      finishedAt: expect.any(Number),
      error: { code: 'not_found' },
    });
    const said = store.executions.logOf(execution.id).map(({ message }) => message);
    expect(said).toEqual(['used [redacted]', 'x'.repeat(2_000)]);
  });

  it('are kept up to a thousand, the last ones', async () => {
    const { store, connections } = await restarted();
    const { id: c } = connections.add(prod());
    for (let run = 0; run < 1_010; run += 1) {
      const execution = store.executions.begin(c, 'sync', `run-${run}`);
      execution.log('said');
      execution.finish(null);
    }
    const [first] = store.executions.latest(2_000).slice(-1);
    store.executions.sweep();
    expect(store.executions.latest(2_000)).toHaveLength(1_000);
    expect(store.executions.latest(1)[0]?.name).toBe('run-1009');
    expect(store.executions.logOf(first?.id ?? '')).toEqual([]);
  });
});
