import { createHash, createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { keepSecret } from '../errors/index.js';
import { isNetworkCode } from '../errors/network-failure.js';
import { type Log, silentLog } from './log.js';
import { sortedJson, type Tell, type Webhook } from './webhook-bodies.js';

const timeoutMs = 20_000;
const retryAfterMs = [1_000, 5_000];

const pause = (ms: number, signal: AbortSignal) => wait(ms, undefined, { signal }).catch(() => undefined);

/** More than that wait for a receiver that does not answer. */
const mostUnderWay = 1_000;

export interface WebhooksOptions {
  readonly url: string;
  /** Signs each body, as the receiver's `webhookSigningKey`. */
  readonly signingKey: string;
  readonly log?: Log;
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** Sends webhooks to one address that the operator chose: each up to three times, in the background. */
export class Webhooks {
  readonly #options: WebhooksOptions;
  readonly #underWay = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(options: WebhooksOptions) {
    this.#options = options;
    keepSecret(options.signingKey);
  }

  readonly tell: Tell = (webhook) => {
    if (this.#underWay.size >= mostUnderWay) {
      this.#options.log?.('warn', 'webhook.dropped', { type: webhook.type, connection: webhook.connectionId });
      return;
    }
    const sending = this.#send(webhook).finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  };

  /** Waits for what is under way. */
  async settle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Gives up on what is under way, which would keep the process from ending for over a minute. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.settle();
  }

  async #send(webhook: Webhook): Promise<void> {
    const { log = silentLog, sleep = pause } = this.#options;
    const { signal } = this.#stop;
    const body = sortedJson(webhook);
    const about = { type: webhook.type, connection: webhook.connectionId };
    for (const again of [...retryAfterMs, undefined]) {
      const failure = await this.#post(body);
      if (failure === undefined) {
        log('info', 'webhook.sent', about);
        return;
      }
      if (!signal.aborted && again !== undefined) {
        await sleep(again, signal);
      }
      if (signal.aborted || again === undefined) {
        log('warn', 'webhook.failed', { ...about, reason: failure });
        return;
      }
    }
  }

  /** Nothing, or why it was not taken. */
  async #post(body: string): Promise<string | undefined> {
    const { signingKey, url } = this.#options;
    try {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'error',
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(timeoutMs)]),
        headers: {
          'content-type': 'application/json',
          'x-nango-hmac-sha256': createHmac('sha256', signingKey).update(body).digest('hex'),
          'x-nango-signature': createHash('sha256').update(`${signingKey}${body}`).digest('hex'),
        },
        body,
      });
      await response.body?.cancel();
      return response.ok ? undefined : `status ${response.status}`;
    } catch (error) {
      // Of a failed `fetch`; nothing else of it is logged.
      const cause: { code?: unknown } = error instanceof Error && error.cause instanceof Object ? error.cause : {};
      return isNetworkCode(cause.code) ? `no response (${cause.code})` : 'no response';
    }
  }
}
