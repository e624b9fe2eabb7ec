import * as z from 'zod';
import { environmentNamed, environmentSlug } from '../connection/index.js';
import { RunDetail, RunPage, runStatuses } from '../models/index.js';
import type { Endpoint, Query } from './endpoint.js';
import { environmentInput, projectRefInput, runIdInput } from './inputs.js';

// Only the header of the current API version turns these into one status each; the filter still needs the old names.
const olderNames: Readonly<Record<string, string>> = {
  PENDING_VERSION: 'WAITING_FOR_DEPLOY',
  EXECUTING: 'REATTEMPTING',
  WAITING: 'FROZEN',
  FAILED: 'INTERRUPTED',
};

/** A list travels comma-joined, so a value with a comma would become two. */
const listed = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^,]*$/, 'must not hold a comma: the API reads it as a separator');
const oneOrMore = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1).max(100)]);
const millisecondsOrDate = z.union([
  z
    .number()
    .int()
    .nonnegative()
    .refine((value) => value === 0 || value >= 1e11, 'looks like seconds: give milliseconds since 1970')
    .refine((value) => value <= 8.64e15, 'is no date of the calendar'),
  z
    .string()
    .max(64)
    .regex(/^\d{4}-\d\d-\d\dT[\d:.]{5,15}(?:Z|[+-]\d\d:\d\d)$/, 'must be an ISO 8601 date with a time zone')
    .refine((value) => Number.isFinite(new Date(value).getTime()), 'is no date of the calendar'),
]);

export const RunsListInput = z
  .strictObject({
    limit: z.number().int().min(1).max(100).optional().describe('Runs on a page, 1 to 100. Example: 50'),
    after: z.string().min(1).max(1024).optional().describe('Cursor of the next (older) page.'),
    before: z.string().min(1).max(1024).optional().describe('Cursor of the previous (newer) page.'),
    status: oneOrMore(z.enum(runStatuses)).optional().describe('Example: ["COMPLETED", "FAILED"]'),
    taskIdentifier: oneOrMore(listed).optional().describe('Example: "send-invoice"'),
    version: oneOrMore(listed).optional().describe('Example: "20260131.1"'),
    tag: oneOrMore(listed).optional().describe('Runs with any of these tags. Example: "user:123"'),
    isTest: z.boolean().optional(),
    from: millisecondsOrDate
      .optional()
      .describe('Created at or after: milliseconds since 1970 or ISO 8601. Example: "2026-01-01T00:00:00Z"'),
    to: millisecondsOrDate.optional().describe('Created at or before: milliseconds since 1970 or ISO 8601.'),
    period: z
      .string()
      .regex(/^\d{1,4}[smhdw]$/, 'must be a number and one of s, m, h, d, w')
      .optional()
      .describe('Created within this time. Example: "7d"'),
    projectRef: projectRefInput.optional(),
    environment: environmentInput.optional(),
  })
  .refine((input) => input.after === undefined || input.before === undefined, {
    path: ['before'],
    message: 'give only one of after and before',
  })
  .refine((input) => input.period === undefined || (input.from === undefined && input.to === undefined), {
    path: ['period'],
    message: 'the server ignores from and to beside a period: give one or the other',
  })
  .refine(
    ({ from, to }) => from === undefined || to === undefined || new Date(from).getTime() <= new Date(to).getTime(),
    { path: ['to'], message: 'must not be before from' },
  );

export type RunsListInput = z.input<typeof RunsListInput>;

const joined = (value: string | readonly string[]) => (typeof value === 'string' ? value : value.join(','));

/** Zero counts as no bound at all. */
const bound = (value: string | number) => Math.max(1, new Date(value).getTime());

function runsQuery(input: z.output<typeof RunsListInput>): Query {
  const query: Record<string, string> = {};
  const set = (name: string, value: string | number | boolean | undefined) => {
    if (value !== undefined) {
      query[name] = String(value);
    }
  };
  set('page[size]', input.limit);
  set('page[after]', input.after);
  set('page[before]', input.before);
  if (input.status !== undefined) {
    const statuses = typeof input.status === 'string' ? [input.status] : input.status;
    set('filter[status]', statuses.flatMap((status) => [status, olderNames[status] ?? []].flat()).join(','));
  }
  set('filter[taskIdentifier]', input.taskIdentifier && joined(input.taskIdentifier));
  set('filter[version]', input.version && joined(input.version));
  set('filter[tag]', input.tag && joined(input.tag));
  set('filter[isTest]', input.isTest);
  if (input.period === undefined) {
    // Without a lower bound the server silently answers the last seven days.
    set('filter[createdAt][from]', bound(input.from ?? 1));
    set('filter[createdAt][to]', input.to === undefined ? undefined : bound(input.to));
  } else {
    set('filter[createdAt][period]', input.period);
  }
  return query;
}

const environmentKeys = ['root', 'additional', 'unknown'] as const;

export const runsList = {
  name: 'runs.list',
  documentedAs: 'runs.list',
  summary: 'List runs, newest first.',
  docs: 'https://trigger.dev/docs/management/runs/list',
  method: 'GET',
  repeat: 'safe',
  routes: [
    { kinds: environmentKeys, path: '/api/v1/runs' },
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
  target: ({ projectRef, environment }) => ({
    projectRef,
    environment: environment === undefined ? undefined : environmentNamed(environment),
  }),
  query: (input, { connection, target }) => {
    const query = runsQuery(input);
    // The project-wide list wants exactly one environment, by its database slug; the other ignores it.
    return connection.kind === 'pat' && target.environment !== undefined
      ? { ...query, 'filter[env]': environmentSlug(target.environment) }
      : query;
  },
} as const satisfies Endpoint<z.output<typeof RunsListInput>, RunPage>;

export const RunsRetrieveInput = z.strictObject({ runId: runIdInput });

export const runsRetrieve = {
  name: 'runs.retrieve',
  documentedAs: 'runs.retrieve',
  summary: 'Retrieve one run with its payload, output and error.',
  docs: 'https://trigger.dev/docs/management/runs/retrieve',
  method: 'GET',
  repeat: 'safe',
  routes: [{ kinds: environmentKeys, path: '/api/v3/runs/{runId}' }],
  input: RunsRetrieveInput,
  output: RunDetail,
  params: ({ runId }) => ({ runId }),
} as const satisfies Endpoint<z.output<typeof RunsRetrieveInput>, RunDetail>;
