import type { Hono } from 'hono';
import { verifyConnection } from '../../client/index.js';
import { ConnectorError } from '../../errors/index.js';
import type { Host } from '../host.js';
import type { Log } from '../log.js';
import { type ConnectionRow, disconnectPage, managePage } from '../pages/manage.js';
import { kindName } from '../pages/records.js';
import type { Scheduler } from '../runner/scheduler.js';
import type { AboutConnection } from '../store/kept-connections.js';
import { formFields } from './form-body.js';

export interface ManageRoutes {
  readonly host: Host;
  readonly scheduler: Scheduler;
  readonly log: Log;
}

function keyText(kind: string, verified: AboutConnection['verified']): string {
  const when = verified && `${verified.status} when checked ${verified.at.slice(0, 19).replace('T', ' ')} UTC`;
  return [kindName(kind), when].filter(Boolean).join(', ');
}

/** The life of a connection after it was made: check again, pause, replace the key, disconnect. */
export function addManageRoutes(app: Hono, { host, log, scheduler }: ManageRoutes): void {
  const recordsOf = async (id: string, sync: string) => {
    const { models } = await host.describeSync(sync);
    return models.reduce((sum, model) => sum + host.store.countRecords(id, model), 0);
  };

  async function rows(): Promise<ConnectionRow[]> {
    await scheduler.load();
    const known = host.store.connections().filter(({ id }) => host.isConnected(id) || host.store.kept.find(id));
    return Promise.all(
      known.map(async ({ environment, id, kind, previewBranch, projectRef }) => ({
        id,
        where: [projectRef, environment ?? kindName(kind), previewBranch].filter(Boolean).join(' / '),
        key: keyText(kind, host.store.kept.find(id)?.about.verified),
        problem: host.connections.problem(id),
        syncs: await Promise.all(
          scheduler.syncs.map(async (name) => {
            const { frequency, nextAt, state } = scheduler.schedule(id, name);
            const last = host.store.lastOutcome(id, name);
            return {
              name,
              status: host.isRunning(id, name) ? 'running' : state === 'started' ? 'scheduled' : state,
              frequency,
              records: await recordsOf(id, name),
              nextAt: state === 'started' ? new Date(nextAt).toISOString() : null,
              lastAt: last === undefined ? null : new Date(last.finishedAt).toISOString(),
              error: last?.error?.message,
            };
          }),
        ),
      })),
    );
  }

  const known = (id: string): string => {
    if (!host.store.connections().some((connection) => connection.id === id)) {
      throw new ConnectorError('connection_not_found');
    }
    return id;
  };

  app.get('/manage', async (context) => context.html(managePage(await rows(), undefined)));

  app.post('/manage/verify', async (context) => {
    const { connection = '' } = await formFields(context);
    const { message, status } = await verifyConnection(host.connections.get(connection), {
      timeoutMs: 20_000,
      transport: host.transport,
    });
    await host.connections.describe(connection, { verified: { status, at: new Date().toISOString() } });
    return context.html(managePage(await rows(), `${connection}: ${message}`));
  });

  app.post('/manage/pause', async (context) => {
    const { connection = '', sync = '' } = await formFields(context);
    await scheduler.load();
    await scheduler.pause(known(connection), sync);
    return context.redirect('/manage', 303);
  });

  app.post('/manage/start', async (context) => {
    const { connection = '', sync = '' } = await formFields(context);
    await scheduler.load();
    scheduler.resume(known(connection), sync);
    return context.redirect('/manage', 303);
  });

  app.get('/manage/disconnect', async (context) => {
    const id = known(context.req.query('connection') ?? '');
    await scheduler.load();
    const counts = await Promise.all(scheduler.syncs.map((sync) => recordsOf(id, sync)));
    return context.html(
      disconnectPage(
        id,
        counts.reduce((sum, count) => sum + count, 0),
      ),
    );
  });

  app.post('/manage/disconnect', async (context) => {
    const { connection = '' } = await formFields(context);
    await host.disconnect(known(connection));
    log('info', 'connection.deleted', { connection });
    return context.redirect('/manage', 303);
  });
}
