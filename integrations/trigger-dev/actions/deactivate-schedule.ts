import { createAction } from 'nango';
import { Schedule, schedulesDeactivate } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Pause a schedule. Needs an unrestricted secret key.',
  version: '1.0.0',
  input: schedulesDeactivate.input(),
  output: Schedule(),
  // https://trigger.dev/docs/management/schedules/deactivate
  exec: async (nango, input) => endpointAction(nango, schedulesDeactivate, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
