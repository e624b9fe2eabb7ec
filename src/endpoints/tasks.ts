import * as z from 'zod';
import { TriggerHandle } from '../models/index.js';
import type { Endpoint } from './endpoint.js';
import { taskIdInput } from './inputs.js';

const tag = z.string().min(1).max(128);

/** @see https://trigger.dev/docs/triggering#options */
export const TriggerOptions = z.strictObject({
  delay: z.string().max(64).optional().describe('Start later: a duration or an ISO 8601 date. Example: "1h"'),
  ttl: z
    .union([z.string().max(32), z.number().int().nonnegative()])
    .optional()
    .describe('Expire when not started in time: a duration, or seconds. Example: "10m"'),
  idempotencyKey: z
    .string()
    .min(1)
    .max(2048)
    .optional()
    .describe('The same key finds the same run. Example: "order-42"'),
  idempotencyKeyTTL: z
    .string()
    .regex(/^\d{1,6}[smhd]$/, 'must be a number and one of s, m, h, d')
    .optional()
    .describe('How long the key counts. Example: "24h"'),
  queue: z
    .strictObject({ name: z.string().min(1).max(128) })
    .optional()
    .describe('Example: {"name": "invoices"}'),
  concurrencyKey: z.string().max(512).optional(),
  maxAttempts: z.number().int().min(1).optional(),
  maxDuration: z.number().positive().optional().describe('Seconds of compute time.'),
  machine: z.enum(['micro', 'small-1x', 'small-2x', 'medium-1x', 'medium-2x', 'large-1x', 'large-2x']).optional(),
  metadata: z.unknown().optional(),
  tags: z
    .union([tag, z.array(tag).max(10)])
    .optional()
    .describe('At most 10. Example: ["user:123"]'),
  priority: z.number().optional(),
  region: z.string().max(64).optional(),
  test: z.boolean().optional(),
});

export const TasksTriggerInput = z.strictObject({
  taskId: taskIdInput,
  payload: z.unknown().optional().describe('Any JSON value.'),
  options: TriggerOptions.optional(),
});

export type TasksTriggerInput = z.input<typeof TasksTriggerInput>;

export const tasksTrigger = {
  name: 'tasks.trigger',
  documentedAs: 'task.trigger',
  summary: 'Trigger a task.',
  docs: 'https://trigger.dev/docs/management/tasks/trigger',
  method: 'POST',
  // Trigger routes recognise a re-sent x-trigger-request-idempotency-key, so a lost answer costs no second run.
  repeat: 'keyed',
  routes: [{ kinds: ['root', 'additional', 'unknown'], path: '/api/v1/tasks/{taskId}/trigger' }],
  input: TasksTriggerInput,
  output: TriggerHandle,
  params: ({ taskId }) => ({ taskId }),
  body: ({ payload, options }) => ({
    ...(payload !== undefined && { payload }),
    ...(options !== undefined && { options }),
  }),
} as const satisfies Endpoint<z.output<typeof TasksTriggerInput>, TriggerHandle>;
