import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { exitCodeOf } from '../../src/cli/exit-code.js';
import { createTerminal } from '../../src/cli/terminal.js';
import { closeConnections, policyFromEnv } from '../../src/client/index.js';
import { ConnectorError } from '../../src/errors/index.js';
import { Host, openStore, serve } from '../../src/host/index.js';
import { runPass } from './pass.js';
import { fakeProject, hasOwnProject, ownProject } from './target.js';

const { env, stderr, stdout } = process;
const usualPort = 43_111;

/** Where people and programs go on, while this runs. */
function whatElse(url: string, apiKey: string): string {
  const bearer = `-H 'authorization: Bearer ${apiKey}'`;
  return `
6. Pages
  connect      ${url}/connect
  records      ${url}/records
  connections  ${url}/manage
  actions      ${url}/try
  logs         ${url}/logs

7. For programs, while this runs
  Nango's API  curl ${bearer} ${url}/connections
  OpenAPI      curl ${url}/openapi.json
  agents       ${url}/mcp, or: npx trigger-dev-connector mcp --read-only
  shell        npx trigger-dev-connector actions
  by itself    npx trigger-dev-connector serve, with webhooks: --webhook-url https://…
`;
}

async function start(signal: AbortSignal): Promise<void> {
  const { values } = parseArgs({
    options: { once: { type: 'boolean' }, task: { type: 'string' }, port: { type: 'string' } },
  });
  const own = hasOwnProject(env);
  const target = own ? ownProject(env, values.task) : await fakeProject(values.task);
  stdout.write(`trigger-dev-connector against ${target.title}\n`);
  const host = new Host({
    store: await openStore(env['TRIGGER_CONNECTOR_STORE'] ?? '.trigger-dev-connector/store.db'),
  });
  const policy = own ? policyFromEnv(env) : { allowHttp: true, allowPrivateHosts: true };
  const port = values.port === undefined ? usualPort : Number(values.port);
  const apiKey = env['TRIGGER_CONNECTOR_API_KEY'] ?? randomUUID();
  const options = { host, policy, apiKey };
  const server = await serve({ ...options, port }).catch(() => serve(options));
  try {
    await runPass({ target, host, out: stdout, err: stderr, env, signal });
    stdout.write(whatElse(server.url, apiKey));
    if (!values.once && !signal.aborted) {
      stdout.write('\nPress Ctrl-C to stop.\n');
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    }
  } finally {
    await server.close();
    await host.close();
    await target.close();
    await closeConnections();
  }
}

const interruption = new AbortController();
// An abort listener alone does not keep the process alive; the servers do.
process.once('SIGINT', () => interruption.abort());
process.once('SIGTERM', () => interruption.abort());

try {
  await start(interruption.signal);
} catch (error) {
  const known = error instanceof ConnectorError;
  const terminal = createTerminal(stderr, env);
  for (const line of known ? [`${error.code}: ${error.message}`] : String((error as Error).stack).split('\n')) {
    terminal.line(line);
  }
  process.exitCode = interruption.signal.aborted ? 130 : exitCodeOf(error);
}
