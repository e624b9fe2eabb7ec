import { createAction } from 'nango';
import { TriggerHandle, tasksTrigger } from '../../../src/api/index.js';
import { endpointAction } from '../../../src/nango/index.js';

const action = createAction({
  description:
    'Trigger a task and get the id of its run. Give an idempotencyKey, so that a repeated call finds the same run. Needs a secret key.',
  version: '1.0.0',
  input: tasksTrigger.input(),
  output: TriggerHandle(),
  // https://trigger.dev/docs/management/tasks/trigger
  exec: async (nango, input) => endpointAction(nango, tasksTrigger, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
