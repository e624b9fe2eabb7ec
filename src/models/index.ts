export { EnvironmentVariable } from './environment-variable.js';
export { ProjectEnvironment } from './project-environment.js';
export { isFinal, Run, RunDetail, RunPage, type RunStatus, runStatuses } from './run.js';
export { TriggerHandle } from './task.js';
