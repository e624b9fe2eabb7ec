import { realSurroundings } from '../../client/send.js';
import { ConnectorError, isLasting } from '../../errors/index.js';
import type { Host } from '../../host/host.js';
import { frequencyMs } from '../../host/runner/frequency.js';
import { numberFlag } from '../arguments.js';
import { type Context, print } from '../context.js';
import { jsonFlag } from '../json-flag.js';
import { countsText, progressText } from '../sync-line.js';
import { withConnection } from './host.js';

/** Runs a sync and says what changed: once, or with --watch again and again until it is stopped. */
export async function sync(context: Context): Promise<void> {
  const { flags, signal } = context;
  const [name = 'runs'] = context.operands;
  const metadata = flags.metadata === undefined ? undefined : jsonFlag('metadata', flags.metadata);
  const everySeconds = numberFlag('every', flags.every, { min: 1, max: 86_400, otherwise: 0 });
  await withConnection(context, async (host, id) => {
    const { frequency } = await host.describeSync(name);
    // Before anything is changed: what is reset under a run of another process, that run would not read again.
    const release = host.store.acquireWriter();
    const former = host.store.metadata(id);
    try {
      if (metadata !== undefined) {
        host.setMetadata(id, metadata);
      }
      if (flags.reset) {
        await host.resetSync(id, name);
      }
      await once(context, host, id, name);
    } catch (error) {
      if (metadata !== undefined && error instanceof ConnectorError && error.path?.startsWith('metadata')) {
        // Kept, what was refused would fail every sync after it too.
        host.setMetadata(id, former);
      }
      throw error;
    } finally {
      release();
    }
    while (flags.watch) {
      await realSurroundings.sleep(everySeconds * 1000 || frequencyMs(frequency), signal);
      await once(context, host, id, name).catch(worthAnotherTry(context));
    }
  });
}

async function once(context: Context, host: Host, id: string, name: string): Promise<void> {
  const { signal, stderr } = context;
  const progress = stderr.progress();
  const startedAt = Date.now();
  try {
    const outcome = await host.runSync(id, name, {
      signal,
      onProgress: (state) => progress.update(progressText(state, Date.now() - startedAt), state.done),
    });
    const took = outcome.finishedAt - outcome.startedAt;
    progress.end();
    print(context, { connection: id, ...outcome }, [
      `${name}: ${countsText(outcome)} in ${took} ms (connection ${id})`,
    ]);
  } finally {
    progress.end();
  }
}

/** While watching, what may be over the next time is said and waited out; the rest ends the command. */
const worthAnotherTry =
  ({ stderr }: Context) =>
  (error: unknown) => {
    if (!(error instanceof ConnectorError) || error.code === 'aborted' || isLasting(error)) {
      throw error;
    }
    stderr.line(`${error.code}: ${error.message}`);
  };
