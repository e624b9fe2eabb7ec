import { createAction } from 'nango';
import { envvarsCreate } from '../../../src/api/index.js';
import { createEnvVar, VariablesWritten } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Create an environment variable; one that exists is an error unless override is true.',
  version: '1.0.0',
  input: envvarsCreate.input(),
  output: VariablesWritten(),
  // https://trigger.dev/docs/management/envvars/create
  exec: async (nango, input) => createEnvVar(nango, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
