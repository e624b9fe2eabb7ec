import type { Dispatcher } from 'undici';
import { type Connection, egressProblem } from '../connection/index.js';
import type { HttpRequest } from '../endpoints/index.js';
import { ConnectorError } from '../errors/index.js';
import { BlockedAddress, checkName, connectTimeoutMs, wayFor } from './agent.js';
import { exchange } from './exchange.js';
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

/** No native error is passed on: its message or cause may quote the request. */
function translate(error: unknown, connection: Connection, options: SendOptions): ConnectorError {
  if (error instanceof ConnectorError) {
    return error;
  }
  const { host } = addressOf(connection);
  const { name = '', code = '', message = '' } = error as { name?: string; code?: string; message?: string };
  if (options.signal?.aborted) {
    return new ConnectorError('aborted', 'The call was cancelled.');
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    return new ConnectorError('timeout', `${host} accepted no connection within ${connectTimeoutMs} ms.`, {
      field: 'baseUrl',
    });
  }
  if (name === 'TimeoutError' || code.includes('TIMEOUT') || code === 'ETIMEDOUT') {
    return new ConnectorError('timeout', `${host} did not answer within ${options.timeoutMs} ms.`, {
      field: 'baseUrl',
    });
  }
  if (error instanceof BlockedAddress) {
    return new ConnectorError('egress_blocked', message, { field: 'baseUrl' });
  }
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new ConnectorError('response_too_large', `${host} answered with more than 32 MiB. Ask for less.`);
  }
  if (message.startsWith('Proxy response')) {
    return new ConnectorError('network', `The proxy does not let ${host} through: check HTTPS_PROXY and NO_PROXY.`, {
      field: 'baseUrl',
    });
  }
  const reason = /^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? ` (${code})` : '';
  const unreachable = new ConnectorError(
    'network',
    `${host} could not be reached${reason}. Check the base URL and the network.`,
    { field: 'baseUrl' },
  );
  nativeCodes.set(unreachable, code);
  return unreachable;
}

function parseBody(text: string): unknown {
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
  const { agent, proxied } = await wayFor(connection.policy);
  if (proxied) {
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
  return { agent, ready };
}

/** HTTP over undici: keep-alive, no redirects, addresses checked at every send. */
export const undiciTransport: Transport = {
  async send(connection, request, options) {
    try {
      const { agent, ready } = await prepared(connection, request);
      const { body, headers, status } = await exchange(agent, ready, options);
      return { status, headers, body: parseBody(body) };
    } catch (error) {
      throw translate(error, connection, options);
    }
  },
  async stream(connection, request, options) {
    async function* pieces(body: AsyncIterable<Uint8Array>) {
      try {
        yield* body;
      } catch (error) {
        throw translate(error, connection, options);
      }
    }
    try {
      const timeout = AbortSignal.timeout(options.timeoutMs);
      const { agent, ready } = await prepared(connection, request);
      const undici = await import('undici');
      const { body, headers, statusCode } = await undici.request(ready.origin, {
        ...ready,
        dispatcher: agent,
        signal: options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]),
      });
      return { status: statusCode, headers, body: pieces(body) };
    } catch (error) {
      throw translate(error, connection, options);
    }
  },
};
