export type { Ask } from './ask.js';
export { Batch, BatchHandle, BatchItemsAccepted } from './batches/models.js';
export { inputError } from './check-input.js';
export type { Endpoint, HttpRequest, HttpResponse, Repeat, Route, Target } from './endpoint.js';
export { redactedValue } from './envvars/endpoints.js';
export { createVariable, uploadVariables, type Written } from './envvars/flows.js';
export { EnvironmentVariable } from './envvars/models.js';
export { EnvVar } from './envvars/record.js';
export { ProjectEnvironment } from './projects/environment.js';
export { Branches, KeyIdentity, Project } from './projects/models.js';
export { type RealtimeRun, type RunRow, runOfRow } from './realtime/models.js';
export {
  type EndpointInput,
  type EndpointName,
  type EndpointOutput,
  type EndpointsOf,
  endpointNames,
  endpoints,
  inputOf,
  kindsFor,
  repeatOf,
  supports,
} from './registry.js';
export { isFinal, Run, RunDetail, RunPage, type RunStatus, runStatuses } from './runs/models.js';
export { updateSchedule } from './schedules/flows.js';
export { Schedule, SchedulePage, Timezones } from './schedules/models.js';
export { isApiObject } from './schema/api-object.js';
export { cycleDetector } from './schema/cycle.js';
export { later } from './schema/later.js';
export { RunId, ScheduleId, Success } from './schema/outcome.js';
export { number, string } from './schema/scalars.js';
export { checkSerializer, packed, type Serializer, unpacked } from './serializer.js';
export { ChannelAppended, ChannelRecords, Session, SessionPage, StartedSession } from './sessions/models.js';
export { TriggerHandle } from './tasks/models.js';
export { defaultLifetime, type Expiration, expirationOf } from './tokens/expiration.js';
export {
  algorithm,
  audience,
  issuer,
  lifetimeOf,
  type Payload,
  refuseMinting,
  serverMinted,
  signingInput,
} from './tokens/minting.js';
export { MintedToken, TokenClaims } from './tokens/models.js';
export { flattenScopes, scopeParts, type TokenScopes } from './tokens/scopes.js';
