import { Nango } from '@nangohq/node';
import type { GetPublicRecords, NangoAsyncActionWebhookBody, NangoWebhookBody } from '@nangohq/types';

type Stored = GetPublicRecords['Success']['records'][number];

/** What an application does with a failed action. */
export interface ActionFailure {
  /** Undefined where no answer came. */
  readonly status: number | undefined;
  readonly code: string;
  /** What the function itself said. */
  readonly reason: string | undefined;
}

const placeOf = (connectionId: string, model: string) => `${connectionId} ${model}`;

/** What a call says when it fails: with an answer of Nango, or with none, as after a timeout. */
export function failureOf(error: unknown): ActionFailure {
  const { code: own, response } = Object(error) as {
    code?: unknown;
    response?: { status: number; data?: { error?: unknown } };
  };
  const { code = own, payload } = Object(response?.data?.error) as { code?: unknown; payload?: { code?: string } };
  return { status: response?.status, code: String(code ?? 'no_answer'), reason: payload?.code };
}

/**
 * An application that keeps a copy of its customers' data: written against Nango's documentation and types alone, as
 * somebody would who has never seen the host.
 * It knows no model that Nango does not name; `payload.code` of a failure is no word of Nango, but of our functions.
 *
 * In Nango, webhooks of new connections and of failed syncs come only where they are switched on, in the settings of
 * the environment.
 */
export class Application {
  readonly #nango: Nango;
  readonly #integration: string;
  readonly #cursors = new Map<string, string>();
  /** The pull of each place that is under way or was the last. */
  readonly #pulls = new Map<string, Promise<void>>();
  /** By place, which is a connection and a model, and by id. */
  readonly copy = new Map<string, Map<string, Stored>>();
  /** Ids that were deleted, in the order in which that was read. */
  readonly deleted: string[] = [];
  /** The connection of each of our users. */
  readonly connections = new Map<string, string>();
  readonly failedSyncs: { sync: string; type: string; code: unknown }[] = [];
  readonly results: unknown[] = [];

  constructor(options: { host: string; secretKey: string; webhookSigningKey: string; integration: string }) {
    const { integration, ...client } = options;
    this.#nango = new Nango(client);
    this.#integration = integration;
  }

  /** https://nango.dev/docs/guides/auth: a session for the user, whose token goes to the frontend. */
  async sessionFor(user: { id: string; email: string }): Promise<string> {
    const { data } = await this.#nango.createConnectSession({
      end_user: user,
      tags: { plan: 'pro' },
      allowed_integrations: [this.#integration],
    });
    return data.token;
  }

  /** The route that Nango calls. The body is verified as it came, before anything is read from it. */
  async receive(body: string, headers: Record<string, unknown>): Promise<void> {
    if (!this.#nango.verifyIncomingWebhookRequest(body, headers)) {
      throw new Error('not from Nango');
    }
    const webhook = JSON.parse(body) as NangoWebhookBody | NangoAsyncActionWebhookBody;
    switch (webhook.type) {
      case 'auth':
        // `override` is another key for a connection that is there: it may be that of a user we have not heard of.
        if (webhook.success && webhook.operation !== 'refresh' && webhook.endUser !== undefined) {
          this.connections.set(webhook.endUser.endUserId, webhook.connectionId);
        }
        return;
      case 'sync':
        if (webhook.success) {
          await this.pull(webhook.connectionId, webhook.model);
        } else {
          const { payload, type } = webhook.error;
          this.failedSyncs.push({ sync: webhook.syncName, type, code: (payload as { code?: unknown })?.code });
        }
        return;
      case 'async_action':
        this.results.push(await this.#nango.getAsyncActionResult({ id: webhook.payload.id }).catch(failureOf));
    }
  }

  copyOf(connectionId: string, model: string): ReadonlyMap<string, Stored> {
    return this.copy.get(placeOf(connectionId, model)) ?? new Map();
  }

  /** One after another for each place: of two at once, the slower would set an older record back. */
  pull(connectionId: string, model: string): Promise<void> {
    const place = placeOf(connectionId, model);
    const read = () => this.#read(connectionId, model);
    const next = (this.#pulls.get(place) ?? Promise.resolve()).then(read, read);
    this.#pulls.set(place, next);
    return next;
  }

  /** https://nango.dev/docs/guides/syncs: pages by cursor, and after the last page on from the last record. */
  async #read(connectionId: string, model: string): Promise<void> {
    const place = placeOf(connectionId, model);
    const copy = this.copy.get(place) ?? new Map<string, Stored>();
    this.copy.set(place, copy);
    let next: string | null = null;
    do {
      const cursor: string | undefined = next ?? this.#cursors.get(place);
      const page: { records: unknown[]; next_cursor: string | null } = await this.#nango.listRecords({
        providerConfigKey: this.#integration,
        connectionId,
        model,
        limit: 2,
        ...(cursor !== undefined && { cursor }),
      });
      for (const record of page.records as Stored[]) {
        const { cursor: at, deleted_at, last_action } = record._nango_metadata;
        if (last_action === 'DELETED' || deleted_at !== null) {
          copy.delete(String(record.id));
          this.deleted.push(String(record.id));
        } else {
          copy.set(String(record.id), record);
        }
        this.#cursors.set(place, at);
      }
      next = page.next_cursor;
    } while (next !== null);
  }

  async act<Output>(connectionId: string, action: string, input: unknown): Promise<Output | ActionFailure> {
    try {
      return await this.#nango.triggerAction<unknown, Output & object>(this.#integration, connectionId, action, input);
    } catch (error) {
      return failureOf(error);
    }
  }

  async start(connectionId: string, action: string, input: unknown): Promise<void> {
    await this.#nango.triggerActionAsync(this.#integration, connectionId, action, input as object);
  }

  async syncNow(connectionId: string, sync: string): Promise<void> {
    await this.#nango.triggerSync(this.#integration, [sync], connectionId);
  }
}
