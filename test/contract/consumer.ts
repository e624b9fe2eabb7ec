import { Nango } from '@nangohq/node';
import type { GetPublicRecords, NangoAsyncActionWebhookBody, NangoWebhookBody } from '@nangohq/types';

type Stored = GetPublicRecords['Success']['records'][number];

/** What an application does with a failed action. */
export interface ActionFailure {
  readonly status: number;
  readonly code: string;
  /** What the function itself said. */
  readonly reason: string | undefined;
}

/**
 * An application that keeps a copy of its customers' data: written against Nango's documentation and types alone, as
 * somebody would who has never seen the host. It knows no function, model or code that Nango does not name.
 */
export class Application {
  readonly #nango: Nango;
  readonly #integration: string;
  readonly #cursors = new Map<string, string>();
  /** By model and id. */
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
        if (webhook.success && webhook.operation === 'creation' && webhook.endUser !== undefined) {
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
        this.results.push(await this.#nango.getAsyncActionResult({ id: webhook.payload.id }));
    }
  }

  /** https://nango.dev/docs/guides/syncs: pages by cursor, and after the last page on from the last record. */
  async pull(connectionId: string, model: string): Promise<void> {
    const place = `${connectionId} ${model}`;
    const copy = this.copy.get(model) ?? new Map<string, Stored>();
    this.copy.set(model, copy);
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
      const { data, status } = (error as { response: { status: number; data: { error: Record<string, unknown> } } })
        .response;
      const { code, payload } = data.error;
      return { status, code: String(code), reason: (payload as { code?: string } | undefined)?.code };
    }
  }

  async start(connectionId: string, action: string, input: unknown): Promise<void> {
    await this.#nango.triggerActionAsync(this.#integration, connectionId, action, input as object);
  }

  async syncNow(connectionId: string, sync: string): Promise<void> {
    await this.#nango.triggerSync(this.#integration, [sync], connectionId);
  }
}
