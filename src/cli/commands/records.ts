import { ConnectorError } from '../../errors/index.js';
import type { Host } from '../../host/host.js';
import { cursorOf, nangoRecord } from '../../host/store/nango-record.js';
import { numberFlag } from '../arguments.js';
import { type Context, print } from '../context.js';
import { withHost } from './host.js';

/** `--connection`, or the only one there is. */
function chosen({ flags }: Context, host: Host): string {
  const known = host.store.connections().map(({ id }) => id);
  const id = flags.connection ?? (known.length === 1 ? known[0] : undefined);
  if (id === undefined || !known.includes(id)) {
    const hint = known.length === 0 ? 'Run a sync first.' : `Choose with --connection: ${known.join(', ')}.`;
    throw new ConnectorError(
      flags.connection === undefined && known.length > 0 ? 'input_invalid' : 'connection_not_found',
      hint,
    );
  }
  return id;
}

/** A model by its name, or by that of the sync which saves it. */
async function modelOf(name: string, host: Host): Promise<string> {
  const syncs = (await host.functions()).filter(({ kind }) => kind === 'syncs').map((file) => file.name);
  // Describing one loads it: the sync of that name first, or else until one has the model.
  for (const sync of syncs.includes(name) ? [name] : syncs) {
    const { models } = await host.describeSync(sync);
    const model = models.find((own) => sync === name || own === name);
    if (model !== undefined) {
      return model;
    }
  }
  throw new ConnectorError('not_found', `There are no such records. There are those of: ${syncs.join(', ')}.`);
}

/** `--since`: the cursor of a record, or a date. */
function sinceOf(since: string | undefined): { cursor?: number; modifiedAfter?: number } {
  if (since === undefined) {
    return {};
  }
  const date = /^\d{4}-\d\d-\d\d/.test(since) ? Date.parse(since) : Number.NaN;
  if (Number.isFinite(date)) {
    return { modifiedAfter: date };
  }
  try {
    return { cursor: cursorOf(since) };
  } catch {
    throw new ConnectorError('input_invalid', '--since must be the cursor of a record, or a date such as 2026-01-31.', {
      field: 'since',
    });
  }
}

/** Stored records in the order of their changes; the last cursor reads on from there. */
export async function records(context: Context): Promise<void> {
  const [name = 'runs'] = context.operands;
  const { flags, stderr } = context;
  const options = {
    ...sinceOf(flags.since),
    limit: numberFlag('limit', flags.limit, { min: 1, max: 10_000, otherwise: 100 }),
  };
  await withHost(context, async (host) => {
    const connection = chosen(context, host);
    const model = await modelOf(name, host);
    const found = host.store.changedRecords(connection, model, options).map(nangoRecord);
    const lines = found.map(({ _nango_metadata: about, ...body }) => {
      const { createdAt, id, name: called, status, taskIdentifier = called } = body as Record<string, unknown>;
      const cells = [about.cursor, about.last_action, id, status, taskIdentifier, createdAt];
      return cells.filter((cell) => cell !== undefined);
    });
    const next = found.length === options.limit ? (found.at(-1)?._nango_metadata.cursor ?? null) : null;
    print(context, { connection, model, records: found, next_cursor: next }, lines);
    if (next !== null && !flags.json) {
      stderr.line(`more: --since ${next}`);
    }
  });
}
