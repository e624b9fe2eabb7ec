import { createAction } from 'nango';
import { RunId, runsReplay } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Run a task again with the payload of an earlier run. Every call makes a new run. Needs a secret key.',
  version: '1.0.0',
  input: runsReplay.input(),
  output: RunId(),
  // https://trigger.dev/docs/management/runs/replay
  exec: async (nango, input) => endpointAction(nango, runsReplay, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
