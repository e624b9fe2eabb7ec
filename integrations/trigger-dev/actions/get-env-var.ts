import { createAction } from 'nango';
import { EnvironmentVariable, envvarsRetrieve } from '../../../src/api/index.js';
import { getEnvVar } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Get one environment variable; the value of a secret stays hidden.',
  version: '1.0.0',
  input: envvarsRetrieve.input(),
  output: EnvironmentVariable(),
  // https://trigger.dev/docs/management/envvars/retrieve
  exec: async (nango, input) => getEnvVar(nango, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
