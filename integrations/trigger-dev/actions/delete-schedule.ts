import { createAction } from 'nango';
import { ScheduleId, schedulesDel } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Delete a schedule. Needs an unrestricted secret key.',
  version: '1.0.0',
  input: schedulesDel.input(),
  output: ScheduleId(),
  // https://trigger.dev/docs/management/schedules/delete
  exec: async (nango, input) => endpointAction(nango, schedulesDel, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
