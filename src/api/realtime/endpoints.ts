import * as z from 'zod';
import type { Endpoint } from '../../gate/index.js';
import { batchIdInput, environmentKeysAndTokens, runIdInput } from '../schema/inputs.js';
import { later } from '../schema/later.js';
import { string } from '../schema/scalars.js';

/** Columns that a subscriber can do without; the others always come. */
export const skippableColumns = [
  'startedAt',
  'delayUntil',
  'queuedAt',
  'expiredAt',
  'completedAt',
  'number',
  'isTest',
  'usageDurationMs',
  'costInCents',
  'baseCostInCents',
  'ttl',
  'payload',
  'payloadType',
  'metadata',
  'metadataType',
  'output',
  'outputType',
  'runTags',
  'error',
] as const;

/** Where the shape protocol of ElectricSQL stands; its client fills these in. */
const shapeInputs = later(() => ({
  skipColumns: z.array(z.enum(skippableColumns)).max(32).optional().describe('Example: ["payload", "output"]'),
  shape: z.record(string(), string()).optional().describe('Parameters of the shape protocol.'),
}));

const shared = {
  method: 'GET',
  repeat: 'safe',
  // The names of headers and parameters that the protocol's client knows; without it come those of an older one.
  headers: () => ({ 'x-trigger-electric-version': '1.0.0-beta.1' }),
  // Messages of the shape protocol, which its own client reads.
  output: () => z.unknown(),
} as const;

const shapeQuery = ({
  shape,
  skipColumns,
}: {
  shape?: Record<string, string> | undefined;
  skipColumns?: readonly string[] | undefined;
}) => ({
  ...shape,
  ...(skipColumns !== undefined && { skipColumns: skipColumns.join(',') }),
});

const docs = 'https://trigger.dev/docs/realtime/backend/subscribe';

export const SubscribeToRunInput = later(() => z.strictObject({ runId: runIdInput(), ...shapeInputs() }));

export const runsSubscribeToRun = {
  ...shared,
  name: 'runs.subscribeToRun',
  summary: 'Follow one run until it has ended.',
  docs,
  scopes: ['read:runs', 'read:runs:{runId}', 'read:tasks:*', 'read:tags:*', 'read:batch:*'],
  routes: [{ kinds: environmentKeysAndTokens, path: '/realtime/v1/runs/{runId}' }],
  input: SubscribeToRunInput,
  params: ({ runId }) => ({ runId }),
  query: shapeQuery,
} as const satisfies Endpoint<z.output<ReturnType<typeof SubscribeToRunInput>>, unknown>;

const tag = later(() =>
  string()
    .min(1)
    .max(128)
    .regex(/^[^,]*$/, 'must not hold a comma: the API reads it as a separator'),
);

export const SubscribeToRunsWithTagInput = later(() =>
  z.strictObject({
    tags: z.array(tag()).min(1).max(10).describe('Runs that have all of them. Example: ["user:123"]'),
    createdAt: string()
      .regex(/^[1-9]\d{0,3}[smhd]$/, 'must be a number and one of s, m, h, d')
      .optional()
      .describe('How far back, at most 24 hours. Example: "1h"'),
    ...shapeInputs(),
  }),
);

export const runsSubscribeToRunsWithTag = {
  ...shared,
  name: 'runs.subscribeToRunsWithTag',
  summary: 'Follow the runs with a tag, also those that come.',
  docs,
  scopes: ['read:runs', 'read:tags', 'read:tags:{tag}'],
  routes: [{ kinds: environmentKeysAndTokens, path: '/realtime/v1/runs' }],
  input: SubscribeToRunsWithTagInput,
  query: ({ createdAt, tags, ...rest }) => ({
    ...shapeQuery(rest),
    tags: tags.join(','),
    ...(createdAt !== undefined && { createdAt }),
  }),
} as const satisfies Endpoint<z.output<ReturnType<typeof SubscribeToRunsWithTagInput>>, unknown>;

export const SubscribeToBatchInput = later(() => z.strictObject({ batchId: batchIdInput(), ...shapeInputs() }));

export const runsSubscribeToBatch = {
  ...shared,
  name: 'runs.subscribeToBatch',
  summary: 'Follow the runs of a batch.',
  docs,
  scopes: ['read:batch', 'read:batch:{batchId}', 'read:runs'],
  routes: [{ kinds: environmentKeysAndTokens, path: '/realtime/v1/batches/{batchId}' }],
  input: SubscribeToBatchInput,
  params: ({ batchId }) => ({ batchId }),
  query: shapeQuery,
} as const satisfies Endpoint<z.output<ReturnType<typeof SubscribeToBatchInput>>, unknown>;
