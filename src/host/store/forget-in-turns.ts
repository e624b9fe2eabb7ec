import { turn } from '../turns.js';
import type { Store } from './store.js';

/**
 * Forgets the records of a connection, of all models or of those of a sync, while others are answered: what comes after it
 * in one transaction has little left to do. After a crash, the next sync reads everything again.
 */
export async function forgetInTurns(
  store: Store,
  connection: string,
  sync?: string,
  models?: readonly string[],
): Promise<void> {
  while (await store.write(() => store.forgetSome(connection, sync, models))) {
    await turn();
  }
}
