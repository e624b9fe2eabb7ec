import * as z from 'zod';
import type { Endpoint } from '../../gate/index.js';
import { packed } from '../../gate/index.js';
import { BatchHandle } from '../batches/models.js';
import { environmentKeys, taskIdInput } from '../schema/inputs.js';
import { later } from '../schema/later.js';
import { string } from '../schema/scalars.js';
import { TriggerHandle } from './models.js';
import { runBody, runInputs } from './trigger-options.js';

export const TasksTriggerInput = later(() => z.strictObject({ taskId: taskIdInput(), ...runInputs() }));

export type TasksTriggerInput = z.input<ReturnType<typeof TasksTriggerInput>>;

export const tasksTrigger = {
  name: 'tasks.trigger',
  documentedAs: 'task.trigger',
  summary: 'Trigger a task.',
  docs: 'https://trigger.dev/docs/management/tasks/trigger',
  method: 'POST',
  // Trigger routes recognise a re-sent x-trigger-request-idempotency-key, so a lost answer costs no second run.
  repeat: 'keyed',
  scopes: ['trigger:tasks', 'trigger:tasks:{taskId}', 'write:tasks', 'write:tasks:{taskId}'],
  routes: [{ kinds: [...environmentKeys, 'triggerToken'], path: '/api/v1/tasks/{taskId}/trigger' }],
  input: TasksTriggerInput,
  output: TriggerHandle,
  params: ({ taskId }) => ({ taskId }),
  body: (input, { serializer }) => runBody(packed('tasks.trigger', 'payload', input, serializer)),
} as const satisfies Endpoint<z.output<ReturnType<typeof TasksTriggerInput>>, TriggerHandle>;

const batchIdempotencyKey = later(() =>
  string()
    .min(1)
    .max(2048)
    .optional()
    .describe(
      'A second batch with the same key is refused. Keys of single items find their runs instead. Example: "orders-of-monday"',
    ),
);

const itemsOf = <Item extends z.ZodType>(item: Item) => z.array(item).min(1).max(1000).describe('1 to 1,000 runs.');

export const TasksBatchTriggerInput = later(() =>
  z.strictObject({
    taskId: taskIdInput(),
    items: itemsOf(z.strictObject(runInputs())),
    idempotencyKey: batchIdempotencyKey(),
  }),
);

export const BatchTriggerInput = later(() =>
  z.strictObject({
    items: itemsOf(z.strictObject({ taskId: taskIdInput(), ...runInputs() })),
    idempotencyKey: batchIdempotencyKey(),
  }),
);

export type BatchTriggerInput = z.input<ReturnType<typeof BatchTriggerInput>>;

/** What both batch triggers have in common: the batch is announced first, its items follow with `batch.addItems`. */
const announced = {
  method: 'POST',
  output: BatchHandle,
  // To write is to trigger, one or many.
  scopes: ['batchTrigger:tasks:*', 'batchTrigger:batch', 'write:tasks:*', 'write:batch'],
  routes: [{ kinds: [...environmentKeys, 'triggerToken'], path: '/api/v3/batches' }],
} as const;

/** An announced batch without items starts nothing; with a key of its own, the second announcement would be refused. */
const repeatOfBatch = ({ idempotencyKey }: { idempotencyKey?: string | undefined }) =>
  idempotencyKey === undefined ? 'idempotent' : 'once';

const announcement = (taskIds: readonly string[], idempotencyKey: string | undefined) => ({
  runCount: taskIds.length,
  taskIdentifiers: [...new Set(taskIds)],
  ...(idempotencyKey !== undefined && { idempotencyKey }),
});

export const tasksBatchTrigger = {
  ...announced,
  name: 'tasks.batchTrigger',
  documentedAs: 'task.batchTrigger',
  summary: 'Trigger one task many times.',
  docs: 'https://trigger.dev/docs/management/tasks/batch-trigger',
  repeat: repeatOfBatch,
  input: TasksBatchTriggerInput,
  body: ({ idempotencyKey, items, taskId }) =>
    announcement(
      items.map(() => taskId),
      idempotencyKey,
    ),
} as const satisfies Endpoint<z.output<ReturnType<typeof TasksBatchTriggerInput>>, BatchHandle>;

export const batchTrigger = {
  ...announced,
  name: 'batch.trigger',
  summary: 'Trigger several tasks at once.',
  docs: 'https://trigger.dev/docs/triggering#batch-trigger',
  repeat: repeatOfBatch,
  input: BatchTriggerInput,
  body: ({ idempotencyKey, items }) =>
    announcement(
      items.map(({ taskId }) => taskId),
      idempotencyKey,
    ),
} as const satisfies Endpoint<z.output<ReturnType<typeof BatchTriggerInput>>, BatchHandle>;
