import { createAction } from 'nango';
import { SessionPage, sessionsList } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description: 'List sessions, newest first; one page a call. Needs a secret key.',
  version: '1.0.0',
  input: sessionsList.input(),
  output: SessionPage(),
  // https://trigger.dev/docs/management/sessions/list
  exec: async (nango, input) => endpointAction(nango, sessionsList, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
