import { ConnectorError, type ExitCode, errorCodes } from '../errors/index.js';

export const exitCodeOf = (error: unknown): ExitCode =>
  error instanceof ConnectorError ? errorCodes[error.code].exit : 1;
