export { buildRequest } from './build-request.js';
export { checkProject, uncheckedProject } from './check-project.js';
export { freeHeaders } from './free-request.js';
export { header, type RateLimit, rateLimitOf, retryAfterMs } from './headers.js';
export { parseResponse } from './parse-response.js';
export { needsProject, targetFor } from './resolve.js';
export { serialise } from './serialise.js';
export { type BatchTriggered, triggerBatch } from './trigger-batch.js';
export { type Verification, verify } from './verify.js';
