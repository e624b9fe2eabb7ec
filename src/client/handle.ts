import type { Connection } from '../connection/index.js';
import {
  defaultLifetime,
  type Expiration,
  expirationOf,
  type HttpResponse,
  header,
  type Payload,
} from '../endpoints/index.js';
import { TokenClaims } from '../models/index.js';
import type { Call, Signer } from './caller.js';

/** How long the token of a handle lasts; 15 minutes from the trigger when left out. */
export interface PublicTokenOptions {
  readonly expirationTime?: Expiration;
}

function claimsIn(headers: HttpResponse['headers']): TokenClaims | undefined {
  try {
    return TokenClaims().parse(JSON.parse(header({ status: 200, headers, body: '' }, 'x-trigger-jwt-claims') ?? ''));
  } catch {
    return undefined;
  }
}

/** Is what was asked for possible? Said before anything is sent. */
export function checkTokenOptions(options: PublicTokenOptions | undefined, now: number): void {
  expirationOf(options?.expirationTime, Math.floor(now / 1000));
}

/** An error of the call itself would hide what was triggered, and have it triggered again: it is thrown on reading. */
const unreadable = (error: unknown): PropertyDescriptor => ({
  configurable: true,
  get: () => {
    throw error;
  },
});

/**
 * Adds `publicAccessToken`, which reads what was triggered. A root key signs it when the property is first read;
 * for another key the server's own token of one hour passes through, unless a time was asked for: then the server
 * mints one, and where it refuses, reading the property says why.
 */
export async function withToken<Handle extends object>(
  handle: Handle,
  scope: string,
  headers: HttpResponse['headers'],
  options: PublicTokenOptions | undefined,
  call: Call,
): Promise<Handle & { readonly publicAccessToken?: string }> {
  try {
    const descriptor = await tokenOf(scope, headers, options, call);
    return descriptor === undefined ? handle : Object.defineProperty(handle, 'publicAccessToken', descriptor);
  } catch (error) {
    return Object.defineProperty(handle, 'publicAccessToken', unreadable(error));
  }
}

const readable = (value: string): PropertyDescriptor => ({
  enumerable: true,
  configurable: true,
  writable: true,
  value,
});

async function tokenOf(
  scope: string,
  headers: HttpResponse['headers'],
  options: PublicTokenOptions | undefined,
  { answer, connection, now, signer }: Call,
): Promise<PropertyDescriptor | undefined> {
  const claims = connection.kind === 'root' ? claimsIn(headers) : undefined;
  if (claims !== undefined && signer !== undefined) {
    return lazily(signer, connection, { ...claims, scopes: [scope] }, options, now());
  }
  if (
    signer !== undefined &&
    options?.expirationTime !== undefined &&
    (connection.kind === 'additional' || connection.kind === 'unknown')
  ) {
    const ask = async (...asked: Parameters<Call['answer']>) => (await answer(...asked)).output;
    const request = { scopes: [scope], expirationTime: options.expirationTime };
    return readable(await signer.mint(connection, ask as never, request, now()));
  }
  const passed = header({ status: 200, headers, body: '' }, 'x-trigger-jwt');
  return passed === undefined ? undefined : readable(passed);
}

function lazily(
  signer: Signer,
  connection: Connection,
  payload: Payload,
  options: PublicTokenOptions | undefined,
  now: number,
): PropertyDescriptor {
  const issued = Math.floor(now / 1000);
  const expires = expirationOf(options?.expirationTime, issued, defaultLifetime);
  let token: string | undefined;
  return {
    enumerable: true,
    configurable: true,
    get: () => {
      token ??= signer.signNow(connection.key.reveal(), payload, issued, expires);
      return token;
    },
  };
}
