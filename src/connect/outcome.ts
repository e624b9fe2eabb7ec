import type { Issue } from '../errors/connector-error.js';
import { messageOf } from './form-model.js';
import type { ConnectTexts } from './texts.js';

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

const isText = (value: unknown): boolean => typeof value === 'string';

/** Somewhere to go; no `javascript:` or `data:`. */
function isWebAddress(value: unknown): boolean {
  try {
    return isText(value) && /^https?:$/.test(new URL(String(value), 'https://base.invalid').protocol);
  } catch {
    return false;
  }
}

const isIssue = (value: unknown): boolean => {
  const { code, field, message }: Partial<Issue> = typeof value === 'object' && value !== null ? value : {};
  return isText(code) && isText(field) && isText(message);
};

const shapes = new Map<string, (value: unknown) => boolean>([
  ['code', isText],
  ['issues', (value) => Array.isArray(value) && value.every(isIssue)],
  ['environments', (value) => Array.isArray(value) && value.every(isText)],
  ['location', isWebAddress],
]);

/** Whatever a server answered, as an outcome or as nothing; a detail that is not what it should be is left out. */
export function readOutcome(body: unknown): ConnectOutcome | undefined {
  if (typeof body !== 'object' || body === null) {
    return undefined;
  }
  const { status, message } = body as Partial<ConnectOutcome>;
  if (!statuses.has(status ?? '') || !isText(message)) {
    return undefined;
  }
  const kept = Object.entries(body).filter(([name, value]) => shapes.get(name)?.(value) ?? true);
  return Object.fromEntries(kept) as unknown as ConnectOutcome;
}

export const isConnected = ({ status }: ConnectOutcome): boolean => status === 'valid' || status === 'limited';

/** What to show for an outcome: the problems that the server found, else its message. */
export function textOf(outcome: ConnectOutcome, texts: ConnectTexts): string {
  const { issues = [] } = outcome;
  return (issues.length > 0 ? issues : [outcome]).map((problem) => messageOf(problem, texts)).join(' ');
}
