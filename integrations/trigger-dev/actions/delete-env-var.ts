import { createAction } from 'nango';
import { envvarsDel, Success } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Delete an environment variable.',
  version: '1.0.0',
  input: envvarsDel.input(),
  output: Success(),
  // https://trigger.dev/docs/management/envvars/delete
  exec: async (nango, input) => endpointAction(nango, envvarsDel, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
