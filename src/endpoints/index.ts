export { buildRequest, type RequestContext } from './build-request.js';
export type { Endpoint, HttpRequest, HttpResponse, Repeat, Route } from './endpoint.js';
export { header, parseResponse, responseError, retryAfterMs } from './parse-response.js';
export {
  type EndpointInput,
  type EndpointName,
  type EndpointOutput,
  type EndpointsOf,
  endpointNames,
  endpoints,
  type KindsOf,
  kindsFor,
  supports,
} from './rows.js';
export { type RunsListInput, RunsListInput as runsListInput } from './runs.js';
export { type TasksTriggerInput, TasksTriggerInput as tasksTriggerInput } from './tasks.js';
