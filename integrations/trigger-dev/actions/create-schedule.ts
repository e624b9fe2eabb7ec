import { createAction } from 'nango';
import { Schedule, schedulesCreate } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description:
    'Create a schedule, or replace the one with the same deduplicationKey. Needs an unrestricted secret key.',
  version: '1.0.0',
  input: schedulesCreate.input(),
  output: Schedule(),
  // https://trigger.dev/docs/management/schedules/create
  exec: async (nango, input) => endpointAction(nango, schedulesCreate, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
