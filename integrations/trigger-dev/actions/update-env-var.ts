import { createAction } from 'nango';
import { envvarsUpdate, Success } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Change the value of an environment variable that exists.',
  version: '1.0.0',
  input: envvarsUpdate.input(),
  output: Success(),
  // https://trigger.dev/docs/management/envvars/update
  exec: async (nango, input) => endpointAction(nango, envvarsUpdate, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
