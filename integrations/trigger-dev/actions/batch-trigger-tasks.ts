import { createAction } from 'nango';
import { batchTrigger } from '../../../src/api/index.js';
import { BatchCreated, batchTriggerTasks } from '../../../src/nango/index.js';

const action = createAction({
  description:
    'Trigger up to 1,000 runs of one or several tasks at once. Give each item an idempotencyKey in its options, so that a repeated call finds the same runs. Needs a secret key.',
  version: '1.0.0',
  input: batchTrigger.input(),
  output: BatchCreated(),
  // https://trigger.dev/docs/triggering#batch-trigger
  exec: async (nango, input) => batchTriggerTasks(nango, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
