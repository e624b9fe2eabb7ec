import { createAction } from 'nango';
import { Session, sessionsRetrieve } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Get a session by its id or external id. Needs a secret key.',
  version: '1.0.0',
  input: sessionsRetrieve.input(),
  output: Session(),
  // https://trigger.dev/docs/management/sessions/retrieve
  exec: async (nango, input) => endpointAction(nango, sessionsRetrieve, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
