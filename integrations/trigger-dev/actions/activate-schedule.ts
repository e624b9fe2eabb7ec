import { createAction } from 'nango';
import { Schedule, schedulesActivate } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Let a schedule run again. Needs an unrestricted secret key.',
  version: '1.0.0',
  input: schedulesActivate.input(),
  output: Schedule(),
  // https://trigger.dev/docs/management/schedules/activate
  exec: async (nango, input) => endpointAction(nango, schedulesActivate, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
