import { openStore, rotateKey } from '../../host/index.js';
import { type Context, print } from '../context.js';
import { storePath } from './host.js';

/** Seals every stored credential with a new key; not while a host serves the store. */
export async function rotate(context: Context): Promise<void> {
  const { env } = context;
  const path = storePath(context);
  const store = await openStore(path);
  try {
    const sealed = await rotateKey(path, store, env);
    const next = env['TRIGGER_CONNECTOR_KEY'] ? ' Set TRIGGER_CONNECTOR_KEY to the new key now.' : '';
    print(context, { sealed }, [`${sealed} credentials are sealed with the new key.${next}`]);
  } finally {
    store.close();
  }
}
