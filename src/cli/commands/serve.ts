import { closeConnections, policyFromEnv } from '../../client/index.js';
import { ConnectorError } from '../../errors/index.js';
import {
  createApiKey,
  createLog,
  Host,
  type HostOptions,
  hasApiKey,
  isLoopback,
  type Log,
  mostConcurrency,
  openStore,
  openVault,
  Scheduler,
  type ServeOptions,
  type Server,
  type Store,
  serve,
  usualConcurrency,
  Webhooks,
} from '../../host/index.js';
import { numberFlag } from '../arguments.js';
import type { Context } from '../context.js';
import { storePath } from './host.js';

const usualPort = 4310;
const wildcards = ['0.0.0.0', '::'];

const wrong = (field: string, message: string) => new ConnectorError('input_invalid', message, { field });

/** An origin as a browser sends it, from what was typed. */
function originOf(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.username) {
    throw wrong(name, `--${name} must be an origin, such as https://connect.example.com`);
  }
  return url.origin;
}

/** Where to listen, and who may reach it: checked before anything is opened. */
function addressOf({ flags }: Context): Pick<ServeOptions, 'hostname' | 'port' | 'publicUrl' | 'allowOrigins'> {
  const hostname = flags.host ?? '127.0.0.1';
  if (wildcards.includes(hostname) && flags['public-url'] === undefined) {
    throw wrong('host', `With --host ${hostname}, say under which URL people reach it: --public-url https://…`);
  }
  return {
    hostname,
    port: numberFlag('port', flags.port, { min: 0, max: 65_535, otherwise: usualPort }),
    publicUrl: flags['public-url'] === undefined ? undefined : originOf('public-url', flags['public-url']),
    allowOrigins: (flags['allow-origin'] ?? []).map((origin) => originOf('allow-origin', origin)),
  };
}

function logOf(context: Context) {
  const { flags, stderr } = context;
  const format = flags.log ?? (stderr.isTerminal ? 'pretty' : 'json');
  if (format !== 'json' && format !== 'pretty') {
    throw wrong('log', '--log must be json or pretty.');
  }
  return createLog(format, (line) => stderr.line(line.trimEnd()));
}

/** Where to tell what happens, and what signs it. */
function webhooksOf({ env, flags }: Context, log: Log): Webhooks | undefined {
  const url = flags['webhook-url'];
  const signingKey = env['TRIGGER_CONNECTOR_WEBHOOK_KEY'] ?? '';
  if (url === undefined) {
    return undefined;
  }
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw wrong('webhook-url', '--webhook-url must be an address, such as https://app.example.com/webhooks');
  }
  const { password, username } = new URL(url);
  if (username !== '' || password !== '') {
    // fetch sends nothing to such an address.
    throw wrong(
      'webhook-url',
      '--webhook-url takes no user name or password: what is sent is signed, so let the receiver check that.',
    );
  }
  if (signingKey.length < 32) {
    throw wrong(
      'webhook-url',
      'Webhooks are signed: set TRIGGER_CONNECTOR_WEBHOOK_KEY, 32 characters or more, to what the receiver has as webhookSigningKey.',
    );
  }
  return new Webhooks({ url, signingKey, log });
}

/** The key that the environment gives; one that is made is shown this once, its hash is kept. */
function apiKeyFor({ env, flags, stdout }: Context, store: Store, hostname: string): string | undefined {
  const given = env['TRIGGER_CONNECTOR_API_KEY'];
  // Another one could not be sent in a header, and would lock everybody out.
  if (given !== undefined && !/^[!-~]{32,200}$/.test(given)) {
    throw wrong(
      'apiKey',
      'TRIGGER_CONNECTOR_API_KEY must be 32 to 200 letters, digits and signs without spaces, for example from: uuidgen',
    );
  }
  if (given !== undefined) {
    return given;
  }
  if (!isLoopback(hostname) && !hasApiKey(store)) {
    throw wrong(
      'host',
      `--host ${hostname} can be reached from other machines: set TRIGGER_CONNECTOR_API_KEY, or start once on loopback, which makes a key.`,
    );
  }
  if (!hasApiKey(store) || flags['new-api-key']) {
    stdout.line(`API key, shown this once: ${createApiKey(store)}`);
  }
  return undefined;
}

/** What each connection may store, where it is said. */
function roomOf({ flags }: Context): Pick<HostOptions, 'maxRecordsPerConnection' | 'maxBytesPerConnection'> {
  const limits = { min: 1, max: 1e15 - 1, otherwise: 0 };
  const records = numberFlag('max-records', flags['max-records'], limits);
  const bytes = numberFlag('max-bytes', flags['max-bytes'], limits);
  return {
    ...(records > 0 && { maxRecordsPerConnection: records }),
    ...(bytes > 0 && { maxBytesPerConnection: bytes }),
  };
}

async function openHost(
  path: string,
  store: Store,
  { env, flags }: Context,
  room: ReturnType<typeof roomOf>,
): Promise<Host> {
  try {
    store.acquireWriter();
    const vault = openVault(path, store, env);
    return new Host({ store, vault, ...room, ...(flags['like-nango'] && { platform: 'nango' as const }) });
  } catch (error) {
    store.close();
    throw error;
  }
}

/** The local host as one process, until it is stopped. */
export async function serveHost(context: Context): Promise<void> {
  const { env, signal, stdout } = context;
  const address = addressOf(context);
  const concurrency = numberFlag('concurrency', context.flags.concurrency, {
    min: 1,
    max: mostConcurrency,
    otherwise: usualConcurrency,
  });
  const log = logOf(context);
  const webhooks = webhooksOf(context, log);
  const tell = webhooks?.tell;
  const room = roomOf(context);
  const path = storePath(context);
  const store = await openStore(path);
  // Two hosts on one store would run each sync twice; and the key file is another's while that one rotates it.
  const host = await openHost(path, store, context, room);
  let server: Server | undefined;
  try {
    const apiKey = apiKeyFor(context, store, address.hostname ?? '');
    const policy = policyFromEnv(env);
    await host.load(policy);
    const scheduler = new Scheduler(host, {
      concurrency,
      log,
      ...(tell && { tell }),
      tellsUnchanged: context.flags['webhook-unchanged'] === true,
    });
    server = await serve({ ...address, host, policy, apiKey, scheduler, log, ...(tell && { tell }) });
    await scheduler.start();
    const at = address.publicUrl ?? server.url;
    stdout.line({ style: 'green', text: 'Serving' }, ` ${at}`);
    stdout.line(`  connect      ${at}/connect`);
    stdout.line(`  connections  ${at}/manage`);
    const connections = host.connections.ids().length;
    log('info', 'host.started', { url: at, connections, ...(host.likeNango && { like: 'nango' }) });
    if (!signal.aborted) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    }
    log('info', 'host.stopping');
    await Promise.all([server.close(), scheduler.stop(), host.stop()]);
    // What a receiver has not taken within a second, it reads from the records.
    await Promise.race([webhooks?.settle(), new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
    await webhooks?.stop();
    log('info', 'host.stopped');
  } finally {
    await server?.close();
    await host.close();
    await closeConnections();
  }
}
