export { apiObject } from './api-object.js';
export type { Ask } from './ask.js';
export { buildRequest } from './build-request.js';
export { checkInput, inputError } from './check-input.js';
export {
  type AnyEndpoint,
  type Endpoint,
  type HttpRequest,
  type HttpResponse,
  type InputOf,
  kindsFor,
  type OutputOf,
  type Query,
  type Repeat,
  repeatOf,
} from './endpoint.js';
export { freeHeaders } from './free-request.js';
export { header, type RateLimit, rateLimitOf, retryAfterMs } from './headers.js';
export { parseResponse } from './parse-response.js';
export { serialise } from './serialise.js';
export { checkSerializer, packed, type Serializer, unpacked } from './serializer.js';
