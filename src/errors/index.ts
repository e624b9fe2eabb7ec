export { type ErrorCode, errorCodes, isErrorCode } from './codes.js';
export { ConnectorError, errorFromIssues, type Issue } from './connector-error.js';
export { nearest } from './nearest.js';
export { redact } from './redact.js';
export { Secret } from './secret.js';
