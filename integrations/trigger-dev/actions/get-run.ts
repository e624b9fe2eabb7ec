import { createAction } from 'nango';
import { inputOf, RunDetail } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Get one run with its payload, output and error. Needs a secret key.',
  version: '1.0.0',
  input: inputOf('runs.retrieve'),
  output: RunDetail(),
  // https://trigger.dev/docs/management/runs/retrieve
  exec: async (nango, input) => endpointAction(nango, 'runs.retrieve', input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
