import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { ConnectorError } from '../../errors/index.js';
import type { Store } from '../store/store.js';
import { keyFileOf, keyFromText, nextKeyFile, openKeyFile } from './key-file.js';
import { createVault, type Vault } from './vault.js';

type Env = Readonly<Record<string, string | undefined>>;

/** The setting that names the key which the store was sealed with. */
const setting = 'vault_key_id';

function keyFor(path: string, store: Store, env: Env): Uint8Array {
  const given = env['TRIGGER_CONNECTOR_KEY'];
  if (given !== undefined && given !== '') {
    return keyFromText(given, 'TRIGGER_CONNECTOR_KEY');
  }
  if (path === ':memory:') {
    return randomBytes(32);
  }
  const known = store.setting(setting);
  if (known !== undefined && !existsSync(keyFileOf(path)) && !existsSync(`${keyFileOf(path)}.next`)) {
    throw new ConnectorError(
      'store_unavailable',
      `The key file ${keyFileOf(path)} is gone, and the store holds credentials that only it opens. Put it back, or set TRIGGER_CONNECTOR_KEY; without either, move the store away and connect again.`,
    );
  }
  return openKeyFile(keyFileOf(path), (key) => createVault(key).keyId === known);
}

/**
 * The vault of a store: its key comes from TRIGGER_CONNECTOR_KEY, or from a file beside the store that only its owner
 * reads, made at the first start. Throws `store_unavailable` where the store was sealed with another key.
 */
export function openVault(path: string, store: Store, env: Env): Vault {
  const vault = createVault(keyFor(path, store, env));
  const known = store.setting(setting);
  if (known !== undefined && known !== vault.keyId) {
    throw new ConnectorError(
      'store_unavailable',
      'The store was sealed with another key. Set TRIGGER_CONNECTOR_KEY to that one, or put its key file back.',
    );
  }
  if (known === undefined) {
    store.saveSetting(setting, vault.keyId);
  }
  return vault;
}

/**
 * Seals every stored credential with a new key, in one transaction, and returns how many. With a key file the new key
 * takes its place; with TRIGGER_CONNECTOR_KEY the new one comes from TRIGGER_CONNECTOR_NEW_KEY, to be set afterwards.
 */
export async function rotateKey(path: string, store: Store, env: Env): Promise<number> {
  const release = store.acquireWriter();
  try {
    const present = openVault(path, store, env);
    const next = nextKey(path, env);
    const vault = createVault(next.key);
    const sealed = new Map<string, string>();
    for (const { id, sealed: text } of store.kept.all()) {
      sealed.set(id, await vault.seal(id, await present.open(id, text)));
    }
    store.reseal(sealed, setting, vault.keyId);
    next.use();
    return sealed.size;
  } finally {
    release();
  }
}

function nextKey(path: string, env: Env): { key: Uint8Array; use: () => void } {
  if (env['TRIGGER_CONNECTOR_KEY']) {
    const key = keyFromText(env['TRIGGER_CONNECTOR_NEW_KEY'] ?? '', 'TRIGGER_CONNECTOR_NEW_KEY');
    return { key, use: () => undefined };
  }
  return nextKeyFile(keyFileOf(path));
}
