export { type CodeRow, type ErrorCode, type ExitCode, errorCodes, isErrorCode } from './codes.js';
export { ConnectorError, errorFromIssues, type Issue, isLasting } from './connector-error.js';
export { keepSecret } from './known-secrets.js';
export { nearest } from './nearest.js';
export { redact } from './redact.js';
export { Secret } from './secret.js';
