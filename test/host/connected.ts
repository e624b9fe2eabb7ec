import { parseConnection } from '../../src/connection/index.js';
import { Host, type HostOptions, openStore, type Server, serve } from '../../src/host/index.js';
import { type FakeApi, startFakeApi } from '../fake-api/index.js';

export interface Connected {
  readonly api: FakeApi;
  readonly host: Host;
  readonly server: Server;
  /** The connection of the production secret key. */
  readonly id: string;
  close(): Promise<void>;
}

/** A host that is served, over a store in memory, with one connection to a fake API. */
export async function connectedHost(options: {
  readonly runs: number;
  readonly apiKey?: string;
  readonly functions?: HostOptions['functions'];
}): Promise<Connected> {
  const { apiKey, functions, runs } = options;
  const api = await startFakeApi({ runs });
  const host = new Host({ store: await openStore(':memory:'), ...(functions && { functions }) });
  const server = await serve({ host, ...(apiKey && { apiKey }) });
  const values = { apiKey: api.project.keys['root:prod'], baseUrl: api.url };
  const parsed = parseConnection(values, { allowHttp: true, allowPrivateHosts: true });
  if (!parsed.ok) {
    throw new Error(JSON.stringify(parsed.issues));
  }
  const close = async () => {
    await server.close();
    await host.close();
    await api.close();
  };
  return { api, host, server, id: host.connect(parsed.connection).id, close };
}
