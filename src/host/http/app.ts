import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Transport } from '../../client/index.js';
import type { ConnectionPolicy } from '../../connection/index.js';
import { ConnectorError } from '../../errors/index.js';
import type { Host } from '../host.js';
import { messagePage } from '../pages/layout.js';
import { recordsPage } from '../pages/records.js';
import { style } from '../pages/style.js';
import { addConnectRoutes, textFields } from './connect-routes.js';
import { guard } from './guard.js';
import { nangoApi } from './nango-api.js';

const pageSize = 100;
const model = 'Run';
const sync = 'runs';

export interface AppOptions {
  readonly host: Host;
  /** For addresses that people type into the form. */
  readonly policy?: ConnectionPolicy;
  readonly transport?: Transport;
  /** Opens Nango's API to whoever has it; without one, only the pages are served. */
  readonly apiKey?: string;
}

const statusOf = (error: ConnectorError) =>
  error.code === 'connection_not_found' || error.code === 'not_found' ? 404 : 502;

/** Connections whose key is at hand before those of earlier starts, synced ones before others. */
function inUseFirst(host: Host) {
  const rank = ({ id }: { id: string }) =>
    (host.isConnected(id) ? 0 : 2) + (host.store.lastOutcome(id, sync) === undefined ? 1 : 0);
  return host.store.connections().sort((a, b) => rank(a) - rank(b));
}

/** The pages of the local host. */
export function createApp(options: AppOptions): Hono {
  const { host } = options;
  const app = new Hono();
  app.use(guard);
  const tooLarge = messagePage('Too large', 'A form is at most 64 KiB.');
  if (options.apiKey !== undefined) {
    // Before the limit of the pages: the API takes larger bodies.
    app.route('/', nangoApi(host, options.apiKey));
  }
  app.use(bodyLimit({ maxSize: 64 * 1024, onError: (context) => context.html(tooLarge, 413) }));
  app.onError((error, context) =>
    error instanceof ConnectorError
      ? context.html(messagePage('That did not work', error.message), statusOf(error))
      : context.html(messagePage('Something broke', 'This is a defect of the connector.'), 500),
  );
  app.notFound((context) => context.html(messagePage('Not found', 'There is no such page.'), 404));

  app.get('/', (context) => context.redirect('/connect'));
  app.get('/style.css', (context) => context.body(style, 200, { 'content-type': 'text/css; charset=utf-8' }));
  addConnectRoutes(app, options);

  app.get('/records', (context) => {
    const connections = inUseFirst(host);
    const wanted = context.req.query('connection');
    const selected = wanted === undefined ? connections[0] : connections.find((summary) => summary.id === wanted);
    if (wanted !== undefined && selected === undefined) {
      throw new ConnectorError('connection_not_found');
    }
    const before = Number(context.req.query('before') ?? '');
    const records =
      selected === undefined
        ? []
        : host.store.latestRecords(selected.id, model, { limit: pageSize, ...(before > 0 && { cursor: before }) });
    return context.html(
      recordsPage({
        connections,
        selected,
        records,
        connected: selected !== undefined && host.isConnected(selected.id),
        total: selected === undefined ? 0 : host.store.countRecords(selected.id, model),
        outcome: selected && host.store.lastOutcome(selected.id, sync),
        older: records.length === pageSize ? records.at(-1)?.cursor : undefined,
      }),
    );
  });

  app.post('/records/sync', async (context) => {
    const { connection = '' } = textFields(await context.req.parseBody());
    await host.runSync(connection, sync);
    return context.redirect(`/records?connection=${encodeURIComponent(connection)}`, 303);
  });

  return app;
}
