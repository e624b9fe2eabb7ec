export { type Fault, rateLimitFault } from './faults.js';
export { RUNS_END } from './generate-runs.js';
export { createHandlers, FAKE_ORIGIN } from './handlers.js';
export { type HostileApi, type Hostility, startHostileApi } from './hostile.js';
export { type PublicTokenOptions, signPublicToken } from './jwt.js';
export { type KeyName, type UnknownKeyName, unknownKeys } from './keys.js';
export type { ListGuard } from './list-guard.js';
export { createFakeProject, type FakeProject, type FakeProjectOptions } from './project.js';
export type { RateLimitOptions } from './rate-limit.js';
export { type FakeApi, type FakeApiOptions, type RecordedRequest, startFakeApi } from './server.js';
export type {
  EnvName,
  FakeEnvironment,
  FakeRun,
  FakeUser,
  FakeVariable,
  NewRun,
  RunPatch,
  RunStatus,
} from './types.js';
