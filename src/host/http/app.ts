import { type Context, Hono } from 'hono';
import type { Transport } from '../../client/index.js';
import type { ConnectionPolicy } from '../../connection/index.js';
import { ConnectorError } from '../../errors/index.js';
import { boundedTransport } from '../bounded-transport.js';
import type { Host } from '../host.js';
import { type Log, silentLog } from '../log.js';
import { messagePage } from '../pages/layout.js';
import { logo, style } from '../pages/style.js';
import { Scheduler } from '../runner/scheduler.js';
import { nobodyListens, type Tell } from '../webhook-bodies.js';
import { Access } from './access.js';
import { hasApiKey } from './api-key.js';
import { addConnectRoutes, refusalPage } from './connect-routes.js';
import { Connecting } from './connecting.js';
import { type GuardOptions, guard } from './guard.js';
import { addLogRoutes } from './log-routes.js';
import { addManageRoutes } from './manage-routes.js';
import { nangoApi } from './nango/index.js';
import { addOpenApi } from './openapi.js';
import { onlyOperator, operatorCheck } from './operator.js';
import { addRecordRoutes } from './record-routes.js';
import { Refusal, refused } from './refusal.js';
import { requestLog } from './request-log.js';
import { sizeLimit } from './size-limit.js';
import { addTryRoutes } from './try-routes.js';

export interface AppOptions extends GuardOptions {
  readonly host: Host;
  /** For addresses that people type into the form. */
  readonly policy?: ConnectionPolicy;
  readonly transport?: Transport;
  /** Opens Nango's API to whoever has it; without one, the key whose hash is stored does, if there is any. */
  readonly apiKey?: string | undefined;
  readonly scheduler?: Scheduler;
  /** Of the scheduler that is made where none is given: syncs that work at a time, from 1 to 64; 4 when left out. */
  readonly concurrency?: number;
  readonly log?: Log;
  /** Hears of connections, and of actions that ran by themselves. */
  readonly tell?: Tell;
}

const statusOf = (error: ConnectorError) =>
  error.code === 'connection_not_found' || error.code === 'not_found' ? 404 : 502;

/** Does a program ask, rather than a person who looks at a page? */
const isProgram = (context: Context) => context.req.header('authorization')?.startsWith('Bearer ') === true;

/** The pages of the local host, and Nango's API beside them. */
export function createApp(options: AppOptions): Hono {
  const {
    apiKey,
    boundHost,
    concurrency,
    host,
    log = silentLog,
    policy = {},
    publicUrl,
    tell = nobodyListens,
  } = options;
  const transport = options.transport === undefined ? host.transport : boundedTransport(options.transport);
  const scheduler =
    options.scheduler ?? new Scheduler(host, { log, tell, ...(concurrency !== undefined && { concurrency }) });
  const access = new Access(host.store, { apiKey });
  const connecting = new Connecting({ host, scheduler, policy, transport, log, tell });
  const checkOperator = operatorCheck(access, boundHost === undefined && publicUrl === undefined);
  const originOf = (context: Context) => publicUrl ?? new URL(context.req.url).origin;
  const app = new Hono();
  app.use(requestLog(log));
  app.use(guard(options));

  if (apiKey !== undefined || hasApiKey(host.store)) {
    // Before the limit of the pages: the API takes larger bodies.
    app.route('/', nangoApi({ host, scheduler, access, connecting, log, originOf, tell }));
    addOpenApi(app, originOf);
  }

  const tooLarge = messagePage('Too large', 'A form is at most 64 KiB.');
  app.use(sizeLimit(64 * 1024, (context) => context.html(tooLarge, 413)));
  app.onError((error, context) => {
    if (error instanceof Refusal) {
      return refusalPage(context, error);
    }
    if (error instanceof ConnectorError) {
      return context.html(messagePage('That did not work', error.message), statusOf(error));
    }
    log('error', 'request.crashed', { path: context.req.path });
    return context.html(messagePage('Something broke', 'This is a defect of the connector.'), 500);
  });
  app.notFound((context) =>
    isProgram(context)
      ? refused(context, new Refusal(404, 'not_found', 'There is no such path.'))
      : context.html(messagePage('Not found', 'There is no such page.'), 404),
  );

  app.get('/', (context) => context.redirect('/connect'));
  app.get('/style.css', (context) => context.body(style, 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get('/logo.svg', (context) => context.body(logo, 200, { 'content-type': 'image/svg+xml' }));
  addConnectRoutes(app, { host, access, checkOperator, connecting, policy });
  for (const path of ['/records/*', '/manage/*', '/logs/*', '/try/*']) {
    app.use(path, onlyOperator(checkOperator));
  }
  addRecordRoutes(app, host);
  addLogRoutes(app, host);
  addTryRoutes(app, host);
  addManageRoutes(app, { host, scheduler, log });
  return app;
}
