export type { Ask } from './ask.js';
export { type BatchTriggered, triggerBatch } from './batch-trigger.js';
export { buildRequest } from './build-request.js';
export { inputError } from './check-input.js';
export { checkProject, uncheckedProject } from './check-project.js';
export { cycleDetector } from './cycle.js';
export type { Endpoint, HttpRequest, HttpResponse, Repeat } from './endpoint.js';
export { redactedValue } from './envvars.js';
export { freeHeaders } from './free-request.js';
export { header, type RateLimit, rateLimitOf, retryAfterMs } from './headers.js';
export {
  algorithm,
  audience,
  issuer,
  lifetimeOf,
  type Payload,
  refuseMinting,
  serverMinted,
  signingInput,
} from './minting.js';
export { parseResponse } from './parse-response.js';
export { needsProject, targetFor } from './resolve.js';
export {
  type EndpointInput,
  type EndpointName,
  type EndpointOutput,
  type EndpointsOf,
  endpointNames,
  endpoints,
  inputOf,
  repeatOf,
  supports,
} from './rows.js';
export { serialise } from './serialise.js';
export { checkSerializer, type Serializer, unpacked } from './serializer.js';
export { defaultLifetime, type Expiration, expirationOf } from './token-expiration.js';
export { flattenScopes, scopeParts, type TokenScopes } from './token-scopes.js';
export { updateSchedule } from './update-schedule.js';
export { createVariable, uploadVariables, type Written } from './variables.js';
export { type Verification, verify } from './verify.js';
