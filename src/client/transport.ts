import type { Connection } from '../connection/index.js';
import type { HttpRequest, HttpResponse } from '../endpoints/index.js';

export interface SendOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for this one attempt. */
  readonly timeoutMs: number;
}

/** Sends one request once; adds origin and credential. Throws `ConnectorError` where no answer came. */
export interface Transport {
  send(connection: Connection, request: HttpRequest, options: SendOptions): Promise<HttpResponse>;
}
