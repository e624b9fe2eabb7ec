import { createAction } from 'nango';
import { inputOf, Session } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Get a session by its id or external id. Needs a secret key.',
  version: '1.0.0',
  input: inputOf('sessions.retrieve'),
  output: Session(),
  // https://trigger.dev/docs/management/sessions/retrieve
  exec: async (nango, input) => endpointAction(nango, 'sessions.retrieve', input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
