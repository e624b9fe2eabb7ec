export {
  BatchCreated,
  batchTriggerTasks,
  createEnvVar,
  EnvironmentVariables,
  getEnvVar,
  listEnvironments,
  listEnvVars,
  listProjects,
  ProjectEnvironments,
  Projects,
  sendSessionInput,
  updateScheduleAction,
  uploadEnvVars,
  VariablesWritten,
} from './actions.js';
export { endpointAction } from './call.js';
export type { NangoBase, NangoSync } from './nango.js';
export {
  SnapshotCheckpoint,
  SyncCheckpoint,
  SyncMetadata,
  syncEnvVars,
  syncRuns,
  syncSchedules,
  syncSessions,
} from './sync/index.js';
export {
  createPublicToken,
  createSessionToken,
  createTriggerToken,
  PublicTokenInput,
  SessionTokenInput,
  Token,
  TriggerTokenInput,
} from './tokens.js';
export { validateConnection } from './validate-connection.js';
