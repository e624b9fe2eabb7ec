import { type Transport, undiciTransport } from '../../client/index.js';
import { realSurroundings, sendWithRetries } from '../../client/send.js';
import type { Connection } from '../../connection/index.js';
import { ConnectorError } from '../../errors/index.js';
import type { HttpResponse } from '../../gate/index.js';
import type { NangoBase } from '../../nango/index.js';
import { isThrownStatus, sentBody, sentEndpoint, sentQuery } from '../../nango/proxy-limits.js';
import { proxyDelays } from './proxy-delays.js';

type ProxyConfig = Parameters<NangoBase['proxy']>[0];
type ProxyResponse = Awaited<ReturnType<NangoBase['proxy']>>;

/** Thrown for a status of 300 and above, with the answer in the place where axios, and so Nango, has it. */
export class ProxyError extends Error {
  readonly response: ProxyResponse;
  /** The address that answered; none where it was Nango itself. */
  readonly config: { readonly url?: string };

  constructor(response: ProxyResponse, url?: string) {
    super(`Request failed with status code ${response.status}`);
    this.response = response;
    this.config = url === undefined ? {} : { url };
  }
}

export interface ProxyOptions {
  readonly signal?: AbortSignal | undefined;
  readonly transport?: Transport | undefined;
  /** Called with every answer that a function gets. */
  readonly onAnswer?: ((answer: HttpResponse) => void) | undefined;
}

/** `nango.proxy` for one connection: adds its origin and key, over the client's transport and retries. */
export function createProxy(
  connection: Connection,
  { onAnswer, signal, transport = undiciTransport }: ProxyOptions,
): NangoBase['proxy'] {
  return async ({ method, endpoint: given, params, headers = {}, data, retries = 0 }: ProxyConfig) => {
    const endpoint = sentEndpoint(given);
    if (!/^\/(?!\/)[^?#\\]*$/.test(endpoint)) {
      throw new ConnectorError('input_invalid', 'The endpoint of a proxy call is a path that starts with one slash.');
    }
    const body = sentBody(method, data, headers);
    const request = {
      method,
      // Encoded where it is not: axios, and so Nango, does that as well.
      path: new URL(endpoint, connection.baseUrl).pathname,
      query: Object.fromEntries(sentQuery(params)),
      headers,
      ...(body !== undefined && { body }),
    };
    const options = { retry: { maxAttempts: retries + 1 }, ...(signal && { signal }) };
    const response = await sendWithRetries(
      transport,
      connection,
      request,
      retries > 0 ? 'safe' : 'once',
      options,
      realSurroundings,
      proxyDelays,
    );
    onAnswer?.(response);
    const answer = { status: response.status, headers: response.headers, data: response.body };
    if (isThrownStatus(response.status)) {
      throw new ProxyError(answer, `${connection.baseUrl}${request.path}`);
    }
    return answer;
  };
}
