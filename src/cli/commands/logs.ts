import { ConnectorError } from '../../errors/index.js';
import { openStore } from '../../host/index.js';
import type { StoredExecution } from '../../host/store/executions.js';
import { numberFlag } from '../arguments.js';
import { type Context, print } from '../context.js';
import { storePath } from './host.js';

const time = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

function line({ connection, error, finishedAt, id, kind, name, startedAt }: StoredExecution): string {
  const took = finishedAt === null ? 'not finished' : `${finishedAt - startedAt} ms`;
  const outcome = error === null ? (finishedAt === null ? '' : 'ok') : `${error.code}: ${error.message}`;
  return `${time(startedAt)} ${id} ${kind} ${name} (${connection}) ${took} ${outcome}`;
}

/** The last executions, or all that one of them said. */
export async function logs(context: Context): Promise<void> {
  const { flags, operands } = context;
  const limit = numberFlag('limit', flags.limit, { min: 1, max: 1_000, otherwise: 20 });
  const store = await openStore(storePath(context));
  try {
    const [id] = operands;
    if (id === undefined) {
      const found = store.executions.latest(limit, flags.connection);
      print(context, found, found.length === 0 ? ['Nothing has run yet.'] : found.map(line));
      return;
    }
    const found = store.executions.find(id);
    if (found === undefined) {
      throw new ConnectorError('not_found', 'There is no execution of that id. List them: trigger-dev-connector logs');
    }
    const said = store.executions.logOf(id);
    const lines = said.map((entry) => `${time(entry.time)} ${entry.message}`);
    print(context, { ...found, log: said }, [line(found), ...lines]);
  } finally {
    store.close();
  }
}
