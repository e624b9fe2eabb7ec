import { type Context, print } from '../context.js';
import { createTerminal } from '../terminal.js';
import { withConnection } from './host.js';

/** Runs a sync once and says what changed. */
export async function sync(context: Context): Promise<void> {
  const [name = 'runs'] = context.operands;
  const { env, flags, signal, stderr } = context;
  const progress = createTerminal(stderr, env).progress();
  await withConnection(context, async (host, id) => {
    if (flags.reset) {
      await host.resetSync(id, name);
    }
    try {
      const outcome = await host.runSync(id, name, {
        signal,
        onProgress: ({ added, updated, unchanged }) => progress.update(`${added + updated + unchanged} records`),
      });
      const { added, updated, unchanged, startedAt, finishedAt } = outcome;
      const text = `${name}: ${added} added, ${updated} updated, ${unchanged} unchanged in ${finishedAt - startedAt} ms (connection ${id})`;
      progress.end();
      print(context, { connection: id, ...outcome }, text);
    } finally {
      progress.end();
    }
  });
}
