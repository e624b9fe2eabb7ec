import type { Connection } from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';
import type { HttpRequest, HttpResponse, Repeat } from '../gate/index.js';
import { type Attempt, type Delays, delayAfterFailure, delayAfterResponse } from './retry.js';
import type { Transport } from './transport.js';

/** The options that every call takes last. */
export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the whole call, retries included; 60,000 when left out. */
  readonly timeoutMs?: number | undefined;
  /** How often to try in all; 3 when left out. */
  readonly retry?: { readonly maxAttempts?: number | undefined } | undefined;
}

const aborted = () => new ConnectorError('aborted', 'The call was cancelled.');

/** What tests replace: the clock, chance and waiting. */
export interface Surroundings {
  now(): number;
  random(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const realSurroundings: Surroundings = {
  now: Date.now,
  random: Math.random,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        reject(aborted());
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, ms);
      // One that was aborted before tells nobody any more.
      if (signal?.aborted) {
        stop();
      }
      signal?.addEventListener('abort', stop, { once: true });
    }),
};

/** A timer of more than this fires at once. */
const longestTimerMs = 2 ** 31 - 1;

function numberOf(name: string, value: number, lowest: number): number {
  if (typeof value !== 'number' || !(value >= lowest)) {
    throw new ConnectorError('input_invalid', `${name} must be a number of at least ${lowest}.`, { path: name });
  }
  return value;
}

const clientDelays: Delays = { afterResponse: delayAfterResponse, afterFailure: delayAfterFailure };

/** Sends with retries within one deadline. An HTTP error that stands is returned, not thrown. */
export async function sendWithRetries(
  transport: Transport,
  connection: Connection,
  request: HttpRequest,
  repeat: Repeat,
  options: RequestOptions = {},
  { now, random, sleep }: Surroundings = realSurroundings,
  delays: Delays = clientDelays,
): Promise<HttpResponse> {
  const { signal } = options;
  const timeoutMs = Math.ceil(Math.min(numberOf('timeoutMs', options.timeoutMs ?? 60_000, 1), longestTimerMs));
  const deadline = now() + timeoutMs;
  const maxAttempts = Math.max(1, numberOf('retry.maxAttempts', options.retry?.maxAttempts ?? 3, 0));
  for (let attempt = 1; ; attempt += 1) {
    if (signal?.aborted) {
      throw aborted();
    }
    const remaining = deadline - now();
    const state = (): Attempt => ({ repeat, attempt, maxAttempts, now: now(), random: random() });
    let delay: number | undefined;
    let outcome: HttpResponse | ConnectorError;
    try {
      outcome = await transport.send(connection, request, { signal, timeoutMs: Math.max(1, remaining) });
      delay = delays.afterResponse(outcome, state());
    } catch (error) {
      if (!(error instanceof ConnectorError)) {
        throw error;
      }
      outcome = error;
      delay = delays.afterFailure(error, state());
    }
    if (delay === undefined || now() + delay >= deadline) {
      if (outcome instanceof ConnectorError) {
        throw outcome;
      }
      return outcome;
    }
    await sleep(delay, signal).catch(() => {
      throw aborted();
    });
  }
}
