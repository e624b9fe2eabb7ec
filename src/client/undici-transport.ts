import type { Dispatcher } from 'undici';
import { type Connection, egressProblem } from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';
import { networkFailure } from '../errors/network-failure.js';
import type { HttpRequest } from '../gate/index.js';
import { BlockedAddress, checkName, connectTimeoutMs, loadUndici, maxResponseBytes, wayFor } from './agent.js';
import { exchange } from './exchange.js';
import { type NativeFailure, type ProxySetting, proxyFailure, proxyHint } from './proxy.js';
import type { SendOptions, Transport } from './transport.js';

function pathOf({ path, query }: HttpRequest): string {
  const pairs = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

const addresses = new WeakMap<Connection, URL>();

function addressOf(connection: Connection): URL {
  const address = addresses.get(connection) ?? new URL(connection.baseUrl);
  addresses.set(connection, address);
  return address;
}

const nativeCodes = new WeakMap<ConnectorError, string>();

/** The code of the native error that an error of this transport stands for, such as ECONNREFUSED. */
export const nativeCodeOf = (error: ConnectorError): string | undefined => nativeCodes.get(error);

/** The code of a native error; HTTP that met TLS has none, but the bytes of an alert in place of a response. */
function codeIn({ code = '', data, name }: { code?: string; data?: unknown; name?: string }): string {
  if (name !== 'HTTPParserError') {
    return code;
  }
  return typeof data === 'string' && data.startsWith('\x15\x03') ? 'HTTP_ON_TLS' : code || 'HPE_INVALID_CONSTANT';
}

function unreachable(error: NativeFailure, target: URL, proxy: ProxySetting | undefined): ConnectorError {
  const native = codeIn(error as { code?: string });
  const ofProxy = proxy && proxyFailure(error, proxy, target);
  if (ofProxy !== undefined) {
    return ofProxy;
  }
  const { code, message } = networkFailure(native, target.host);
  // Most servers only hang up on http where they speak https.
  const isHttps = target.protocol === 'http:' && message.includes(' closed the connection');
  const hint = isHttps ? ' If that port speaks https, begin the base URL with https://.' : '';
  const failure = new ConnectorError(code, `${message}${hint}${proxy ? proxyHint(proxy, target) : ''}`, {
    field: 'baseUrl',
  });
  nativeCodes.set(failure, native);
  return failure;
}

/** No native error is passed on: its message or cause may quote the request. */
function translate(
  error: unknown,
  connection: Connection,
  options: SendOptions,
  proxy: ProxySetting | undefined,
): ConnectorError {
  if (error instanceof ConnectorError) {
    return error;
  }
  const target = addressOf(connection);
  const { host } = target;
  const { name = '', code = '', message = '' } = error as { name?: string; code?: string; message?: string };
  if (options.signal?.aborted) {
    return new ConnectorError('aborted', 'The call was cancelled.');
  }
  const hint = proxy ? proxyHint(proxy, target) : '';
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    return new ConnectorError(
      'timeout',
      `${host} accepted no connection within ${connectTimeoutMs} ms. Check the base URL, and whether a firewall is in the way.${hint}`,
      { field: 'baseUrl' },
    );
  }
  if (name === 'TimeoutError' || code.includes('TIMEOUT') || code === 'ETIMEDOUT') {
    return new ConnectorError(
      'timeout',
      `${host} did not answer within ${options.timeoutMs} ms. Try again, or allow more time.${hint}`,
      { field: 'baseUrl' },
    );
  }
  if (error instanceof BlockedAddress) {
    return new ConnectorError('egress_blocked', message, { field: 'baseUrl' });
  }
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    const mebibytes = (options.maxBytes ?? maxResponseBytes) / 1024 / 1024;
    return new ConnectorError('response_too_large', `${host} answered with more than ${mebibytes} MiB. Ask for less.`);
  }
  return unreachable(error as NativeFailure, target, proxy);
}

/** The value of JSON, or the text where it is not JSON. */
export function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What goes to undici, once the address is checked. */
async function prepared(connection: Connection, request: HttpRequest) {
  const { hostname, origin } = addressOf(connection);
  const problem = egressProblem(hostname, connection.policy);
  if (problem !== undefined) {
    throw new ConnectorError('egress_blocked', problem, { field: 'baseUrl' });
  }
  const { agent, proxy } = await wayFor(connection.policy);
  if (proxy !== undefined) {
    await checkName(hostname, connection.policy);
  }
  const ready = {
    // Whole, and copied by `Object.assign`: for `{ ...some, more }` V8 of Node 20 makes a new shape at each use, which
    // takes ten times as long, and stays until the garbage collector looks at everything.
    origin,
    path: pathOf(request),
    method: request.method as Dispatcher.HttpMethod,
    headers: Object.assign({}, request.headers, { authorization: `Bearer ${connection.key.reveal()}` }),
    body: request.body ?? null,
    // Time is up when the options say so; undici's own limits would end a quiet stream early.
    bodyTimeout: 0,
    headersTimeout: 0,
  };
  return { agent, proxy, ready };
}

/** HTTP over undici: keep-alive, no redirects, addresses checked at every send. */
export const undiciTransport: Transport = {
  async send(connection, request, options) {
    let proxy: ProxySetting | undefined;
    try {
      const way = await prepared(connection, request);
      proxy = way.proxy;
      const { body, headers, status } = await exchange(way.agent, way.ready, options);
      return { status, headers, body: await (options.parse ?? parseBody)(body) };
    } catch (error) {
      throw translate(error, connection, options, proxy);
    }
  },
  async stream(connection, request, options) {
    let proxy: ProxySetting | undefined;
    const failed = (error: unknown) => translate(error, connection, options, proxy);
    async function* pieces(body: AsyncIterable<Uint8Array>) {
      try {
        yield* body;
      } catch (error) {
        throw failed(error);
      }
    }
    try {
      const timeout = AbortSignal.timeout(options.timeoutMs);
      const { agent, ready, ...way } = await prepared(connection, request);
      proxy = way.proxy;
      const undici = await loadUndici();
      const { body, headers, statusCode } = await undici.request(ready.origin, {
        ...ready,
        dispatcher: agent,
        signal: options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]),
      });
      return { status: statusCode, headers, body: pieces(body) };
    } catch (error) {
      throw failed(error);
    }
  },
};
