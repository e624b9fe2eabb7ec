import type { RecordedRequest } from './server.js';

export interface Fault {
  /** Every request unless given. */
  match?: (request: RecordedRequest) => boolean;
  /** How many matching requests it hits. Once unless given. */
  times?: number;
  /** Wait this long before answering (or dropping); state has changed by then. */
  delayMs?: number;
  /** Answer with this instead. The request is then not handled, unless `handle` is set. */
  status?: number;
  /** Text as it is; anything else as JSON; of a function, what it returns. */
  body?: unknown;
  /** Added to the answer, over its own. */
  headers?: Readonly<Record<string, string>>;
  /** Handle the request although the answer is replaced: a lost update, seen from outside. */
  handle?: boolean;
  /**
   * `before`: close the connection, nothing happened. `after`: handle the request, then close.
   * `truncate`: send the head and half of the body, then close.
   */
  drop?: 'before' | 'after' | 'truncate';
}

/** Faults in the order they were scripted; the first that matches a request is used up by it. */
export class FaultScript {
  readonly #faults: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#faults.push({ fault, left: fault.times ?? 1 });
  }

  take(request: RecordedRequest): Fault | undefined {
    const found = this.#faults.find(({ fault, left }) => left > 0 && (fault.match?.(request) ?? true));
    if (found !== undefined) {
      found.left -= 1;
    }
    return found?.fault;
  }
}

/** A 429 as the API words it, reset at the given epoch milliseconds. */
export function rateLimitFault(resetMs: number, limit = 750): Fault {
  const detail = `Rate limit exceeded 0/${limit} requests remaining.`;
  return {
    status: 429,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(resetMs),
    },
    body: { title: 'Rate Limit Exceeded', status: 429, detail, reset: resetMs, limit, remaining: 0, error: detail },
  };
}
