import { batchAddItems, batchRetrieve } from './batches/endpoints.js';
import {
  envvarsCreate,
  envvarsDel,
  envvarsList,
  envvarsRetrieve,
  envvarsUpdate,
  envvarsUpload,
} from './envvars/endpoints.js';
import { branchesList, projectsEnvironments, projectsList, whoami } from './projects/endpoints.js';
import { runsSubscribeToBatch, runsSubscribeToRun, runsSubscribeToRunsWithTag } from './realtime/endpoints.js';
import { runsCancel, runsList, runsReplay, runsReschedule, runsRetrieve } from './runs/endpoints.js';
import {
  schedulesActivate,
  schedulesCreate,
  schedulesDeactivate,
  schedulesDel,
  schedulesList,
  schedulesRetrieve,
  schedulesTimezones,
  schedulesUpdate,
} from './schedules/endpoints.js';
import { sessionsAppend, sessionsRecords, sessionsSubscribe } from './sessions/channels.js';
import { sessionsClose, sessionsList, sessionsRetrieve, sessionsStart, sessionsUpdate } from './sessions/endpoints.js';
import { batchTrigger, tasksBatchTrigger, tasksTrigger } from './tasks/endpoints.js';
import { tokensClaims, tokensCreate } from './tokens/endpoints.js';

/** Every endpoint, by name: the one table of what is called where, and by whom. */
export const rows = {
  'tasks.trigger': tasksTrigger,
  'tasks.batchTrigger': tasksBatchTrigger,
  'batch.trigger': batchTrigger,
  'batch.addItems': batchAddItems,
  'batch.retrieve': batchRetrieve,
  'runs.list': runsList,
  'runs.retrieve': runsRetrieve,
  'runs.cancel': runsCancel,
  'runs.replay': runsReplay,
  'runs.reschedule': runsReschedule,
  'runs.subscribeToRun': runsSubscribeToRun,
  'runs.subscribeToRunsWithTag': runsSubscribeToRunsWithTag,
  'runs.subscribeToBatch': runsSubscribeToBatch,
  'envvars.list': envvarsList,
  'envvars.retrieve': envvarsRetrieve,
  'envvars.create': envvarsCreate,
  'envvars.upload': envvarsUpload,
  'envvars.update': envvarsUpdate,
  'envvars.del': envvarsDel,
  'schedules.list': schedulesList,
  'schedules.create': schedulesCreate,
  'schedules.retrieve': schedulesRetrieve,
  'schedules.update': schedulesUpdate,
  'schedules.activate': schedulesActivate,
  'schedules.deactivate': schedulesDeactivate,
  'schedules.del': schedulesDel,
  'schedules.timezones': schedulesTimezones,
  'sessions.start': sessionsStart,
  'sessions.list': sessionsList,
  'sessions.retrieve': sessionsRetrieve,
  'sessions.update': sessionsUpdate,
  'sessions.close': sessionsClose,
  'sessions.append': sessionsAppend,
  'sessions.records': sessionsRecords,
  'sessions.subscribe': sessionsSubscribe,
  'projects.list': projectsList,
  'projects.environments': projectsEnvironments,
  'branches.list': branchesList,
  'tokens.claims': tokensClaims,
  'tokens.create': tokensCreate,
  whoami,
} as const;
