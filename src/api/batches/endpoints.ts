import * as z from 'zod';
import type { Endpoint } from '../../gate/index.js';
import { batchIdInput, environmentKeys, environmentKeysAndTokens } from '../schema/inputs.js';
import { later } from '../schema/later.js';
import { string } from '../schema/scalars.js';
import { Batch, BatchItemsAccepted } from './models.js';

/** `lines` are JSON texts of `{index, task, payload?, options?}`: made once, so that large batches are not serialised twice. */
export const BatchAddItemsInput = later(() =>
  z.strictObject({
    batchId: batchIdInput(),
    lines: z.array(string()).min(1).max(1000),
  }),
);

export const batchAddItems = {
  name: 'batch.addItems',
  summary: 'Send the items of an announced batch.',
  docs: 'https://trigger.dev/docs/management/tasks/batch-trigger',
  method: 'POST',
  // The server knows an item again by its index.
  repeat: 'idempotent',
  scopes: ['write:batch:{batchId}', 'batchTrigger:tasks:*', 'write:tasks:*'],
  routes: [{ kinds: [...environmentKeys, 'triggerToken'], path: '/api/v3/batches/{batchId}/items' }],
  input: BatchAddItemsInput,
  output: BatchItemsAccepted,
  params: ({ batchId }) => ({ batchId }),
  contentType: 'application/x-ndjson',
  body: ({ lines }) => `${lines.join('\n')}\n`,
} as const satisfies Endpoint<z.output<ReturnType<typeof BatchAddItemsInput>>, BatchItemsAccepted>;

export const BatchIdInput = later(() => z.strictObject({ batchId: batchIdInput() }));

export const batchRetrieve = {
  name: 'batch.retrieve',
  summary: 'Retrieve a batch with the ids of its runs.',
  docs: 'https://trigger.dev/docs/management/batches/retrieve',
  method: 'GET',
  repeat: 'safe',
  scopes: ['read:batch', 'read:batch:{batchId}', 'read:runs'],
  routes: [{ kinds: environmentKeysAndTokens, path: '/api/v2/batches/{batchId}' }],
  input: BatchIdInput,
  output: Batch,
  params: ({ batchId }) => ({ batchId }),
} as const satisfies Endpoint<z.output<ReturnType<typeof BatchIdInput>>, Batch>;
