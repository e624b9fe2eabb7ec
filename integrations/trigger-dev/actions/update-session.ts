import { createAction } from 'nango';
import { Session, sessionsUpdate } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Change the tags or metadata of a session. Needs a secret key.',
  version: '1.0.0',
  input: sessionsUpdate.input(),
  output: Session(),
  // https://trigger.dev/docs/management/sessions/update
  exec: async (nango, input) => endpointAction(nango, sessionsUpdate, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
