import { batchAddItems, batchRetrieve } from '../api/batches/endpoints.js';
import { runsSubscribeToBatch, runsSubscribeToRun, runsSubscribeToRunsWithTag } from '../api/realtime/endpoints.js';
import { runsCancel, runsList, runsRetrieve } from '../api/runs/endpoints.js';
import { sessionsAppend, sessionsRecords, sessionsSubscribe } from '../api/sessions/channels.js';
import { sessionsList, sessionsRetrieve, sessionsStart } from '../api/sessions/endpoints.js';
import { batchTrigger, tasksBatchTrigger, tasksTrigger } from '../api/tasks/endpoints.js';

/** The endpoints that a token may call; the browser's bundle has these in place of all of them. */
export const rows = {
  'tasks.trigger': tasksTrigger,
  'tasks.batchTrigger': tasksBatchTrigger,
  'batch.trigger': batchTrigger,
  'batch.addItems': batchAddItems,
  'batch.retrieve': batchRetrieve,
  'runs.list': runsList,
  'runs.retrieve': runsRetrieve,
  'runs.cancel': runsCancel,
  'runs.subscribeToRun': runsSubscribeToRun,
  'runs.subscribeToRunsWithTag': runsSubscribeToRunsWithTag,
  'runs.subscribeToBatch': runsSubscribeToBatch,
  'sessions.start': sessionsStart,
  'sessions.list': sessionsList,
  'sessions.retrieve': sessionsRetrieve,
  'sessions.append': sessionsAppend,
  'sessions.records': sessionsRecords,
  'sessions.subscribe': sessionsSubscribe,
} as const;
