import { createAction } from 'nango';
import { Schedule, schedulesUpdate } from '../../../src/api/index.js';
import { updateScheduleAction } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Replace what a schedule runs and when; an unknown one is an error. Needs an unrestricted secret key.',
  version: '1.0.0',
  input: schedulesUpdate.input(),
  output: Schedule(),
  // https://trigger.dev/docs/management/schedules/update
  exec: async (nango, input) => updateScheduleAction(nango, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
