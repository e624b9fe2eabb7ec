import { createAction } from 'nango';
import { StartedSession, sessionsStart } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Start a session, or find the one with the same externalId. Needs a secret key.',
  version: '1.0.0',
  input: sessionsStart.input(),
  output: StartedSession(),
  // https://trigger.dev/docs/management/sessions/create
  exec: async (nango, input) => endpointAction(nango, sessionsStart, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
