export { isTriggerOnly, readToken } from './claims.js';
export { guardToken } from './guard.js';
export { inspectToken, type TokenInspection } from './inspect.js';
export { mint, type SignNow, type TokenRequest } from './mint.js';
export { verifyToken } from './verify.js';
