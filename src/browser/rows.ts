import { batchAddItems, batchRetrieve } from '../endpoints/batches.js';
import { sessionsAppend, sessionsRecords, sessionsSubscribe } from '../endpoints/channels.js';
import { runsSubscribeToBatch, runsSubscribeToRun, runsSubscribeToRunsWithTag } from '../endpoints/realtime.js';
import { runsCancel, runsList, runsRetrieve } from '../endpoints/runs.js';
import { sessionsList, sessionsRetrieve, sessionsStart } from '../endpoints/sessions.js';
import { batchTrigger, tasksBatchTrigger, tasksTrigger } from '../endpoints/tasks.js';

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
