import { createAction } from 'nango';
import { RunId, runsCancel } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Cancel a run; one that has ended stays as it is. Needs a secret key.',
  version: '1.0.0',
  input: runsCancel.input(),
  output: RunId(),
  // https://trigger.dev/docs/management/runs/cancel
  exec: async (nango, input) => endpointAction(nango, runsCancel, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
