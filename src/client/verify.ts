import { type Verification, verify } from '../api/index.js';
import type { Connection } from '../connection/index.js';
import { makeCaller } from './caller.js';
import type { RequestOptions } from './send.js';
import type { Transport } from './transport.js';
import { undiciTransport } from './undici-transport.js';

/**
 * Asks the API whether a connection works: one or two requests that only read.
 * `valid`, `limited` (a real key without that scope), `rejected`, or `unverifiable` (no Trigger.dev API answered),
 * each with a code and a next step; with a personal access token also the project's environments.
 * Rejects only with `aborted`.
 */
export async function verifyConnection(
  connection: Connection,
  { transport = undiciTransport, ...options }: RequestOptions & { transport?: Transport } = {},
): Promise<Verification> {
  // It proves the project ref itself, also for a key that may not ask whose it is.
  const call = makeCaller(connection, { transport, checksProject: false });
  return verify(connection, (endpoint, input) => call(endpoint, input, options));
}
