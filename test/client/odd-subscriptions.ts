/*
 * A process of its own: subscribes to each odd response, with the client of Node and that of a page, and prints how
 * each ended, and whatever nobody caught.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TriggerClient as PageClient } from '../../src/browser/index.js';
import { closeConnections, TriggerClient } from '../../src/client/index.js';
import { ConnectorError } from '../../src/errors/index.js';
import { signed } from '../tokens/token.js';
import { secretKey } from './connections.js';
import { oddShapes, place, readableShapes, upToDate } from './odd-shapes.js';

const uncaught: string[] = [];
process.on('uncaughtException', (error) => uncaught.push(`exception: ${error}`));
process.on('unhandledRejection', (reason) => uncaught.push(`rejection: ${reason}`));

const shapes = { ...oddShapes, ...readableShapes };
const seen = new Map<string, number>();
const server = createServer((request, response) => {
  const { searchParams } = new URL(request.url ?? '', 'http://localhost');
  const name = searchParams.get('tags') ?? '';
  const reader = `${request.headers.authorization} ${name}`;
  const times = seen.get(reader) ?? 0;
  seen.set(reader, times + 1);
  const shape = shapes[name];
  // What was read is followed by silence.
  const {
    body = '',
    headers = {},
    status = 200,
  } = name in readableShapes && times > 0 ? { headers: place, body: JSON.stringify([upToDate]) } : (shape ?? {});
  response.writeHead(status, headers).end(body);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const clients = {
  node: new TriggerClient({ secretKey: secretKey(), baseURL }),
  page: new PageClient({ publicAccessToken: await signed(), baseURL }),
};

async function outcomeOf(client: keyof typeof clients, name: string): Promise<string> {
  const abort = new AbortController();
  const wanted = readableShapes[name]?.runs ?? Number.POSITIVE_INFINITY;
  let runs = 0;
  try {
    for await (const _ of clients[client].runs.subscribeToRunsWithTag(name, {}, { signal: abort.signal })) {
      runs += 1;
      if (runs === wanted) {
        setTimeout(() => abort.abort(), 100);
      }
    }
    return `${runs} runs`;
  } catch (error) {
    return error instanceof ConnectorError ? error.code : `thrown: ${error}`;
  }
}

// Side by side: most of them wait for retries. What nobody caught counts against all.
const ended = await Promise.all(
  (['node', 'page'] as const).flatMap((client) =>
    Object.keys(shapes).map(async (name) => ({
      client,
      name,
      outcome: await Promise.race([
        outcomeOf(client, name),
        new Promise<string>((resolve) => setTimeout(() => resolve('goes on'), 90_000).unref()),
      ]),
    })),
  ),
);
await new Promise((resolve) => setTimeout(resolve, 5));
for (const one of ended) {
  process.stdout.write(`${JSON.stringify({ ...one, uncaught })}\n`);
}
server.closeAllConnections();
server.close();
await closeConnections();
// A timer of @electric-sql/client would keep the process for a minute, to save what there is no place for.
process.exit();
