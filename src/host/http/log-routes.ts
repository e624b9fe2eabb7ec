import type { Hono } from 'hono';
import { ConnectorError } from '../../errors/index.js';
import type { Host } from '../host.js';
import { logPage, logsPage } from '../pages/logs.js';

const shown = 100;

/** What ran, and what each execution said. */
export function addLogRoutes(app: Hono, { store: { executions } }: Host): void {
  app.get('/logs', (context) => context.html(logsPage(executions.latest(shown))));
  app.get('/logs/:id', (context) => {
    const found = executions.find(context.req.param('id'));
    if (found === undefined) {
      throw new ConnectorError('not_found', 'There is no execution of that id.');
    }
    return context.html(logPage(found, executions.logOf(found.id)));
  });
}
