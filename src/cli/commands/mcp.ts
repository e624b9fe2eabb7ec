import { createMcpServer, loadMcp } from '../../host/mcp/server.js';
import { version } from '../../host/version.js';
import type { Context } from '../context.js';
import { withConnection } from './host.js';

/** One tool an action, for the connection of the environment variables, until the agent closes standard input. */
export async function mcp(context: Context): Promise<void> {
  const { flags, signal, stderr } = context;
  await loadMcp();
  const { serveStdio } = await import('@modelcontextprotocol/server/stdio');
  await withConnection(context, async (host, connection) => {
    const isReadOnly = flags['read-only'] === true;
    const handle = serveStdio(() => createMcpServer({ host, connection, isReadOnly, version }), {
      // Standard output belongs to the protocol.
      onerror: () => stderr.line('warning: the agent sent what is no message of the protocol'),
    });
    await new Promise<void>((resolve) => {
      process.stdin.once('close', resolve);
      process.stdin.once('end', resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await handle.close();
  });
}
