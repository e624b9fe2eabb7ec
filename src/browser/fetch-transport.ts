/// <reference lib="dom" />
/// <reference lib="dom.asynciterable" />

import type { SendOptions, StreamedResponse, Transport } from '../client/transport.js';
import type { Connection } from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';
import type { HttpRequest } from '../gate/index.js';

function urlOf(origin: string, { path, query }: HttpRequest): string {
  const search = new URLSearchParams(query).toString();
  return `${origin}${path}${search === '' ? '' : `?${search}`}`;
}

function translate(connection: Connection, { signal, timeoutMs }: SendOptions, timeout: AbortSignal): ConnectorError {
  if (signal?.aborted) {
    return new ConnectorError('aborted', 'The call was cancelled.');
  }
  const host = new URL(connection.baseUrl).host;
  return timeout.aborted
    ? new ConnectorError('timeout', `${host} did not answer within ${timeoutMs} ms.`, { field: 'baseUrl' })
    : // A browser does not say why: no network, a name that leads nowhere, or a server that this page may not read.
      new ConnectorError(
        'network',
        `${host} could not be reached from this page. Check the base URL and the network, and that the server lets this page read its responses (CORS).`,
        {
          field: 'baseUrl',
        },
      );
}

async function open(
  connection: Connection,
  request: HttpRequest,
  options: SendOptions,
): Promise<{ response: Response; failed: () => ConnectorError }> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const failed = () => translate(connection, options, timeout);
  let response: Response;
  try {
    response = await fetch(urlOf(connection.baseUrl, request), {
      method: request.method,
      headers: { ...request.headers, authorization: `Bearer ${connection.key.reveal()}` },
      body: request.body ?? null,
      signal: options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]),
      redirect: 'manual',
      // The token is the credential; cookies of the API's host are not ours to send.
      credentials: 'omit',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
    });
  } catch {
    throw failed();
  }
  if (response.type === 'opaqueredirect') {
    throw new ConnectorError('redirect_refused', 'The server redirects. A token is never sent after a redirect.', {
      field: 'baseUrl',
    });
  }
  return { response, failed };
}

const headersOf = (response: Response) => Object.fromEntries(response.headers);

async function* pieces({ body }: Response, failed: () => ConnectorError): AsyncGenerator<Uint8Array, void, void> {
  const reader = body?.getReader();
  try {
    for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
      yield part.value;
    }
  } catch {
    throw failed();
  } finally {
    await reader?.cancel().catch(() => undefined);
  }
}

/** HTTP over the browser's `fetch`: no redirects, no cookies, no cache. */
export const fetchTransport: Transport = {
  async send(connection, request, options) {
    const { failed, response } = await open(connection, request, options);
    let text: string;
    try {
      text = await response.text();
    } catch {
      throw failed();
    }
    const { status } = response;
    try {
      return { status, headers: headersOf(response), body: JSON.parse(text) as unknown };
    } catch {
      return { status, headers: headersOf(response), body: text };
    }
  },
  async stream(connection, request, options): Promise<StreamedResponse> {
    const { failed, response } = await open(connection, request, options);
    return { status: response.status, headers: headersOf(response), body: pieces(response, failed) };
  },
};
