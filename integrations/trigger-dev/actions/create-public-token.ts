import { createAction } from 'nango';
import { createPublicToken, PublicTokenInput, Token } from '../../../src/nango/index.js';

const action = createAction({
  description: 'Mint a public access token that reads what its scopes name, for use in a browser. Needs a secret key.',
  version: '1.0.0',
  input: PublicTokenInput(),
  output: Token(),
  // https://trigger.dev/docs/realtime/auth
  exec: async (nango, input) => createPublicToken(nango, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
