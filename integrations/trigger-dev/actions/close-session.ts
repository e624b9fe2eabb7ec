import { createAction } from 'nango';
import { Session, sessionsClose } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Close a session for good; a closed one stays as it is. Needs a secret key.',
  version: '1.0.0',
  input: sessionsClose.input(),
  output: Session(),
  // https://trigger.dev/docs/management/sessions/close
  exec: async (nango, input) => endpointAction(nango, sessionsClose, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
