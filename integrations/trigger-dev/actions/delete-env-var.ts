import { createAction } from 'nango';
import { inputOf, Success } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Delete an environment variable.',
  version: '1.0.0',
  input: inputOf('envvars.del'),
  output: Success(),
  // https://trigger.dev/docs/management/envvars/delete
  exec: async (nango, input) => endpointAction(nango, 'envvars.del', input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
