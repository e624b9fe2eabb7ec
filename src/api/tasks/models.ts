import * as z from 'zod';
import { apiObject } from '../../gate/index.js';
import { later } from '../schema/later.js';
import { string } from '../schema/scalars.js';

export const TriggerHandle = later(() =>
  apiObject({
    id: string().describe('Id of the run. Example: "run_cm1abcdefghijklmnopqrstuv"'),
    isCached: z.boolean().describe('True when an idempotency key found an earlier run.'),
  }).describe('The run that a trigger created or found.'),
);

export type TriggerHandle = z.infer<ReturnType<typeof TriggerHandle>>;
