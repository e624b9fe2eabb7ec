export { batchAddItems, batchRetrieve } from './batches/endpoints.js';
export { type BatchTriggered, triggerBatch } from './batches/flows.js';
export { Batch, BatchHandle, BatchItemsAccepted } from './batches/models.js';
export {
  envvarsCreate,
  envvarsDel,
  envvarsList,
  envvarsRetrieve,
  envvarsUpdate,
  envvarsUpload,
  redactedValue,
} from './envvars/endpoints.js';
export { createVariable, uploadVariables, type Written } from './envvars/flows.js';
export { EnvironmentVariable } from './envvars/models.js';
export { EnvVar } from './envvars/record.js';
export { checkProject, uncheckedProject } from './projects/check-project.js';
export { branchesList, projectsEnvironments, projectsList, whoami } from './projects/endpoints.js';
export { ProjectEnvironment } from './projects/environment.js';
export { Branches, KeyIdentity, Project } from './projects/models.js';
export { needsProject, targetFor } from './projects/resolve.js';
export { runsSubscribeToBatch, runsSubscribeToRun, runsSubscribeToRunsWithTag } from './realtime/endpoints.js';
export { type RealtimeRun, type RunRow, runOfRow } from './realtime/models.js';
export {
  type EndpointInput,
  type EndpointName,
  type EndpointOutput,
  type EndpointsOf,
  endpointNames,
  endpoints,
  supports,
} from './registry.js';
export { runsCancel, runsList, runsReplay, runsReschedule, runsRetrieve } from './runs/endpoints.js';
export { isFinal, Run, RunDetail, RunPage, type RunStatus, runStatuses } from './runs/models.js';
export {
  schedulesActivate,
  schedulesCreate,
  schedulesDeactivate,
  schedulesDel,
  schedulesList,
  schedulesRetrieve,
  schedulesTimezones,
  schedulesUpdate,
} from './schedules/endpoints.js';
export { updateSchedule } from './schedules/flows.js';
export { Schedule, SchedulePage, Timezones } from './schedules/models.js';
export { cycleDetector } from './schema/cycle.js';
export { later } from './schema/later.js';
export { RunId, ScheduleId, Success } from './schema/outcome.js';
export { number, string } from './schema/scalars.js';
export { sessionsAppend, sessionsRecords, sessionsSubscribe } from './sessions/channels.js';
export { sessionsClose, sessionsList, sessionsRetrieve, sessionsStart, sessionsUpdate } from './sessions/endpoints.js';
export { ChannelAppended, ChannelRecords, Session, SessionPage, StartedSession } from './sessions/models.js';
export { batchTrigger, tasksBatchTrigger, tasksTrigger } from './tasks/endpoints.js';
export { TriggerHandle } from './tasks/models.js';
export { tokensClaims, tokensCreate } from './tokens/endpoints.js';
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
export { type Verification, verify } from './verify.js';
