import type { Hono } from 'hono';
import { createMcpServer, loadMcp } from '../../mcp/server.js';
import { version } from '../../version.js';
import { connectionOf, type NangoApi } from './context.js';

/** POST /mcp: one tool an action, for the connection that the headers name. `?read_only=true` leaves out what writes. */
export function addMcp(api: Hono, nango: NangoApi): void {
  const { access, host } = nango;
  api.post('/mcp', access.withApiKey, async (context) => {
    const connection = connectionOf(nango, context);
    const isReadOnly = context.req.query('read_only') === 'true';
    const { createMcpHandler } = await loadMcp();
    const handler = createMcpHandler(() => createMcpServer({ host, connection, isReadOnly, version }));
    try {
      return await handler.fetch(context.req.raw);
    } finally {
      await handler.close();
    }
  });
  // As Nango: no stream of its own.
  api.get('/mcp', access.withApiKey, (context) => context.body(null, 405, { allow: 'POST' }));
}
