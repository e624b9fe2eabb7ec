import { ConnectorError, isErrorCode } from '../../errors/index.js';
import { FunctionStopped } from '../../nango/limits.js';

/** Nango's `nango.ActionError`: what a function throws when it says no on purpose. */
export class ActionError extends Error {
  readonly payload: Record<string, unknown>;

  constructor(payload: Record<string, unknown> = {}) {
    super(typeof payload['message'] === 'string' ? payload['message'] : 'The function failed.');
    this.payload = payload;
  }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);
const numberOf = (value: unknown) => (typeof value === 'number' ? value : undefined);

/** What a function threw, as the error it stands for. A crash stays what it is: a defect, not an answer. */
export function errorOfFunction(error: unknown): unknown {
  if (error instanceof FunctionStopped) {
    return error.code === 'script_aborted'
      ? new ConnectorError('aborted')
      : new ConnectorError('timeout', 'The function had no more time.');
  }
  // A refusal in Nango's words, which carries our own.
  if (error instanceof Error && error.cause instanceof ConnectorError) {
    return error.cause;
  }
  if (!(error instanceof ActionError)) {
    return error;
  }
  const { code, message, field, path, endpoint, status, docs, retryAfterMs } = error.payload;
  if (!isErrorCode(code)) {
    return error;
  }
  return new ConnectorError(code, textOf(message), {
    field: textOf(field),
    path: textOf(path),
    endpoint: textOf(endpoint),
    status: numberOf(status),
    docs: textOf(docs),
    retryAfterMs: numberOf(retryAfterMs),
  });
}

/** What is told of an error that is none of ours: its text may quote anything. */
const unexpected = { code: 'unexpected', message: 'The function crashed.' };

/** Code and message, for an outcome or a log. */
export const told = (error: unknown) =>
  error instanceof ConnectorError ? { code: error.code, message: error.message } : unexpected;
