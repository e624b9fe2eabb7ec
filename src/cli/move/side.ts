import { realSurroundings } from '../../client/send.js';
import { ConnectorError, keepSecret, redact } from '../../errors/index.js';
import { networkFailure } from '../../errors/network-failure.js';
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
    keepSecret(options.key);
  }

  /** Waits where a limit of calls asks for it. Throws where the key is refused, or no such API answers. */
  async ask(method: string, path: string, body?: unknown): Promise<Response> {
    const { variable } = this.#options;
    const { location, ...answer } = await this.#answer(method, path, body);
    const { status } = answer;
    if (status === 401) {
      throw new ConnectorError('unauthorized', `${this.name} (${this.url}) does not accept the key ${variable}.`);
    }
    if (status >= 300 && status < 400) {
      const origin = location !== null && URL.canParse(location, this.url) ? new URL(location, this.url).origin : '';
      throw new ConnectorError(
        'redirect_refused',
        `${this.name} (${this.url}) redirects${origin && ` to ${origin}`} (status ${status}). No key is sent after a redirect: pass the address of the API itself.`,
      );
    }
    if (status < 300 && (typeof answer.body !== 'object' || answer.body === null)) {
      throw new ConnectorError('invalid_response', `No Nango API answers at ${this.url}. Check the address.`);
    }
    return answer;
  }

  /** Asks for what this side may lack: the response is returned with any status, where `ask` throws for some. */
  async look(path: string): Promise<Response> {
    const { body, status } = await this.#answer('GET', path);
    return { body, status };
  }

  /** What an answer says of its failure, without the keys that a server may repeat. */
  refusal(response: Response, ...secrets: readonly string[]): string {
    return refusalIn(response, [this.#options.key, ...secrets]);
  }

  async #answer(method: string, path: string, body?: unknown) {
    const { signal, sleep = realSurroundings.sleep } = this.#options;
    for (let waits = 0; ; waits += 1) {
      const answer = await this.#send(method, path, body);
      if (answer.status !== 429 || waits === mostWaits) {
        return { status: answer.status, body: parsed(answer.text), location: answer.headers.get('location') };
      }
      const asked = Number(answer.headers.get('retry-after') ?? 10) * 1000;
      await sleep(Math.min(asked || 10_000, longestWaitMs), signal);
    }
  }

  async #send(method: string, path: string, body: unknown) {
    const { key, signal } = this.#options;
    try {
      const response = await fetch(`${this.url}${path}`, {
        method,
        // The key must not follow one.
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        headers: {
          authorization: `Bearer ${key}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { headers: response.headers, status: response.status, text: await response.text() };
    } catch (error) {
      throw signal.aborted ? new ConnectorError('aborted') : this.#silent(error);
    }
  }

  /** The cause of a failed `fetch` has a code; nothing else of it is shown. */
  #silent(error: unknown): ConnectorError {
    const cause: { code?: unknown } = error instanceof Error && error.cause instanceof Object ? error.cause : {};
    const { code, message } = networkFailure(cause.code, new URL(this.url).host);
    const why = message.replaceAll('base URL', 'address');
    return new ConnectorError(code, `${this.name} does not answer at ${this.url}: ${why} Then move again.`);
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
export function refusalIn({ body, status }: Response, secrets: readonly string[] = []): string {
  const error = (body as { error?: Record<string, unknown> } | undefined)?.error;
  const problems = Array.isArray(error?.['errors']) ? (error['errors'] as { message?: string; path?: string[] }[]) : [];
  const each = problems.map(({ message, path = [] }) => `${path.join('.')}: ${message}`).join(' ');
  const said = [error?.['code'] ?? `status ${status}`, error?.['message'] ?? each].filter(Boolean).join(': ');
  // Also short keys, which `redact` leaves to the families it knows.
  return secrets
    .filter((secret) => secret !== '')
    .reduce((text, secret) => text.replaceAll(secret, '[redacted]'), redact(said));
}

export const named = `provider_config_key=${integrationId}`;
