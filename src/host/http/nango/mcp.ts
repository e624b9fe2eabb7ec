import type { Context, Hono } from 'hono';
import { ConnectorError } from '../../../errors/index.js';
import { createMcpServer, loadMcp } from '../../mcp/server.js';
import { version } from '../../version.js';
import { connectionOf, type NangoApi } from './context.js';

/** What is only like `true` is refused: taken for false, it would give an agent the tools that write. */
function isReadOnlyAsked(context: Context): boolean {
  const [given = 'false', ...more] = context.req.queries('read_only') ?? [];
  if (more.length > 0 || !['true', 'false'].includes(given)) {
    throw new ConnectorError('input_invalid', 'read_only is true or false, once.', { field: 'read_only' });
  }
  return given === 'true';
}

/** POST /mcp: one tool an action, for the connection that the headers name. `?read_only=true` leaves out what writes. */
export function addMcp(api: Hono, nango: NangoApi): void {
  const { access, host } = nango;
  api.post('/mcp', access.withApiKey, async (context) => {
    const connection = connectionOf(nango, context);
    const isReadOnly = isReadOnlyAsked(context);
    const { createMcpHandler } = await loadMcp();
    const handler = createMcpHandler(() => createMcpServer({ host, connection, isReadOnly, version }));
    try {
      return await handler.fetch(context.req.raw);
    } finally {
      await handler.close();
    }
  });
  // As Nango: no stream of its own.
  api.get('/mcp', access.withApiKey, (context) =>
    context.json({ jsonrpc: '2.0', error: { code: -32_000, message: 'Method not allowed.' }, id: null }, 405, {
      allow: 'POST',
    }),
  );
}
