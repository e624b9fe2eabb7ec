import { lookup as dnsLookup } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import { type ConnectionPolicy, egressProblem } from '../connection/index.js';

const maxResponseBytes = 32 * 1024 * 1024;
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

// undici costs most of the import time, so it is loaded by the first call.
let undici: Promise<typeof import('undici')> | undefined;
const agents = new Map<string, Dispatcher>();

/** The first of the spellings that is set to something. */
const variable = (...names: string[]) => names.map((name) => process.env[name]).find(Boolean) ?? '';

/** What the proxy variables say, or nothing where no proxy is set. */
function proxySetting() {
  const httpProxy = variable('http_proxy', 'HTTP_PROXY');
  const httpsProxy = variable('https_proxy', 'HTTPS_PROXY');
  const noProxy = variable('no_proxy', 'NO_PROXY');
  return httpProxy || httpsProxy ? { httpProxy, httpsProxy, noProxy } : undefined;
}

/** How requests leave: direct, or through the proxy that the environment names. */
interface Way {
  readonly agent: Dispatcher;
  readonly proxied: boolean;
}

/** Each policy belongs to one connection; reading the environment for each request would cost more than checking it. */
let ways = new WeakMap<ConnectionPolicy, Way>();

/** The way for the requests of a connection, by its policy. */
export function wayFor(policy: ConnectionPolicy): Way | Promise<Way> {
  return ways.get(policy) ?? open(policy);
}

async function open(policy: ConnectionPolicy): Promise<Way> {
  undici ??= import('undici');
  const { Agent, EnvHttpProxyAgent } = await undici;
  const proxy = proxySetting();
  const key = JSON.stringify([policy.allowPrivateHosts === true, proxy]);
  let agent = agents.get(key);
  if (agent === undefined) {
    const options = {
      connect: { timeout: connectTimeoutMs, lookup: guardedLookup(policy) },
      maxResponseSize: maxResponseBytes,
      connections: 64,
    };
    agent = proxy === undefined ? new Agent(options) : new EnvHttpProxyAgent({ ...options, ...proxy });
    agents.set(key, agent);
  }
  const way = { agent, proxied: proxy !== undefined };
  ways.set(policy, way);
  return way;
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
  await Promise.all(open.map((agent) => agent.close()));
}
