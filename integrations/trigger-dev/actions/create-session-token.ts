import { createAction } from 'nango';
import { createSessionToken, SessionTokenInput, Token } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Mint a token that reads and writes one session from a browser. Needs a secret key.',
  version: '1.0.0',
  input: SessionTokenInput(),
  output: Token(),
  // https://trigger.dev/docs/realtime/auth
  exec: async (nango, input) => createSessionToken(nango, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
