import { createAction } from 'nango';
import { Schedule, schedulesRetrieve } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Get a schedule by its id or deduplication key. Needs an unrestricted secret key.',
  version: '1.0.0',
  input: schedulesRetrieve.input(),
  output: Schedule(),
  // https://trigger.dev/docs/management/schedules/retrieve
  exec: async (nango, input) => endpointAction(nango, schedulesRetrieve, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
