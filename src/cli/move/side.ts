import { realSurroundings } from '../../client/send.js';
import { ConnectorError } from '../../errors/index.js';
import { integrationId } from '../../host/nango-connection.js';

export interface Response {
  readonly status: number;
  readonly body: unknown;
}

interface SideOptions {
  /** As messages call it. */
  readonly name: string;
  readonly url: string;
  readonly key: string;
  /** The variable that the key came from. */
  readonly variable: string;
  readonly signal: AbortSignal;
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const timeoutMs = 120_000;
const mostWaits = 6;
const longestWaitMs = 60_000;

/** One end of a move: a Nango, or the local host, which has the same API. */
export class Side {
  readonly name: string;
  readonly url: string;
  readonly #options: SideOptions;

  constructor(options: SideOptions) {
    this.name = options.name;
    this.url = options.url;
    this.#options = options;
  }

  /** Waits where a limit of calls asks for it. Throws where the key is refused or nobody answers. */
  async ask(method: string, path: string, body?: unknown): Promise<Response> {
    const { key, signal, sleep = realSurroundings.sleep, variable } = this.#options;
    for (let waits = 0; ; waits += 1) {
      const response = await this.#send(method, path, body);
      if (response.status === 401) {
        throw new ConnectorError('unauthorized', `${this.name} (${this.url}) does not accept the key ${variable}.`);
      }
      if (response.status !== 429 || waits === mostWaits) {
        const text = await response.text();
        // A server may repeat what it was sent.
        return { status: response.status, body: parsed(text.replaceAll(key, '<redacted>')) };
      }
      await response.body?.cancel();
      const asked = Number(response.headers.get('retry-after') ?? 10) * 1000;
      await sleep(Math.min(asked || 10_000, longestWaitMs), signal);
    }
  }

  async #send(method: string, path: string, body: unknown) {
    const { key, signal } = this.#options;
    try {
      return await fetch(`${this.url}${path}`, {
        method,
        // The key must not follow one.
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        headers: {
          authorization: `Bearer ${key}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch {
      throw signal.aborted
        ? new ConnectorError('aborted')
        : new ConnectorError(
            'network',
            `${this.name} does not answer at ${this.url}. Check the address, then move again.`,
          );
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What an answer says of its failure: code and message, of each problem where it names them. */
export function refusalIn({ body, status }: Response): string {
  const error = (body as { error?: Record<string, unknown> } | undefined)?.error;
  const problems = Array.isArray(error?.['errors']) ? (error['errors'] as { message?: string; path?: string[] }[]) : [];
  const each = problems.map(({ message, path = [] }) => `${path.join('.')}: ${message}`).join(' ');
  return [error?.['code'] ?? `status ${status}`, error?.['message'] ?? each].filter(Boolean).join(': ');
}

export const named = `provider_config_key=${integrationId}`;
