import { createAction } from 'nango';
import { SchedulePage, schedulesList } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description:
    'List the schedules of the environment, newest first; one page a call. Needs an unrestricted secret key.',
  version: '1.0.0',
  input: schedulesList.input(),
  output: SchedulePage(),
  // https://trigger.dev/docs/management/schedules/list
  exec: async (nango, input) => endpointAction(nango, schedulesList, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
