export { Host, type HostOptions, type RunOptions } from './host.js';
export { type Server, serve } from './http/server.js';
export { listFunctions } from './runner/functions.js';
export { openStore } from './store/open.js';
export type { SaveCounts, Store, StoredRecord, SyncOutcome } from './store/store.js';
export type { ConnectionSummary } from './summary.js';
export type { SyncProgress } from './sync-progress.js';
