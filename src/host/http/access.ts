import { randomBytes, timingSafeEqual } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import * as z from 'zod';
import { keepSecret } from '../../errors/index.js';
import type { ConnectSession } from '../store/connect-sessions.js';
import type { Store } from '../store/store.js';
import { digest, hashOf, setting } from './api-key.js';
import { RateLimit } from './rate-limit.js';
import { Refusal } from './refusal.js';

const sessionPrefix = 'nango_connect_session_';
const sessionMs = 30 * 60_000;

/** Who asks, for counting. */
export function callerOf(context: Context): string {
  try {
    return getConnInfo(context).remote.address ?? 'unknown';
  } catch {
    // Not over a socket.
    return 'unknown';
  }
}

export interface Session extends ConnectSession {
  readonly hash: string;
}

/** As Nango, with an empty payload. */
const unauthorized = (code: string, message: string) => new Refusal(401, code, message, { payload: {} });

/** Who may use Nango's API: whoever has the API key, and for one connection, whoever has a session token. */
export class Access {
  readonly #store: Store;
  readonly #apiKey: string | undefined;
  readonly #failures: RateLimit;
  readonly #now: () => number;

  /** Without `apiKey`, the key whose hash is stored. */
  constructor(
    store: Store,
    { apiKey, now = () => Date.now() }: { apiKey?: string | undefined; now?: () => number } = {},
  ) {
    this.#store = store;
    this.#apiKey = apiKey;
    keepSecret(apiKey ?? '');
    this.#now = now;
    this.#failures = new RateLimit(30, 60_000);
  }

  /** Digests are compared, so the time taken tells nothing of the key. */
  isApiKey(given: string): boolean {
    const expected = this.#apiKey === undefined ? this.#store.setting(setting) : hashOf(this.#apiKey);
    return expected !== undefined && timingSafeEqual(digest(given), Buffer.from(expected, 'hex'));
  }

  /** Refuses a caller that guessed too often. */
  #guessing(context: Context): void {
    const wait = this.#failures.wait(callerOf(context));
    if (wait > 0) {
      context.header('retry-after', String(Math.ceil(wait / 1000)));
      throw new Refusal(429, 'too_many_request', 'Too many wrong keys. Wait a minute, then use the right one.');
    }
  }

  #bearer(context: Context): string {
    const header = context.req.header('authorization');
    if (header === undefined) {
      throw unauthorized('missing_auth_header', 'Send the API key: Authorization: Bearer …');
    }
    const [, given] = /^Bearer (\S{1,200})$/.exec(header) ?? [];
    if (given === undefined) {
      throw unauthorized('malformed_auth_header', 'Send the API key as Authorization: Bearer …');
    }
    return given;
  }

  /** Throws 401 for another key, 429 for a caller that guesses. */
  checkApiKey(context: Context, given: string): void {
    // The right key opens, whoever else guesses from the same address: any page in a browser here can.
    if (!this.isApiKey(given)) {
      this.#guessing(context);
      this.#failures.count(callerOf(context));
      // Nango says of what is no UUID that it is no key; the API key of a host may be another text.
      const code = z.uuid().safeParse(given).success ? 'unknown_account' : 'invalid_secret_key_format';
      throw unauthorized(code, 'This is not the API key of this host.');
    }
  }

  /** Is it the token of a session, rather than the API key? */
  isSession(context: Context): boolean {
    return this.#bearer(context).startsWith(sessionPrefix);
  }

  readonly withApiKey: MiddlewareHandler = async (context, next) => {
    this.checkApiKey(context, this.#bearer(context));
    return next();
  };

  readonly withApiKeyOrSession: MiddlewareHandler = async (context, next) => {
    const given = this.#bearer(context);
    if (given.startsWith(sessionPrefix)) {
      this.session(context, given);
      return next();
    }
    return this.withApiKey(context, next);
  };

  /** The session of a token; 401 where there is none, it has expired or has made its connection. */
  session(context: Context, token: string = this.#bearer(context)): Session {
    const hash = hashOf(token);
    const found = token.startsWith(sessionPrefix) ? this.#store.sessions.find(hash, this.#now()) : undefined;
    if (found === undefined) {
      throw new Refusal(
        401,
        'unknown_connect_session_token',
        'This session has expired or was used. Ask for a new link to connect.',
      );
    }
    return { ...found.session, hash };
  }

  /** A session for one connection, for 30 minutes. */
  async createSession(session: ConnectSession): Promise<{ token: string; expiresAt: string }> {
    const now = this.#now();
    const token = `${sessionPrefix}${randomBytes(32).toString('hex')}`;
    await this.#store.write(() => {
      this.#store.sessions.sweep(now);
      this.#store.sessions.save(hashOf(token), now + sessionMs, session);
    });
    return { token, expiresAt: new Date(now + sessionMs).toISOString() };
  }
}
