import { createAction } from 'nango';
import { createTriggerToken, Token, TriggerTokenInput } from '../../../src/nango/index.js';

const action = createAction({
  description:
    'Mint a token that triggers the named tasks from a browser, once unless multipleUse is set. Needs a secret key.',
  version: '1.0.0',
  input: TriggerTokenInput(),
  output: Token(),
  // https://trigger.dev/docs/realtime/auth
  exec: async (nango, input) => createTriggerToken(nango, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
