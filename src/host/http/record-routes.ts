import type { Hono } from 'hono';
import { runStatuses } from '../../api/index.js';
import { ConnectorError } from '../../errors/index.js';
import type { Host } from '../host.js';
import { recordsPage } from '../pages/records.js';
import { formFields } from './form-body.js';

const pageSize = 100;
/** So long a page waits for the end of the sync that its button started. */
const patienceMs = 10_000;
/** The chart is of so many runs that changed last: it is drawn at each look. */
const charted = 5_000;
const model = 'Run';
const sync = 'runs';

/** Connections whose key is at hand before those of earlier starts, synced ones before others. */
function inUseFirst(host: Host) {
  const rank = ({ id }: { id: string }) =>
    (host.isConnected(id) ? 0 : 2) + (host.store.lastOutcome(id, sync) === undefined ? 1 : 0);
  return host.store.connections().sort((a, b) => rank(a) - rank(b));
}

/** Ends with the run, or without it when that takes long: the run goes on, and the page says so. */
async function endedOrPatient(run: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  try {
    await Promise.race([run, patience]);
  } finally {
    clearTimeout(timer);
  }
}

/** The page of stored runs, and its button. */
export function addRecordRoutes(app: Hono, host: Host): void {
  app.get('/records', (context) => {
    const connections = inUseFirst(host);
    const wanted = context.req.query('connection');
    const selected = wanted === undefined ? connections[0] : connections.find((summary) => summary.id === wanted);
    if (wanted !== undefined && selected === undefined) {
      throw new ConnectorError('connection_not_found');
    }
    const before = Number(context.req.query('before') ?? '');
    const status = runStatuses.find((known) => known === context.req.query('status')) ?? '';
    const records =
      selected === undefined
        ? []
        : host.store.latestRecords(selected.id, model, {
            limit: pageSize,
            ...(before > 0 && { cursor: before }),
            ...(status !== '' && { fields: { status } }),
          });
    return context.html(
      recordsPage({
        connections,
        selected,
        records,
        status,
        days: selected === undefined ? [] : host.store.countByDay(selected.id, model, charted),
        connected: selected !== undefined && host.isConnected(selected.id),
        total: selected === undefined ? 0 : host.store.countRecords(selected.id, model),
        isUnderWay: selected !== undefined && host.isRunning(selected.id, sync),
        outcome: selected && host.store.lastOutcome(selected.id, sync),
        older: records.length === pageSize ? records.at(-1)?.cursor : undefined,
      }),
    );
  });

  app.post('/records/sync', async (context) => {
    const { connection = '' } = await formFields(context);
    await endedOrPatient(host.runSync(connection, sync));
    return context.redirect(`/records?connection=${encodeURIComponent(connection)}`, 303);
  });
}
