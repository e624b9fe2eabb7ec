import { createAction } from 'nango';
import { inputOf, ScheduleId } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Delete a schedule. Needs an unrestricted secret key.',
  version: '1.0.0',
  input: inputOf('schedules.del'),
  output: ScheduleId(),
  // https://trigger.dev/docs/management/schedules/delete
  exec: async (nango, input) => endpointAction(nango, 'schedules.del', input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
