import type { Connection } from '../connection/index.js';
import type { HttpRequest, HttpResponse } from '../gate/index.js';

export interface SendOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for this one attempt. */
  readonly timeoutMs: number;
  /** Of the body of the response; 32 MiB when left out. */
  readonly maxBytes?: number | undefined;
  /** What the text of a body stands for, now or later: the parsed JSON, or the text where it is not JSON. */
  readonly parse?: ((text: string) => unknown) | undefined;
}

/** An answer whose body comes piece by piece. */
export interface StreamedResponse {
  readonly status: number;
  readonly headers: HttpResponse['headers'];
  readonly body: AsyncIterable<Uint8Array>;
}

/** Sends one request once; adds origin and credential. Throws `ConnectorError` where no answer came. */
export interface Transport {
  send(connection: Connection, request: HttpRequest, options: SendOptions): Promise<HttpResponse>;
  /** The same for an answer that is read while it comes; a transport without it cannot follow channels. */
  stream?(connection: Connection, request: HttpRequest, options: SendOptions): Promise<StreamedResponse>;
}
