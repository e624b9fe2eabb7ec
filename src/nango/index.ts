export { callWith, connectionOf, endpointAction } from './call.js';
export type { NangoBase, NangoSync } from './nango.js';
export { fingerprintOf, RunsCheckpoint, syncRuns } from './sync-runs.js';
