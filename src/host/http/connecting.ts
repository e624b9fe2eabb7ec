import type { Context } from 'hono';
import type { Transport } from '../../client/index.js';
import type { ConnectionPolicy } from '../../connection/index.js';
import { ConnectorError } from '../../errors/index.js';
import { type Admission, admit, targetOf } from '../admission.js';
import type { NewConnection } from '../connections.js';
import { configIssues, fieldsIn, type GivenConfig } from '../given-config.js';
import type { Host } from '../host.js';
import type { Log } from '../log.js';
import type { Scheduler } from '../runner/scheduler.js';
import { authWebhook, type Tell } from '../webhook-bodies.js';
import { callerOf, type Session } from './access.js';
import { isKnown } from './nango/context.js';
import { RateLimit } from './rate-limit.js';
import { Refusal } from './refusal.js';

export interface ConnectingOptions {
  readonly host: Host;
  readonly scheduler: Scheduler;
  readonly policy: ConnectionPolicy;
  readonly transport?: Transport | undefined;
  readonly log: Log;
  readonly tell: Tell;
}

/** What is not given stays as it was. */
type Who = Partial<Pick<NewConnection, 'tags' | 'endUser' | 'metadata'>> & {
  readonly isBySession?: boolean;
};

type ConnectAs = [who?: Who, id?: string | undefined, check?: () => void];

type WithConfig = Who & { readonly config: GivenConfig };

/** What an attempt came to; `id` where it made or changed a connection. */
export interface Attempt {
  readonly admission: Admission;
  readonly id?: string;
}

/** Makes connections: for an import, for the form, and for a session, which makes one. */
export class Connecting {
  readonly #options: ConnectingOptions;
  /** Each attempt asks the API; a form also asks while it is being filled in. */
  readonly #attempts = new RateLimit(60, 60_000);
  readonly #claimed = new Set<string>();

  constructor(options: ConnectingOptions) {
    this.#options = options;
  }

  /** Asks the rules and the API; nothing is kept. */
  check(values: unknown): Promise<Admission> {
    return admit(values, this.#options);
  }

  /**
   * As `connect`, with the config as Nango’s clients give it, which comes back as it is. Without one, another key goes
   * where the connection goes.
   */
  connectGiven(apiKey: string, given: GivenConfig | undefined, ...[who, id, check]: ConnectAs): Promise<Attempt> {
    const config = given ?? this.configOf(id);
    return this.connect({ apiKey, ...fieldsIn(config) }, { ...who, config }, id, check);
  }

  /** Of the connection whose key is replaced; empty for a new one. */
  configOf(id: string | undefined): GivenConfig {
    return id === undefined ? {} : this.#options.host.connections.config(id);
  }

  /** A new connection, or another key for the one of this id. Throws `connection_not_found` for one deleted meanwhile. */
  async connect(
    values: unknown,
    { isBySession = false, config, ...who }: WithConfig,
    id?: string,
    check: () => void = () => undefined,
  ): Promise<Attempt> {
    const { host, log, scheduler, tell, transport } = this.#options;
    const isThere = () => id !== undefined && isKnown(host, id);
    const wasThere = isThere();
    const isWanted = () => {
      check();
      // The API may take its time to answer, and what somebody deleted in that time must not come back.
      if (wasThere && !isThere()) {
        throw new ConnectorError('connection_not_found');
      }
    };
    const admission = await admit(values, { ...this.#options, problems: configIssues(config) });
    const { connection } = admission;
    if (connection === undefined) {
      log('warn', 'connection.refused', { connection: id, code: admission.code });
      return { admission };
    }
    const target = host.connections.isLasting ? await targetOf(connection, transport) : null;
    const verified = { status: admission.status, at: new Date().toISOString() };
    const keep = () => host.connections.keep(connection, { ...who, config, target, verified }, id, isWanted);
    // A run with the former key must not write into what the new one reads.
    const kept = await (id === undefined ? keep() : host.changing(id, keep).finally(scheduler.wake));
    const event = kept.isNew ? 'connection.created' : 'connection.replaced';
    log('info', event, { connection: kept.id, kept_records: kept.keptRecords });
    const { endUser = null, tags = {} } = host.store.kept.find(kept.id)?.about ?? {};
    // As Nango: of an import its caller knows for whom it was.
    tell(authWebhook(kept.id, kept.isNew, { tags, endUser: isBySession ? endUser : null }));
    await scheduler.load();
    scheduler.begin(kept.id);
    return { admission, id: kept.id };
  }

  /** Counts an attempt of somebody who has no API key; 429 where there were too many. */
  count(context: Context): void {
    const caller = callerOf(context);
    const wait = this.#attempts.wait(caller);
    if (wait > 0) {
      context.header('retry-after', String(Math.ceil(wait / 1000)));
      throw new Refusal(429, 'too_many_request', 'Too many attempts to connect. Wait a minute, then try again.');
    }
    this.#attempts.count(caller);
  }

  /** With a session, which ends with its connection. Two attempts at once with one session make one. */
  async withSession(
    session: Session,
    connect: (who: Who, id: string | undefined, check: () => void) => Promise<Attempt>,
  ): Promise<Attempt> {
    const { store } = this.#options.host;
    const { hash, reconnects, tags, endUser } = session;
    if (this.#claimed.has(hash)) {
      throw new Refusal(409, 'conflict', 'This session is connecting right now.');
    }
    this.#claimed.add(hash);
    try {
      const check = () => {
        const isThere = store.sessions.find(hash, Date.now()) !== undefined;
        if (!isThere || (reconnects !== null && store.kept.find(reconnects) === undefined)) {
          throw new Refusal(401, 'unknown_connect_session_token', 'This session was used, or its connection is gone.');
        }
      };
      // Looked up before its body came; another attempt may have used it since.
      check();
      const attempt = await connect({ tags, endUser, isBySession: true }, reconnects ?? undefined, check);
      if (attempt.id !== undefined) {
        await store.write(() => store.sessions.end(hash));
      }
      return attempt;
    } finally {
      this.#claimed.delete(hash);
    }
  }
}
