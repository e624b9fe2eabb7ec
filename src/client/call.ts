import { createHmac } from 'node:crypto';
import type { Connection } from '../connection/index.js';
import { type Payload, signingInput } from '../endpoints/index.js';
import { mint } from '../tokens/index.js';
import { type Call, makeCaller } from './caller.js';
import type { RequestOptions, Surroundings } from './send.js';
import type { Transport } from './transport.js';
import { undiciTransport } from './undici-transport.js';

/** What jose would sign, signed at once: a property cannot wait. A test holds the two equal. */
export function signNow(secret: string, payload: Payload, issued: number, expires: number): string {
  const text = signingInput(payload, issued, expires);
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

const signer = { signNow, mint };

/** The way through it for one connection, over undici unless another transport is given. */
export function callerFor(
  connection: Connection,
  transport: Transport = undiciTransport,
  surroundings?: Surroundings,
  defaults?: RequestOptions,
): Call {
  return makeCaller(connection, { transport, surroundings, defaults, signer });
}
