import { createHash, randomUUID } from 'node:crypto';
import { keepSecret } from '../../errors/index.js';
import type { Store } from '../store/store.js';

export const digest = (text: string) => createHash('sha256').update(text).digest();
export const hashOf = (text: string) => digest(text).toString('hex');

/** The setting that holds the hash of the API key. */
export const setting = 'api_key_hash';

/** Makes an API key in Nango's form, keeps its hash and returns it, which is the only time that it can be read. */
export function createApiKey(store: Store): string {
  const key = randomUUID();
  keepSecret(key);
  store.saveSetting(setting, hashOf(key));
  return key;
}

export const hasApiKey = (store: Store) => store.setting(setting) !== undefined;
