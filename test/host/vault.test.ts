import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConnection } from '../../src/connection/index.js';
import { Host, openStore, openVault, rotateKey, type Store } from '../../src/host/index.js';
import { nextKeyFile } from '../../src/host/vault/key-file.js';
import { createVault } from '../../src/host/vault/vault.js';
import { fakeKeys } from '../fake-api/keys.js';

let folder = '';
let path = '';
const opened: Store[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vault-'));
  path = join(folder, 'store.db');
});

afterEach(() => {
  for (const store of opened.splice(0)) {
    store.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<Store> {
  const store = await openStore(path);
  opened.push(store);
  return store;
}

function connection(apiKey: string) {
  const parsed = parseConnection({ apiKey });
  if (!parsed.ok) {
    throw new Error(JSON.stringify(parsed.issues));
  }
  return parsed.connection;
}

const who = { tags: {}, endUser: null, target: 'a' };
const key = fakeKeys['root:prod'];
const hex = () => randomBytes(32).toString('hex');

/** What a host of today reads of the connections that an earlier one kept. */
async function keysAfterRestart(env: Record<string, string> = {}): Promise<string[]> {
  const store = await open();
  const host = new Host({ store, vault: openVault(path, store, env) });
  await host.load({});
  return host.connections.ids().map((id) => host.connections.get(id).key.reveal());
}

async function keepOne(env: Record<string, string> = {}): Promise<void> {
  const store = await open();
  await new Host({ store, vault: openVault(path, store, env) }).connections.keep(connection(key), who);
}

describe('a sealed text', () => {
  const vault = createVault(randomBytes(32));

  it('opens for its owner, and says which key sealed it', async () => {
    const sealed = await vault.seal('c1', 'secret');
    expect(await vault.open('c1', sealed)).toBe('secret');
    expect(JSON.parse(Buffer.from(sealed.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({
      alg: 'dir',
      enc: 'A256GCM',
      kid: vault.keyId,
    });
  });

  it.each([
    ['another owner', (sealed: string) => vault.open('c2', sealed)],
    ['another key', (sealed: string) => createVault(randomBytes(32)).open('c1', sealed)],
    ['a changed text', (sealed: string) => vault.open('c1', `${sealed.slice(0, -8)}AAAAAAAA`)],
    ['no JWE', () => vault.open('c1', 'plain')],
  ])('does not open with %s', async (_, attempt) => {
    await expect(attempt(await vault.seal('c1', 'secret'))).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});

describe('the key', () => {
  it('is made once, in a file that only its owner reads', async () => {
    await keepOne();
    expect(statSync(`${path}.key`).mode & 0o777).toBe(0o600);
    expect(await keysAfterRestart()).toEqual([key]);
  });

  it('is the same where the store is opened by a link', async () => {
    await keepOne();
    const link = join(folder, 'link.db');
    symlinkSync(path, link);
    path = link;
    expect(await keysAfterRestart()).toEqual([key]);
    expect(existsSync(`${link}.key`)).toBe(false);
  });

  it('may come from the environment, and then no file is made', async () => {
    const env = { TRIGGER_CONNECTOR_KEY: hex() };
    await keepOne(env);
    expect(existsSync(`${path}.key`)).toBe(false);
    expect(await keysAfterRestart(env)).toEqual([key]);
    await expect(keysAfterRestart({ TRIGGER_CONNECTOR_KEY: hex() })).rejects.toMatchObject({
      code: 'store_unavailable',
    });
  });

  it.each(['short', 'x'.repeat(64), ''.padEnd(43, '!'), hex().slice(1)])('%j is none', async (text) => {
    const store = await open();
    expect(() => openVault(path, store, { TRIGGER_CONNECTOR_KEY: text })).toThrow(/32 random bytes/);
  });

  it('takes base64 too', async () => {
    const bytes = randomBytes(32);
    await keepOne({ TRIGGER_CONNECTOR_KEY: bytes.toString('base64') });
    expect(await keysAfterRestart({ TRIGGER_CONNECTOR_KEY: bytes.toString('base64url') })).toEqual([key]);
  });

  it('that others can read, or that is gone, is said and not replaced', async () => {
    await keepOne();
    chmodSync(`${path}.key`, 0o644);
    await expect(keysAfterRestart()).rejects.toThrow(/chmod 600/);
    rmSync(`${path}.key`);
    await expect(keysAfterRestart()).rejects.toThrow(/gone/);
    expect(existsSync(`${path}.key`)).toBe(false);
  });
});

describe('a store that is copied without its key', () => {
  it('gives nothing: no file of it holds the credential', async () => {
    await keepOne();
    for (const store of opened.splice(0)) {
      store.close();
    }
    const bytes = readFileSync(path);
    expect(bytes.includes(key)).toBe(false);
    expect(bytes.includes(Buffer.from(key).toString('base64url').slice(4, 30))).toBe(false);
    rmSync(`${path}.key`);
    await expect(keysAfterRestart()).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});

describe('a rotation', () => {
  it('replaces the key file: all opens with the new one, nothing with the former', async () => {
    await keepOne();
    const former = readFileSync(`${path}.key`, 'utf8');
    expect(await rotateKey(path, await open(), {})).toBe(1);
    const present = readFileSync(`${path}.key`, 'utf8');
    expect(present).not.toBe(former);
    expect(statSync(`${path}.key`).mode & 0o777).toBe(0o600);
    expect(await keysAfterRestart()).toEqual([key]);
    writeFileSync(`${path}.key`, former, { mode: 0o600 });
    await expect(keysAfterRestart()).rejects.toMatchObject({ code: 'store_unavailable' });
  });

  it('takes the next key from the environment where the present one comes from there', async () => {
    const [present, next] = [hex(), hex()];
    await keepOne({ TRIGGER_CONNECTOR_KEY: present });
    await rotateKey(path, await open(), { TRIGGER_CONNECTOR_KEY: present, TRIGGER_CONNECTOR_NEW_KEY: next });
    expect(await keysAfterRestart({ TRIGGER_CONNECTOR_KEY: next })).toEqual([key]);
    const unnamed = rotateKey(path, await open(), { TRIGGER_CONNECTOR_KEY: next });
    await expect(unnamed).rejects.toThrow(/TRIGGER_CONNECTOR_NEW_KEY/);
  });

  it('that was cut off before anything was sealed leaves the former key', async () => {
    await keepOne();
    nextKeyFile(`${path}.key`);
    expect(await keysAfterRestart()).toEqual([key]);
    expect(existsSync(`${path}.key.next`)).toBe(false);
  });

  it('that was cut off after the sealing is finished by the next start', async () => {
    await keepOne();
    const store = await open();
    const next = nextKeyFile(`${path}.key`);
    const [vault, present] = [createVault(next.key), openVaultOf(readFileSync(`${path}.key`, 'utf8'))];
    const sealed = new Map<string, string>();
    for (const kept of store.kept.all()) {
      sealed.set(kept.id, await vault.seal(kept.id, await present.open(kept.id, kept.sealed)));
    }
    store.reseal(sealed, 'vault_key_id', vault.keyId);
    expect(await keysAfterRestart()).toEqual([key]);
    expect(existsSync(`${path}.key.next`)).toBe(false);
  });

  it('waits for no host: it is refused while one serves the store', async () => {
    await keepOne();
    const serving = await open();
    serving.acquireWriter();
    await expect(rotateKey(path, await open(), {})).rejects.toMatchObject({ code: 'store_locked' });
  });
});

const openVaultOf = (text: string) => createVault(new Uint8Array(Buffer.from(text.trim(), 'hex')));
