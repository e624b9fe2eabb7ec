import type { Dispatcher } from 'undici';
import { type Connection, egressProblem } from '../connection/index.js';
import type { HttpRequest } from '../endpoints/index.js';
import { ConnectorError } from '../errors/index.js';
import { BlockedAddress, checkName, connectTimeoutMs, load } from './agent.js';
import type { SendOptions, Transport } from './transport.js';

function urlOf(origin: string, { path, query }: HttpRequest): string {
  const pairs = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  return `${origin}${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
}

/** No native error is passed on: its message or cause may quote the request. */
function translate(error: unknown, connection: Connection, options: SendOptions): ConnectorError {
  if (error instanceof ConnectorError) {
    return error;
  }
  const host = new URL(connection.baseUrl).host;
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
  return new ConnectorError('network', `${host} could not be reached${reason}. Check the base URL and the network.`, {
    field: 'baseUrl',
  });
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function open(connection: Connection, request: HttpRequest, options: SendOptions) {
  const { hostname } = new URL(connection.baseUrl);
  const problem = egressProblem(hostname, connection.policy);
  if (problem !== undefined) {
    throw new ConnectorError('egress_blocked', problem, { field: 'baseUrl' });
  }
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const { request: send, agent, proxied } = await load(connection.policy);
  if (proxied) {
    await checkName(hostname, connection.policy);
  }
  return send(urlOf(connection.baseUrl, request), {
    method: request.method as Dispatcher.HttpMethod,
    headers: { ...request.headers, authorization: `Bearer ${connection.key.reveal()}` },
    body: request.body ?? null,
    dispatcher: agent,
    // Time is up when the signal says so; undici's own limits would end a quiet stream early.
    bodyTimeout: 0,
    headersTimeout: 0,
    signal: options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]),
  });
}

/** HTTP over undici: keep-alive, no redirects, addresses checked at every send. */
export const undiciTransport: Transport = {
  async send(connection, request, options) {
    try {
      const answer = await open(connection, request, options);
      return { status: answer.statusCode, headers: answer.headers, body: parseBody(await answer.body.text()) };
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
      const { body, headers, statusCode } = await open(connection, request, options);
      return { status: statusCode, headers, body: pieces(body) };
    } catch (error) {
      throw translate(error, connection, options);
    }
  },
};
