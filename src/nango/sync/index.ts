export { SyncCheckpoint } from './checkpoint.js';
export { syncEnvVars } from './env-vars.js';
export { SyncMetadata } from './metadata.js';
export { syncRuns } from './runs.js';
export { syncSchedules } from './schedules.js';
export { syncSessions } from './sessions.js';
export { SnapshotCheckpoint } from './snapshot-checkpoint.js';
