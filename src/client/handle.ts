import { defaultLifetime, type Expiration, expirationOf, TokenClaims } from '../api/index.js';
import type { Connection } from '../connection/index.js';
import { type HttpResponse, header } from '../gate/index.js';
import type { Call, Signer } from './caller.js';

/** How long the token of a handle lasts; 15 minutes from the trigger when left out. */
export interface PublicTokenOptions {
  readonly expirationTime?: Expiration;
}

function claimsIn(told: string): TokenClaims | undefined {
  try {
    return TokenClaims().parse(JSON.parse(told));
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
  const { connection, now, signer } = call;
  const told = header({ headers }, 'x-trigger-jwt-claims');
  if (connection.kind === 'root' && signer !== undefined && told !== undefined) {
    const issued = Math.floor(now() / 1000);
    return Object.defineProperty(
      handle,
      'publicAccessToken',
      signed(signer, connection, { scope, told, passed: header({ headers }, 'x-trigger-jwt'), issued, options }),
    );
  }
  try {
    const token = await tokenOf(scope, headers, options, call);
    return token === undefined ? handle : Object.defineProperty(handle, 'publicAccessToken', readable(token));
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

/** Of the server, or minted by it where a time was asked for. */
async function tokenOf(
  scope: string,
  headers: HttpResponse['headers'],
  options: PublicTokenOptions | undefined,
  { answer, connection, now, signer }: Call,
): Promise<string | undefined> {
  if (
    signer !== undefined &&
    options?.expirationTime !== undefined &&
    (connection.kind === 'additional' || connection.kind === 'unknown')
  ) {
    const ask = async (...asked: Parameters<Call['answer']>) => (await answer(...asked)).output;
    const request = { scopes: [scope], expirationTime: options.expirationTime };
    return signer.mint(connection, ask as never, request, now());
  }
  return header({ headers }, 'x-trigger-jwt');
}

interface Signing {
  readonly scope: string;
  /** The claims as the server told them. */
  readonly told: string;
  /** The server's own token, where it sent one. */
  readonly passed: string | undefined;
  /** Unix seconds. */
  readonly issued: number;
  readonly options: PublicTokenOptions | undefined;
}

/** Signed when it is first read; most who trigger never read it. */
function signed(
  { signNow }: Signer,
  { key }: Connection,
  { issued, options, passed, scope, told }: Signing,
): PropertyDescriptor {
  let token: string | undefined;
  const tokenNow = () => {
    const claims = claimsIn(told);
    const expires = expirationOf(options?.expirationTime, issued, defaultLifetime);
    return claims === undefined ? passed : signNow(key.reveal(), { ...claims, scopes: [scope] }, issued, expires);
  };
  return {
    enumerable: true,
    configurable: true,
    get: () => {
      token ??= tokenNow();
      return token;
    },
  };
}
