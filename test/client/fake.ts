import { onTestFinished } from 'vitest';
import { type Api, createApi } from '../../src/client/api/index.js';
import { callerFor, undiciTransport } from '../../src/client/index.js';
import { realSurroundings } from '../../src/client/send.js';
import { type Connection, connectionFromValues } from '../../src/connection/index.js';
import { type FakeApi, type FakeApiOptions, type KeyName, startFakeApi } from '../fake-api/index.js';

/** The stand-in for Trigger.dev with few runs; closed when the test ends. */
export async function fakeApi(options: FakeApiOptions = {}): Promise<FakeApi> {
  const api = await startFakeApi({ runs: 300, ...options });
  onTestFinished(api.close);
  return api;
}

export function connectTo(api: FakeApi, key: KeyName, fields: Record<string, string> = {}): Connection {
  const values = { apiKey: api.project.keys[key], baseUrl: api.url, ...fields };
  return connectionFromValues(values, { allowPrivateHosts: true, allowHttp: true });
}

/** The documented calls over one connection; retries do not wait. */
export function clientOf(connection: Connection): Api {
  const call = callerFor(connection, undiciTransport, { ...realSurroundings, sleep: async () => undefined });
  return createApi(() => call);
}

/** Which key came, by its label, for what. */
export const seen = (api: FakeApi) =>
  api.requests.map(({ method, path, headers }) => `${headers['authorization']} ${method} ${path.split('?')[0]}`);

export const queryOf = (api: FakeApi, index = -1) =>
  Object.fromEntries(new URL(api.requests.at(index)?.path ?? '', api.url).searchParams);

export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) {
    found.push(item);
  }
  return found;
}

export const ids = (runs: readonly { id: string }[]) => runs.map(({ id }) => id);
