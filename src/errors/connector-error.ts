import { type ErrorCode, errorCodes } from './codes.js';
import { redact } from './redact.js';

export interface ConnectorErrorDetails {
  /** The form field that is wrong. */
  field?: string | undefined;
  /** The place in an input or a response that is wrong, such as `data.3.status`. */
  path?: string | undefined;
  /** The endpoint that was called or refused, such as `runs.list`. */
  endpoint?: string | undefined;
  /** The HTTP status, when there was an answer. */
  status?: number | undefined;
  /** Where to read more. */
  docs?: string | undefined;
  /** Milliseconds until the rate limit resets, with `rate_limited`. */
  retryAfterMs?: number | undefined;
}

/**
 * The one error of this package: a stable `code`, a message that says what is wrong and what to do.
 * What looks like a credential is masked here, so no later logger can leak it.
 */
export class ConnectorError extends Error {
  readonly code: ErrorCode;
  // Declared only: a detail that is absent must not show up as `undefined` on the error.
  declare readonly field?: string;
  declare readonly path?: string;
  declare readonly endpoint?: string;
  declare readonly status?: number;
  declare readonly docs?: string;
  declare readonly retryAfterMs?: number;

  constructor(code: ErrorCode, message?: string, details: ConnectorErrorDetails = {}) {
    super(redact(message ?? errorCodes[code].hint));
    this.code = code;
    for (const [name, value] of Object.entries(details)) {
      if (value !== undefined) {
        Object.defineProperty(this, name, {
          value: typeof value === 'string' ? redact(value) : value,
          enumerable: true,
        });
      }
    }
  }

  toJSON(): Record<string, unknown> {
    return {
      code: this.code,
      message: this.message,
      field: this.field,
      path: this.path,
      endpoint: this.endpoint,
      status: this.status,
      docs: this.docs,
      retryAfterMs: this.retryAfterMs,
    };
  }
}

Object.defineProperty(ConnectorError.prototype, 'name', { value: 'ConnectorError' });

/** Does the same call fail until somebody changes the key, the target, the input or a setting? A crash does not count. */
export const isLasting = (error: unknown): boolean =>
  error instanceof ConnectorError && errorCodes[error.code].retry === 'never';

/** One problem of an input: a stable code, the field, and what to do. */
export interface Issue {
  code: ErrorCode;
  field: string;
  message: string;
}

/** The first issue as an error whose message names them all. */
export function errorFromIssues(issues: readonly Issue[]): ConnectorError {
  const [first] = issues;
  if (first === undefined) {
    throw new TypeError('errorFromIssues needs at least one issue');
  }
  const message = issues.map((issue) => issue.message).join(' ');
  return new ConnectorError(first.code, message, { field: first.field });
}
