import { createAction } from 'nango';
import { envvarsList } from '../../../src/api/index.js';
import { EnvironmentVariables, listEnvVars } from '../../../src/nango/index.js';

const action = createAction({
  description: 'List the environment variables of one environment; values of secrets stay hidden.',
  version: '1.0.0',
  input: envvarsList.input(),
  output: EnvironmentVariables(),
  // https://trigger.dev/docs/management/envvars/list
  exec: async (nango, input) => listEnvVars(nango, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
