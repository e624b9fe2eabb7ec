export { buildRequest } from './build-request.js';
export type { Endpoint, HttpRequest, HttpResponse, Repeat } from './endpoint.js';
export { header, parseResponse, retryAfterMs } from './parse-response.js';
export {
  type EndpointInput,
  type EndpointName,
  type EndpointOutput,
  type EndpointsOf,
  endpointNames,
  endpoints,
  supports,
} from './rows.js';
export { type RunsListInput, RunsListInput as runsListInput } from './runs.js';
export { type TasksTriggerInput, TasksTriggerInput as tasksTriggerInput } from './tasks.js';
export { type Verification, verify } from './verify.js';
