import type { CallToolResult, Server, Tool } from '@modelcontextprotocol/server';
import { ConnectorError } from '../../errors/index.js';
import { actionCatalogue, type CatalogueEntry } from '../catalogue.js';
import type { Host } from '../host.js';

export interface McpOptions {
  readonly host: Host;
  /** The connection that every tool works on: no tool takes a key or names another. */
  readonly connection: string;
  /** Leaves out what changes anything. */
  readonly isReadOnly: boolean;
  readonly version: string;
}

/** More than that fills the context of a model without saying more. */
const largestText = 200_000;

/** What the connection's key may call; tokens are left out, because a transcript is no place for one. */
function offered(entries: readonly CatalogueEntry[], { connection, host, isReadOnly }: McpOptions): CatalogueEntry[] {
  const { kind } = host.connections.get(connection);
  return entries.filter(
    ({ kinds, mintsToken, readOnly }) => kinds.includes(kind) && !mintsToken && (readOnly || !isReadOnly),
  );
}

function toolOf({ description, destructive, docs, idempotent, input, name, output, readOnly }: CatalogueEntry): Tool {
  return {
    name,
    description: `${description} ${docs}`,
    inputSchema: input as Tool['inputSchema'],
    ...(output && { outputSchema: output as Tool['outputSchema'] }),
    annotations: {
      readOnlyHint: readOnly,
      destructiveHint: destructive,
      idempotentHint: readOnly || idempotent,
      openWorldHint: true,
    },
  };
}

const failed = (text: string): CallToolResult => ({ content: [{ type: 'text', text }], isError: true });

/** What a model can mend is a result that says how; only an unknown tool is an error of the protocol. */
async function call({ connection, host }: McpOptions, entry: CatalogueEntry, input: unknown, signal: AbortSignal) {
  try {
    const output = await host.runAction(connection, entry.name, input, { signal });
    const text = JSON.stringify(output);
    if (text.length > largestText) {
      return failed(
        `The result is larger than ${largestText} characters. Ask for fewer items (limit), narrow the filter, and go on with the cursor of each page.`,
      );
    }
    const isObject = typeof output === 'object' && output !== null && !Array.isArray(output);
    return {
      content: [{ type: 'text' as const, text }],
      ...(entry.output && isObject && { structuredContent: output as Record<string, unknown> }),
    };
  } catch (error) {
    if (error instanceof ConnectorError) {
      return failed(`${error.code}: ${error.message}`);
    }
    throw error;
  }
}

/** The package is optional: whoever serves no tools does not install it. */
export async function loadMcp() {
  try {
    return await import('@modelcontextprotocol/server');
  } catch {
    throw new ConnectorError(
      'package_missing',
      'Tools for agents need the optional package @modelcontextprotocol/server. Install it: npm install @modelcontextprotocol/server',
    );
  }
}

/** An MCP server with one tool an action, for one connection. */
export async function createMcpServer(options: McpOptions): Promise<Server> {
  const { ProtocolError, ProtocolErrorCode, Server: McpServer } = await loadMcp();
  const entries = offered(await actionCatalogue(), options);
  const server = new McpServer(
    { name: 'trigger-dev-connector', title: 'Trigger.dev', version: options.version },
    { capabilities: { tools: {} } },
  );
  server.setRequestHandler('tools/list', () => ({ tools: entries.map(toolOf) }));
  server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) => {
    const entry = entries.find(({ name }) => name === params.name);
    if (entry === undefined) {
      const names = entries.map(({ name }) => name).join(', ');
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no such tool here. There are: ${names}.`);
    }
    return call(options, entry, params.arguments ?? {}, mcpReq.signal);
  });
  return server;
}
