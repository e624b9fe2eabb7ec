import type { Issue } from '../errors/connector-error.js';

/** What a submit came to; the answer of the host's `POST /connect` with JSON. */
export interface ConnectOutcome {
  readonly status: 'valid' | 'limited' | 'rejected' | 'unverifiable' | 'invalid';
  readonly message: string;
  readonly code?: string;
  /** With `invalid`: what the server found wrong, by field. */
  readonly issues?: readonly Issue[];
  /** Names of the project's environments, with a personal access token. */
  readonly environments?: readonly string[];
  /** Where to go after a success. */
  readonly location?: string;
}

const statuses = new Set(['valid', 'limited', 'rejected', 'unverifiable', 'invalid']);

/** Whatever a server answered, as an outcome or as nothing. */
export function readOutcome(body: unknown): ConnectOutcome | undefined {
  if (typeof body !== 'object' || body === null) {
    return undefined;
  }
  const { status, message } = body as Partial<ConnectOutcome>;
  return statuses.has(status ?? '') && typeof message === 'string' ? (body as ConnectOutcome) : undefined;
}

export const isConnected = ({ status }: ConnectOutcome): boolean => status === 'valid' || status === 'limited';
