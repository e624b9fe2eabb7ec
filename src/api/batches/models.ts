import * as z from 'zod';
import { apiObject } from '../../gate/index.js';
import { later } from '../schema/later.js';
import { number, string } from '../schema/scalars.js';
import { timestamp } from '../schema/timestamp.js';

const batchId = later(() => string().describe('Batch id. Example: "batch_cm1abcdefghijklmnopqrstuv"'));

export const BatchHandle = later(() =>
  apiObject({
    id: batchId(),
    runCount: number().describe('Runs that the batch will have.'),
    isCached: z.boolean(),
    idempotencyKey: string().nullish(),
  }).describe('The batch that a batch trigger created.'),
);

export type BatchHandle = z.infer<ReturnType<typeof BatchHandle>>;

/** The server takes items until it has as many as were announced; then the batch is sealed. */
export const BatchItemsAccepted = later(() =>
  apiObject({
    id: batchId(),
    itemsAccepted: number(),
    itemsDeduplicated: number(),
    sealed: z.boolean(),
  }),
);

export type BatchItemsAccepted = z.infer<ReturnType<typeof BatchItemsAccepted>>;

export const Batch = later(() =>
  apiObject({
    id: batchId(),
    status: string().describe('PENDING, PROCESSING, COMPLETED, PARTIAL_FAILED or ABORTED; newer servers may add more.'),
    idempotencyKey: string().nullish(),
    createdAt: timestamp('When the batch was created.'),
    updatedAt: timestamp('When the batch last changed.'),
    runCount: number(),
    runs: z.array(string()).describe('Ids of the runs.'),
    processing: apiObject({
      completedAt: timestamp('When all items had become runs.').nullish(),
      errors: z
        .array(
          apiObject({
            index: number(),
            taskIdentifier: string().nullish(),
            error: string(),
            errorCode: string().nullish(),
          }),
        )
        .describe('Items that did not become runs.'),
    }).optional(),
  }).describe('A batch of runs.'),
);

export type Batch = z.infer<ReturnType<typeof Batch>>;
