import { ConnectorError } from '../errors/index.js';
import { networkFailure } from '../errors/network-failure.js';

/** A variable that names a proxy. */
interface ProxyVariable {
  readonly name: string;
  readonly value: string;
}

export interface ProxySetting {
  readonly http: ProxyVariable | undefined;
  readonly https: ProxyVariable | undefined;
  readonly noProxy: string;
}

/** The first of the spellings that is set to something. */
function variable(...names: string[]): ProxyVariable | undefined {
  const name = names.find((spelling) => process.env[spelling]);
  return name === undefined ? undefined : { name, value: process.env[name] ?? '' };
}

/** What the proxy variables say, or nothing where no proxy is set. */
export function proxySetting(): ProxySetting | undefined {
  const http = variable('http_proxy', 'HTTP_PROXY');
  const https = variable('https_proxy', 'HTTPS_PROXY');
  return http || https ? { http, https, noProxy: variable('no_proxy', 'NO_PROXY')?.value ?? '' } : undefined;
}

const schemes = new Set(['http:', 'https:', 'socks:', 'socks5:']);

function addressIn(value: string): URL | undefined {
  try {
    const url = new URL(value);
    // undici decodes them, and fails with what it cannot decode.
    decodeURIComponent(`${url.username}${url.password}`);
    return schemes.has(url.protocol) && url.hostname !== '' ? url : undefined;
  } catch {
    return undefined;
  }
}

/** Host and port of a value, with user and password masked; of what has neither, nothing is shown. */
function shown(value: string): string {
  const url = addressIn(value);
  if (url !== undefined) {
    return `${url.protocol}//${url.username || url.password ? '***@' : ''}${url.host}`;
  }
  const [host = ''] = value.slice(value.lastIndexOf('@') + 1).split(/[/?#]/);
  return /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::\d{1,5})?$/.test(host) && /[.:]/.test(host)
    ? `${value.includes('@') ? '***@' : ''}${host}`
    : '***';
}

const failed = (message: string) => new ConnectorError('proxy_failed', message);

/** Throws `proxy_failed` for a variable that names no proxy. */
export function checkProxies({ http, https }: ProxySetting): void {
  for (const { name, value } of [https, http].filter((one) => one !== undefined)) {
    if (addressIn(value) === undefined) {
      throw failed(
        `${name} does not name a proxy: ${shown(value)}. Write it with its scheme, as in http://proxy.example.com:3128 (with a user: http://user:password@…, each percent-encoded), or unset it.`,
      );
    }
  }
}

/** What is known of a native error. */
export interface NativeFailure {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly address?: unknown;
  readonly port?: unknown;
  readonly hostname?: unknown;
  readonly errors?: readonly NativeFailure[];
}

/**
 * The proxy gave no tunnel. undici would take some native errors of this for passing, and open one connection to the
 * proxy after another for ever: more than a thousand in a second, also after the call has ended.
 */
export class NoTunnel extends Error {
  readonly native: NativeFailure;

  constructor(native: NativeFailure) {
    super('The proxy gave no tunnel.');
    this.native = native;
  }
}

const portOf = ({ port, protocol }: URL) => Number(port || { 'http:': 80, 'https:': 443 }[protocol] || 1080);

/** Is it the connection to the proxy that failed, rather than one that passes by it, or what is behind it? */
function isOfProxy({ address, hostname, port }: NativeFailure, proxy: URL, target: URL): boolean {
  if (port === undefined) {
    return hostname === proxy.hostname && hostname !== target.hostname;
  }
  const isItsAddress = address === proxy.hostname && address !== target.hostname;
  return port === portOf(proxy) && (port !== portOf(target) || isItsAddress);
}

function refusal(status: string, named: string, host: string): ConnectorError {
  if (status === '407') {
    return failed(
      `${named} requires a user and password (407). Write them into the variable, percent-encoded: http://user:password@host:port.`,
    );
  }
  // What is behind it may be there again the next moment.
  return /^50[234]$/.test(status)
    ? new ConnectorError(
        'network',
        `${named} could not reach ${host} (${status}). Check the base URL, and whether the proxy may reach it.`,
        { field: 'baseUrl' },
      )
    : failed(`${named} does not let ${host} through (${status}). Have it allowed there, or list the host in NO_PROXY.`);
}

/** The failure of a request where a proxy is set, if it is the proxy's. */
export function proxyFailure(error: NativeFailure, setting: ProxySetting, target: URL): ConnectorError | undefined {
  // As undici: without HTTPS_PROXY, https goes through HTTP_PROXY too.
  const used = target.protocol === 'https:' ? (setting.https ?? setting.http) : setting.http;
  const proxy = used && addressIn(used.value);
  if (used === undefined || proxy === undefined) {
    return undefined;
  }
  const named = `The proxy that ${used.name} names, ${shown(used.value)},`;
  const status = /^Proxy response \((\d{3})\)/.exec(String(error.message))?.[1];
  if (status !== undefined) {
    return refusal(status, named, target.host);
  }
  const { native: given } = error instanceof NoTunnel ? error : { native: error };
  const native = networkFailure(given.code, proxy.host);
  if (error instanceof NoTunnel && native.message.includes(' closed the connection')) {
    // It may take the next one.
    return new ConnectorError('network', `${named} gave no tunnel: ${native.message.replaceAll('base URL', 'proxy')}`);
  }
  const isTls = native.code === 'tls_failed' && proxy.protocol === 'https:' && target.protocol === 'http:';
  if (
    isTls ||
    error instanceof NoTunnel ||
    error.code === 'UND_ERR_PRX_TLS' ||
    isOfProxy(error.errors?.[0] ?? error, proxy, target)
  ) {
    return failed(`${named} cannot be used: ${native.message.replaceAll('base URL', 'proxy')}`);
  }
  return undefined;
}

/** For the message of a failure that may be the proxy's doing; a host in NO_PROXY is not told apart. */
export function proxyHint({ http, https }: ProxySetting, target: URL): string {
  const used = target.protocol === 'https:' ? (https ?? http) : http;
  return used === undefined ? '' : ` A proxy is set (${used.name}=${shown(used.value)}): it may be the cause.`;
}
