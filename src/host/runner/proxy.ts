import { type Transport, undiciTransport } from '../../client/index.js';
import { sendWithRetries } from '../../client/send.js';
import type { Connection } from '../../connection/index.js';
import type { HttpResponse } from '../../endpoints/index.js';
import { ConnectorError } from '../../errors/index.js';
import type { NangoBase } from '../../nango/index.js';

type ProxyConfig = Parameters<NangoBase['proxy']>[0];
type ProxyResponse = Awaited<ReturnType<NangoBase['proxy']>>;

/** Thrown for a status of 400 and above, with the answer in the place where axios, and so Nango, has it. */
export class ProxyError extends Error {
  readonly response: ProxyResponse;

  constructor(response: ProxyResponse) {
    super(`Request failed with status code ${response.status}`);
    this.response = response;
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
  return async ({ method, endpoint, params = {}, headers = {}, data, retries = 0 }: ProxyConfig) => {
    if (!/^\/(?!\/)[^?#\\]*$/.test(endpoint)) {
      throw new ConnectorError('input_invalid', 'The endpoint of a proxy call is a path that starts with one slash.');
    }
    const request = {
      method,
      // Encoded where it is not: axios, and so Nango, does that as well.
      path: new URL(endpoint, connection.baseUrl).pathname,
      query: params,
      headers,
      ...(data !== undefined && { body: typeof data === 'string' ? data : JSON.stringify(data) }),
    };
    const response = await sendWithRetries(transport, connection, request, retries > 0 ? 'safe' : 'once', {
      retry: { maxAttempts: retries + 1 },
      ...(signal && { signal }),
    });
    onAnswer?.(response);
    const answer = { status: response.status, headers: response.headers, data: response.body };
    if (response.status >= 300) {
      throw new ProxyError(answer);
    }
    return answer;
  };
}
