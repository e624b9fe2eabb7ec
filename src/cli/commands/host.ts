import { Host } from '../../host/host.js';
import { openStore } from '../../host/store/open.js';
import { connectionOf } from '../connection.js';
import type { Context } from '../context.js';

/** Where records are kept unless --store or TRIGGER_CONNECTOR_STORE says otherwise. */
export function storePath({ env, flags }: Pick<Context, 'env' | 'flags'>): string {
  return flags.store ?? (env['TRIGGER_CONNECTOR_STORE'] || '.trigger-dev-connector/store.db');
}

/** Opens the host for one command and closes it after. */
export async function withHost<Result>(context: Context, work: (host: Host) => Promise<Result>): Promise<Result> {
  const host = new Host({ store: await openStore(storePath(context)) });
  try {
    return await work(host);
  } finally {
    await host.close();
  }
}

/** The same with the connection of flags and environment variables. */
export async function withConnection<Result>(
  context: Context,
  work: (host: Host, id: string) => Promise<Result>,
): Promise<Result> {
  // Checked before the store is opened: wrong input leaves no trace.
  const connection = await connectionOf(context);
  return withHost(context, async (host) => work(host, host.connect(connection).id));
}
