import { ConnectorError } from '../../errors/index.js';
import type { Host } from '../../host/host.js';
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

/** Stored records in the order of their changes; the last cursor reads on from there. */
export async function records(context: Context): Promise<void> {
  const [model = 'Run'] = context.operands;
  const { after, limit } = context.flags;
  const options = {
    cursor: numberFlag('after', after, { min: 0, max: Number.MAX_SAFE_INTEGER, otherwise: 0 }),
    limit: numberFlag('limit', limit, { min: 1, max: 10_000, otherwise: 100 }),
  };
  await withHost(context, async (host) => {
    const connection = chosen(context, host);
    const found = host.store.changedRecords(connection, model, options);
    const lines = found.map(({ body, cursor, lastAction }) =>
      [cursor, lastAction, body['id'], body['status'], body['taskIdentifier'], body['createdAt']].join('\t'),
    );
    const next = found.length === options.limit ? (found.at(-1)?.cursor ?? null) : null;
    print(context, { connection, model, records: found, nextCursor: next }, lines.join('\n'));
    if (next !== null && !context.flags.json) {
      context.stderr.write(`more: --after ${next}\n`);
    }
  });
}
