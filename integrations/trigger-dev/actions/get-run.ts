import { createAction } from 'nango';
import { RunDetail, runsRetrieve } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Get one run with its payload, output and error. Needs a secret key.',
  version: '1.0.0',
  input: runsRetrieve.input(),
  output: RunDetail(),
  // https://trigger.dev/docs/management/runs/retrieve
  exec: async (nango, input) => endpointAction(nango, runsRetrieve, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
