import { createAction } from 'nango';
import { RunPage, runsList } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description: 'List runs, newest first, filtered by status, task, tag or time; one page a call.',
  version: '1.0.0',
  input: runsList.input(),
  output: RunPage(),
  // https://trigger.dev/docs/management/runs/list
  exec: async (nango, input) => endpointAction(nango, runsList, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
