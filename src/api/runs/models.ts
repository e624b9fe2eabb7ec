import * as z from 'zod';
import { apiObject } from '../../gate/index.js';
import { later } from '../schema/later.js';
import { number, string } from '../schema/scalars.js';
import { timestamp } from '../schema/timestamp.js';

/** Statuses of API version 2025-07-16; the server may add more, so objects carry plain strings. */
export const runStatuses = [
  'PENDING_VERSION',
  'DELAYED',
  'QUEUED',
  'DEQUEUED',
  'EXECUTING',
  'WAITING',
  'COMPLETED',
  'CANCELED',
  'FAILED',
  'CRASHED',
  'SYSTEM_FAILURE',
  'EXPIRED',
  'TIMED_OUT',
] as const;

export type RunStatus = (typeof runStatuses)[number];

// An unknown status counts as open, so that a sync looks at the run again.
const finalStatuses = new Set<string>([
  'COMPLETED',
  'CANCELED',
  'FAILED',
  'CRASHED',
  'INTERRUPTED',
  'SYSTEM_FAILURE',
  'EXPIRED',
  'TIMED_OUT',
]);

/** Has the run ended? Told by the status: the server's boolean helpers are all false for EXPIRED and TIMED_OUT. */
export function isFinal(run: { status: string }): boolean {
  return finalStatuses.has(run.status);
}

const shared = later(() => ({
  id: string().describe('Run id. Example: "run_cm1abcdefghijklmnopqrstuv"'),
  taskIdentifier: string().describe('Id of the task. Example: "send-invoice"'),
  status: string().describe(`One of ${runStatuses.join(', ')}; newer servers may add more.`),
  createdAt: timestamp('When the run was triggered.'),
  updatedAt: timestamp('When the run last changed.'),
  startedAt: timestamp('When the run started.').nullish(),
  finishedAt: timestamp('When the run ended.').nullish(),
  delayedUntil: timestamp('When a delayed run will start.').nullish(),
  expiredAt: timestamp('When the run expired.').nullish(),
  ttl: string().nullish().describe('How long the run may wait. Example: "10m"'),
  version: string().nullish().describe('Deployed version. Example: "20260131.1"'),
  idempotencyKey: string().nullish(),
  isTest: z.boolean(),
  tags: z.array(string()).describe('Tags of the run. Example: ["user:123"]'),
  costInCents: number(),
  baseCostInCents: number(),
  durationMs: number().describe('Compute time in milliseconds.'),
  depth: number().optional().describe('0 for a run that no other run triggered.'),
  metadata: z.unknown().optional(),
  region: string().nullish(),
}));

/** A run as lists give it; also the record of the `runs` sync. */
export const Run = later(() =>
  apiObject({
    ...shared(),
    taskKind: string().optional(),
    env: apiObject({ id: string(), name: string(), user: string().nullish() }).describe(
      'The environment: its id and slug (dev, stg, prod, or that of a preview branch).',
    ),
  }).describe('A run of a Trigger.dev task.'),
);

export type Run = z.infer<ReturnType<typeof Run>>;

const relatedRun = later(() => apiObject({ id: string(), status: string() }));

/** One run with payload, output, error and relatives. */
export const RunDetail = later(() =>
  apiObject({
    ...shared(),
    triggerFunction: string().optional(),
    batchId: string().nullish(),
    payload: z.unknown().optional(),
    payloadPresignedUrl: string().nullish().describe('Short-lived link to a payload stored apart.'),
    output: z.unknown().optional(),
    outputPresignedUrl: string().nullish().describe('Short-lived link to an output stored apart.'),
    error: apiObject({
      message: string().optional(),
      name: string().optional(),
      stackTrace: string().optional(),
    }).nullish(),
    schedule: apiObject({ id: string() }).nullish(),
    attemptCount: number().optional(),
    relatedRuns: apiObject({
      root: relatedRun().nullish(),
      parent: relatedRun().nullish(),
      children: z.array(relatedRun()).optional(),
    }).optional(),
  }).describe('One run of a Trigger.dev task, in full.'),
);

export type RunDetail = z.infer<ReturnType<typeof RunDetail>>;

export const RunPage = later(() =>
  apiObject({
    data: z.array(Run()),
    pagination: apiObject({ next: string().nullish(), previous: string().nullish() }).describe(
      'Opaque cursors; a page may be short or empty while `next` is present.',
    ),
  }),
);

export type RunPage = z.infer<ReturnType<typeof RunPage>>;
