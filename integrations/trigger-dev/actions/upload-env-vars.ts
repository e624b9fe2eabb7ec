import { createAction } from 'nango';
import { envvarsUpload } from '../../../src/api/index.js';
import { uploadEnvVars, VariablesWritten } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Write many environment variables at once; one that exists is an error unless override is true.',
  version: '1.0.0',
  input: envvarsUpload.input(),
  output: VariablesWritten(),
  // https://trigger.dev/docs/management/envvars/import
  exec: async (nango, input) => uploadEnvVars(nango, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
