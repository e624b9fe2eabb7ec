import * as z from 'zod';
import { environmentSlug } from '../../connection/index.js';
import type { Endpoint, Query } from '../../gate/index.js';
import {
  createdInputs,
  cursorInputs,
  environmentKeys,
  environmentKeysAndTokens,
  limitInput,
  listInput,
  listQuery,
  runIdInput,
  targetInputs,
  targetOf,
} from '../schema/inputs.js';
import { later } from '../schema/later.js';
import { RunId } from '../schema/outcome.js';
import { string } from '../schema/scalars.js';
import { delayInput, machineInput } from '../tasks/trigger-options.js';
import { RunDetail, RunPage, runStatuses } from './models.js';

// Only the header of the current API version turns these into one status each; the filter still needs the old names.
const olderNames: Readonly<Record<string, string>> = {
  PENDING_VERSION: 'WAITING_FOR_DEPLOY',
  EXECUTING: 'REATTEMPTING',
  WAITING: 'FROZEN',
  FAILED: 'INTERRUPTED',
};

/** A list travels comma-joined, so a value with a comma would become two. */
const listed = later(() =>
  string()
    .min(1)
    .max(256)
    .regex(/^[^,]*$/, 'must not hold a comma: the API reads it as a separator'),
);
const oneOrMore = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1).max(100)]);
const oneOrMoreListed = later(() => oneOrMore(listed()));

export const RunsListInput = later(() =>
  listInput({
    limit: limitInput(),
    ...cursorInputs(),
    ...createdInputs(),
    status: oneOrMore(z.enum(runStatuses)).optional().describe('Example: ["COMPLETED", "FAILED"]'),
    taskIdentifier: oneOrMoreListed().optional().describe('Example: "send-invoice"'),
    version: oneOrMoreListed().optional().describe('Example: "20260131.1"'),
    tag: oneOrMoreListed().optional().describe('Runs with any of these tags. Example: "user:123"'),
    region: oneOrMoreListed().optional().describe('Example: "eu-central-1"'),
    queue: oneOrMoreListed()
      .optional()
      .describe('`task/<task id>`, or the name of a custom queue. Example: "invoices"'),
    machine: oneOrMore(machineInput()).optional().describe('Example: "small-1x"'),
    batch: listed().optional().describe('Id of a batch. Example: "batch_cm1abcdefghijklmnopqrstuv"'),
    schedule: listed().optional().describe('Id of a schedule. Example: "sched_tnmu5j5t5kinairefa7sz"'),
    bulkAction: listed().optional().describe('Id of a bulk action. Example: "bulk_cm1abcdefghijklmnopqrstuv"'),
    isTest: z.boolean().optional().describe('Only test runs, or only others.'),
    ...targetInputs(),
  }),
);

export type RunsListInput = z.input<ReturnType<typeof RunsListInput>>;

const joined = (value: string | readonly string[]) => (typeof value === 'string' ? value : value.join(','));

const filters = [
  'taskIdentifier',
  'version',
  'tag',
  'region',
  'queue',
  'machine',
  'batch',
  'schedule',
  'bulkAction',
] as const;

function runsQuery(input: z.output<ReturnType<typeof RunsListInput>>): Query {
  const query = listQuery(input);
  if (input.status !== undefined) {
    const statuses = typeof input.status === 'string' ? [input.status] : input.status;
    query['filter[status]'] = statuses.flatMap((status) => [status, olderNames[status] ?? []].flat()).join(',');
  }
  for (const name of filters) {
    const value = input[name];
    if (value !== undefined) {
      query[`filter[${name}]`] = joined(value);
    }
  }
  if (input.isTest !== undefined) {
    query['filter[isTest]'] = String(input.isTest);
  }
  return query;
}

export const runsList = {
  name: 'runs.list',
  documentedAs: 'runs.list',
  summary: 'List runs, newest first.',
  docs: 'https://trigger.dev/docs/management/runs/list',
  method: 'GET',
  repeat: 'safe',
  scopes: ['read:runs', 'read:tasks', 'read:tasks:{taskIdentifier}'],
  routes: [
    { kinds: environmentKeysAndTokens, path: '/api/v1/runs' },
    {
      kinds: ['pat'],
      path: '/api/v1/projects/{projectRef}/runs',
      needs: ['projectRef', 'environment'],
      ambiguous: {
        dev: 'With a personal access token, the server lists the dev runs of any member. Use your own dev secret key.',
        branch:
          'With a personal access token, the server ignores the branch and lists the preview parent. Use the preview secret key with this branch.',
      },
    },
  ],
  input: RunsListInput,
  output: RunPage,
  target: targetOf,
  query: (input, { connection, target }) => {
    const query = runsQuery(input);
    // The project-wide list wants exactly one environment, by its database slug; the other ignores it.
    return connection.kind === 'pat' && target.environment !== undefined
      ? { ...query, 'filter[env]': environmentSlug(target.environment) }
      : query;
  },
} as const satisfies Endpoint<z.output<ReturnType<typeof RunsListInput>>, RunPage>;

/** A run is covered by a scope on itself, or on its task, a tag or its batch, which only the server knows: `*`. */
const runScopes = (action: 'read' | 'write') => [
  `${action}:runs`,
  `${action}:runs:{runId}`,
  `${action}:tasks:*`,
  ...(action === 'read' ? ['read:tags:*', 'read:batch:*'] : []),
];

export const RunIdInput = later(() => z.strictObject({ runId: runIdInput() }));

export const runsRetrieve = {
  name: 'runs.retrieve',
  documentedAs: 'runs.retrieve',
  summary: 'Retrieve one run with its payload, output and error.',
  docs: 'https://trigger.dev/docs/management/runs/retrieve',
  method: 'GET',
  repeat: 'safe',
  scopes: runScopes('read'),
  routes: [{ kinds: environmentKeysAndTokens, path: '/api/v3/runs/{runId}' }],
  input: RunIdInput,
  output: RunDetail,
  params: ({ runId }) => ({ runId }),
} as const satisfies Endpoint<z.output<ReturnType<typeof RunIdInput>>, RunDetail>;

export const runsCancel = {
  name: 'runs.cancel',
  documentedAs: 'runs.cancel',
  summary: 'Cancel a run; one that has ended stays as it is.',
  docs: 'https://trigger.dev/docs/management/runs/cancel',
  method: 'POST',
  repeat: 'idempotent',
  scopes: runScopes('write'),
  routes: [{ kinds: environmentKeysAndTokens, path: '/api/v2/runs/{runId}/cancel' }],
  input: RunIdInput,
  output: RunId,
  params: ({ runId }) => ({ runId }),
  body: () => ({}),
} as const satisfies Endpoint<z.output<ReturnType<typeof RunIdInput>>, RunId>;

export const runsReplay = {
  name: 'runs.replay',
  documentedAs: 'runs.replay',
  summary: 'Run a task again with the payload of an earlier run.',
  docs: 'https://trigger.dev/docs/management/runs/replay',
  method: 'POST',
  // The server makes a new run each time.
  repeat: 'once',
  routes: [{ kinds: environmentKeys, path: '/api/v1/runs/{runId}/replay' }],
  input: RunIdInput,
  output: RunId,
  params: ({ runId }) => ({ runId }),
  body: () => ({}),
} as const satisfies Endpoint<z.output<ReturnType<typeof RunIdInput>>, RunId>;

export const RunsRescheduleInput = later(() => z.strictObject({ runId: runIdInput(), delay: delayInput() }));

export const runsReschedule = {
  name: 'runs.reschedule',
  summary: 'Move the start of a delayed run.',
  docs: 'https://trigger.dev/docs/management/runs/reschedule',
  method: 'POST',
  // A duration counts from the moment of the request.
  repeat: 'once',
  fullAccess: true,
  routes: [{ kinds: environmentKeys, path: '/api/v1/runs/{runId}/reschedule' }],
  input: RunsRescheduleInput,
  output: RunDetail,
  params: ({ runId }) => ({ runId }),
  body: ({ delay }) => ({ delay }),
} as const satisfies Endpoint<z.output<ReturnType<typeof RunsRescheduleInput>>, RunDetail>;
