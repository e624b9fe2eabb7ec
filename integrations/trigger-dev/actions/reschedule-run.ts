import { createAction } from 'nango';
import { RunDetail, runsReschedule } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Move the start of a delayed run. Needs an unrestricted secret key.',
  version: '1.0.0',
  input: runsReschedule.input(),
  output: RunDetail(),
  // https://trigger.dev/docs/management/runs/reschedule
  exec: async (nango, input) => endpointAction(nango, runsReschedule, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
