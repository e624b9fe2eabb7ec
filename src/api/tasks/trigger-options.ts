import * as z from 'zod';
import { later } from '../schema/later.js';
import { number, string } from '../schema/scalars.js';

const tag = later(() => string().min(1).max(128));

export const machineInput = later(() =>
  z.enum(['micro', 'small-1x', 'small-2x', 'medium-1x', 'medium-2x', 'large-1x', 'large-2x']),
);

/** The server takes what it cannot read as no delay at all, so it has to be right here. */
export const delayInput = later(() =>
  string()
    .max(64)
    .regex(
      /^(?:(?:\d{1,6}(?:w|d|hr|h|m|s)){1,6}|\d{4}-\d\d-\d\d(?:T[\d:.]{5,15}(?:Z|[+-]\d\d:?\d\d)?)?)$/,
      'must be a duration such as 1h30m or an ISO 8601 date',
    )
    .refine(
      (delay) => !/^\d{4}-/.test(delay) || Number.isFinite(new Date(delay).getTime()),
      'is no date of the calendar',
    )
    .describe('A duration or an ISO 8601 date. Example: "1h"'),
);

/** @see https://trigger.dev/docs/triggering#options */
export const TriggerOptions = later(() =>
  z.strictObject({
    delay: delayInput().optional().describe('Start later: a duration or an ISO 8601 date. Example: "1h"'),
    ttl: z
      .union([string().max(32), number().int().nonnegative()])
      .optional()
      .describe('Expire when not started in time: a duration, or seconds. Example: "10m"'),
    idempotencyKey: string()
      .min(1)
      .max(2048)
      .optional()
      .describe('The same key finds the same run. Example: "order-42"'),
    idempotencyKeyTTL: string()
      .regex(/^\d{1,6}[smhd]$/, 'must be a number and one of s, m, h, d')
      .optional()
      .describe('How long the key counts. Example: "24h"'),
    queue: z
      .strictObject({ name: string().min(1).max(128).describe('Name of the queue. Example: "invoices"') })
      .optional()
      .describe('Queue of the run, in place of the task’s own. Example: {"name": "invoices"}'),
    concurrencyKey: string()
      .max(512)
      .optional()
      .describe('Runs with the same key share one copy of the queue. Example: "user-42"'),
    maxAttempts: number().int().min(1).optional().describe('How often to try in all. Example: 3'),
    maxDuration: number().positive().optional().describe('Seconds of compute time.'),
    machine: machineInput().optional().describe('Machine that it runs on. Example: "small-1x"'),
    metadata: z.unknown().optional().describe('Any JSON value that the run can read and change. Example: {"step": 1}'),
    tags: z
      .union([tag(), z.array(tag()).max(10)])
      .optional()
      .describe('At most 10. Example: ["user:123"]'),
    priority: number().optional().describe('Seconds by which it goes ahead of others in its queue. Example: 10'),
    region: string().max(64).optional().describe('Where it runs. Example: "eu-central-1"'),
    test: z.boolean().optional().describe('Mark it as a test run.'),
    lockToVersion: string().max(64).optional().describe('Run on this deployed version. Example: "20260131.1"'),
    debounce: z
      .strictObject({
        key: string().min(1).max(512).describe('Runs with the same key become one. Example: "user-42"'),
        delay: delayInput(),
        mode: z
          .enum(['leading', 'trailing'])
          .optional()
          .describe('Which payload counts, the first or the last; leading when left out. Example: "trailing"'),
        maxDelay: delayInput().optional(),
      })
      .optional()
      .describe('Runs with the same key within the delay become one.'),
  }),
);

/** What one run is made of, besides its task. */
export const runInputs = later(() => ({
  payload: z.unknown().optional().describe('Any JSON value.'),
  options: TriggerOptions().optional().describe('How and when to run it. Example: {"idempotencyKey": "order-42"}'),
}));

/** The body of one run, without what was not given. */
export const runBody = ({ payload, options }: { readonly payload?: unknown; readonly options?: unknown }) => ({
  ...(payload !== undefined && { payload }),
  ...(options !== undefined && { options }),
});
