export { claimsOf, isTriggerOnly, readToken } from './claims.js';
export { guardToken } from './guard.js';
export { inspectToken, type TokenInspection } from './inspect.js';
export { mint, refuseMinting, type TokenRequest } from './mint.js';
export { algorithm, audience, issuer, type Payload } from './sign.js';
export { verifyToken } from './verify.js';
