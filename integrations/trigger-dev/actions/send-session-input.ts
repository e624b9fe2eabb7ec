import { createAction } from 'nango';
import { ChannelAppended, sessionsAppend } from '../../../src/api/index.js';
import { sendSessionInput } from '../../../src/nango/index.js';

const action = createAction({
  description:
    'Send a record to the task that serves a session. Give a partId, so that a repeated call sends it once. Needs a secret key.',
  version: '1.0.0',
  input: sessionsAppend.input().omit({ channel: true }),
  output: ChannelAppended(),
  // https://trigger.dev/docs/management/sessions/channels
  exec: async (nango, input) => sendSessionInput(nango, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
