import { randomBytes, randomUUID } from 'node:crypto';
import {
  Host,
  type HostOptions,
  openStore,
  Scheduler,
  type ServeOptions,
  type Server,
  type Store,
  serve,
} from '../../src/host/index.js';
import { createLog, type Log } from '../../src/host/log.js';
import { createVault } from '../../src/host/vault/vault.js';
import { type FakeApi, startFakeApi } from '../fake-api/index.js';

export interface Served {
  readonly api: FakeApi;
  readonly apiKey: string;
  readonly host: Host;
  readonly scheduler: Scheduler;
  readonly server: Server;
  readonly store: Store;
  /** What was logged, a line each. */
  readonly logged: string[];
  /** What a form or an import would bring for the production key. */
  readonly credentials: { type: 'API_KEY'; apiKey: string };
  readonly config: { baseUrl: string };
  close(): Promise<void>;
}

/** The host as `serve` runs it, over a store in memory and a fake API. */
export async function servedHost({
  runs = 60,
  platform,
  functions,
  tellsUnchanged,
  ...options
}: Partial<ServeOptions> &
  Pick<HostOptions, 'platform' | 'functions'> & {
    readonly runs?: number;
    readonly tellsUnchanged?: boolean;
  } = {}): Promise<Served> {
  const api = await startFakeApi({ runs });
  const apiKey = randomUUID();
  const store = await openStore(':memory:');
  const vault = createVault(randomBytes(32));
  const host = new Host({ store, vault, ...(platform && { platform }), ...(functions && { functions }) });
  const logged: string[] = [];
  const log: Log = createLog('json', (line) => logged.push(line));
  const scheduler = new Scheduler(host, {
    log,
    ...(options.tell && { tell: options.tell }),
    ...(tellsUnchanged && { tellsUnchanged }),
  });
  const policy = { allowHttp: true, allowPrivateHosts: true };
  const server = await serve({ host, apiKey, policy, scheduler, log, ...options });
  await scheduler.start();
  const close = async () => {
    await Promise.all([server.close(), scheduler.stop(), host.stop()]);
    await host.close();
    await api.close();
  };
  return {
    api,
    apiKey,
    host,
    scheduler,
    server,
    store,
    logged,
    credentials: { type: 'API_KEY', apiKey: api.project.keys['root:prod'] },
    config: { baseUrl: api.url },
    close,
  };
}

/** With the API key of the host. */
export async function post({ apiKey, server }: Served, path: string, body: unknown, method = 'POST') {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
