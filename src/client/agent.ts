import { lookup as dnsLookup } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import { type ConnectionPolicy, egressProblem } from '../connection/index.js';
import { ConnectorError, keepSecret } from '../errors/index.js';
import { checkProxies, type NativeFailure, NoTunnel, type ProxySetting, proxySetting } from './proxy.js';

export const maxResponseBytes = 32 * 1024 * 1024;
export const connectTimeoutMs = 10_000;

/** A name that leads to an address which the policy does not allow. */
export class BlockedAddress extends Error {}

/** DNS answers are checked where the socket is opened, so a name cannot change between check and use. */
function guardedLookup(policy: ConnectionPolicy): LookupFunction {
  return (hostname, options, callback) => {
    dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
      const problem = error ? undefined : addresses.map(({ address }) => egressProblem(address, policy)).find(Boolean);
      const [first] = addresses ?? [];
      if (error || problem !== undefined || first === undefined) {
        callback(error ?? new BlockedAddress(problem ?? 'no address'), '', 4);
      } else if (options.all) {
        callback(null, addresses);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}

type Agent = typeof import('undici').Agent;

/** undici as a whole. Throws `package_missing`, also where a bundle holds it in a form that cannot be loaded. */
export async function loadUndici(): Promise<typeof import('undici')> {
  try {
    return await import('undici');
  } catch {
    throw new ConnectorError(
      'package_missing',
      'The package undici could not be loaded. Install it: npm install undici. In a bundle, leave it out (esbuild: --external:undici).',
    );
  }
}

/**
 * One class of undici by its file, at the first call: the package as a whole also loads fetch, WebSocket, caches and
 * mocks, which cost three times as much time and 9 MB. Where a version has no such file, the package it is.
 */
async function agentClass(): Promise<Agent> {
  try {
    const path = 'undici/lib/dispatcher/agent.js';
    return ((await import(path)) as { default: Agent }).default;
  } catch {
    return (await loadUndici()).Agent;
  }
}

const agents = new Map<string, Promise<Dispatcher>>();

/** What a proxy or a message about it may repeat. */
function passwordIn(proxy: string): string {
  try {
    return decodeURIComponent(new URL(proxy).password);
  } catch {
    return '';
  }
}

/** How requests leave: direct, or through the proxy that the environment names. */
interface Way {
  readonly agent: Dispatcher;
  readonly proxy: ProxySetting | undefined;
}

/** Each policy belongs to one connection; reading the environment for each request would cost more than checking it. */
let ways = new WeakMap<ConnectionPolicy, Way>();

/** The way for the requests of a connection, by its policy. */
export function wayFor(policy: ConnectionPolicy): Way | Promise<Way> {
  return ways.get(policy) ?? open(policy);
}

async function open(policy: ConnectionPolicy): Promise<Way> {
  const proxy = proxySetting();
  const key = JSON.stringify([policy.allowPrivateHosts === true, proxy]);
  let agent = agents.get(key);
  if (agent === undefined) {
    agent = newAgent(policy, proxy);
    agents.set(key, agent);
    // What could not be made may be possible the next time, and has nothing to close.
    agent.catch(() => agents.delete(key));
  }
  const way = { agent: await agent, proxy };
  // Closed meanwhile, it would be found again.
  if (agents.get(key) === agent) {
    ways.set(policy, way);
  }
  return way;
}

async function newAgent(policy: ConnectionPolicy, proxy: ProxySetting | undefined): Promise<Dispatcher> {
  const options = {
    connect: { timeout: connectTimeoutMs, lookup: guardedLookup(policy) },
    maxResponseSize: maxResponseBytes,
    connections: 64,
  };
  if (proxy === undefined) {
    const Agent = await agentClass();
    return new Agent(options);
  }
  const { http, https, noProxy } = proxy;
  keepSecret(passwordIn(http?.value ?? ''));
  keepSecret(passwordIn(https?.value ?? ''));
  checkProxies(proxy);
  const { EnvHttpProxyAgent, Pool } = await loadUndici();
  const clientFactory = (origin: URL, given: object) => {
    const pool = new Pool(origin, given);
    const connect = pool.connect.bind(pool) as (params: Dispatcher.ConnectOptions) => Promise<Dispatcher.ConnectData>;
    // A proxy that says nothing would keep the process for five minutes.
    pool.connect = (async (params: Dispatcher.ConnectOptions) => {
      const signal = AbortSignal.timeout(connectTimeoutMs);
      try {
        return await connect({ ...params, signal });
      } catch (error) {
        throw signal.aborted
          ? Object.assign(new Error('timeout'), { code: 'UND_ERR_CONNECT_TIMEOUT' })
          : new NoTunnel(error as NativeFailure);
      }
    }) as typeof pool.connect;
    return pool;
  };
  return new EnvHttpProxyAgent({
    ...options,
    httpProxy: http?.value ?? '',
    httpsProxy: https?.value ?? '',
    noProxy,
    clientFactory,
  });
}

/**
 * A proxy looks the name up itself, so what it would find is looked at here first.
 * A name that only the proxy can look up passes: it is the proxy's to refuse.
 */
export async function checkName(hostname: string, policy: ConnectionPolicy): Promise<void> {
  const addresses = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true }).catch(() => []);
  const problem = addresses.map(({ address }) => egressProblem(address, policy)).find(Boolean);
  if (problem !== undefined) {
    throw new BlockedAddress(problem);
  }
}

/** Closes the kept-alive connections, so that a process can end at once. */
export async function closeConnections(): Promise<void> {
  const open = [...agents.values()];
  agents.clear();
  ways = new WeakMap();
  await Promise.allSettled(open.map(async (agent) => (await agent).close()));
}
