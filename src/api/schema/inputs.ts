import * as z from 'zod';
import { environmentNamed } from '../../connection/index.js';
import { later } from './later.js';
import { number, string } from './scalars.js';

export const projectRefInput = later(() =>
  string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be a project ref')
    .describe('Project ref; the connection’s own when left out. Example: "proj_1234567890"'),
);

export const environmentInput = later(() =>
  z
    .enum(['dev', 'development', 'staging', 'stg', 'prod', 'production', 'preview'])
    .describe('Environment; the connection’s own when left out. Example: "prod"'),
);

/** Project and environment of a call, where the connection's own are not meant. */
export const targetInputs = later(() => ({
  projectRef: projectRefInput().optional(),
  environment: environmentInput().optional(),
}));

export const targetOf = ({
  projectRef,
  environment,
}: {
  projectRef?: string | undefined;
  environment?: z.output<ReturnType<typeof environmentInput>> | undefined;
}) => ({ projectRef, environment: environment === undefined ? undefined : environmentNamed(environment) });

/** Ids become one path segment; every known shape of an id has only these characters. */
const idInput = (prefix: string, what: string) =>
  string()
    .regex(new RegExp(`^${prefix}_[0-9A-Za-z]{1,64}$`), `must be a ${what} id (${prefix}_…)`)
    .describe(`${what[0]?.toUpperCase()}${what.slice(1)} id. Example: "${prefix}_cm1abcdefghijklmnopqrstuv"`);

export const runIdInput = later(() => idInput('run', 'run'));
export const batchIdInput = later(() => idInput('batch', 'batch'));

/** Text that may stand in a path: encoded as one segment, so only what no encoding helps is refused. */
export const segmentInput = (what: string, max: number) =>
  string()
    .min(1)
    .max(max)
    .refine((id) => !/^(?:\.|%2e){1,2}$/i.test(id.trim()), `must be ${what}`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
    .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not hold control characters');

export const taskIdInput = later(() =>
  segmentInput('a task id', 128).describe('Id of the task. Example: "send-invoice"'),
);

export const limitInput = later(() =>
  number().int().min(1).max(100).optional().describe('Items on a page, 1 to 100. Example: 50'),
);

const cursor = later(() =>
  string()
    .min(1)
    .max(1024)
    .regex(/^(?!run_)/, 'must be the cursor of a page (pagination.next), not an id'),
);

export const cursorInputs = later(() => ({
  after: cursor()
    .optional()
    .describe('Cursor of the next (older) page: `pagination.next` of this one. Example: "eyJjIjoxfQ"'),
  before: cursor()
    .optional()
    .describe('Cursor of the previous (newer) page: `pagination.previous` of this one. Example: "eyJjIjoxfQ"'),
}));

const millisecondsOrDate = later(() =>
  z.union([
    number()
      .int()
      .nonnegative()
      .refine((value) => value === 0 || value >= 1e11, 'looks like seconds: give milliseconds since 1970')
      .refine((value) => value <= 8.64e15, 'is no date of the calendar'),
    string()
      .max(64)
      .regex(/^\d{4}-\d\d-\d\dT[\d:.]{5,15}(?:Z|[+-]\d\d:\d\d)$/, 'must be an ISO 8601 date with a time zone')
      .refine((value) => Number.isFinite(new Date(value).getTime()), 'is no date of the calendar'),
  ]),
);

export const createdInputs = later(() => ({
  from: millisecondsOrDate()
    .optional()
    .describe('Created at or after: milliseconds since 1970 or ISO 8601. Example: "2026-01-01T00:00:00Z"'),
  to: millisecondsOrDate()
    .optional()
    .describe('Created at or before: milliseconds since 1970 or ISO 8601. Example: "2026-01-31T00:00:00Z"'),
  period: string()
    .regex(/^[1-9]\d{0,3}[smhdw]$/, 'must be a number and one of s, m, h, d, w')
    .optional()
    .describe('Created within this time. Example: "7d"'),
}));

interface ListInput {
  after?: string | undefined;
  before?: string | undefined;
  from?: string | number | undefined;
  to?: string | number | undefined;
  period?: string | undefined;
}

/** What no single field can say of a list's input: path, message and the test that must hold. */
const listRules: readonly (readonly [string, string, (input: ListInput) => boolean])[] = [
  ['before', 'give only one of after and before', ({ after, before }) => after === undefined || before === undefined],
  [
    'period',
    'the server ignores from and to beside a period: give one or the other',
    ({ from, period, to }) => period === undefined || (from === undefined && to === undefined),
  ],
  [
    'to',
    'must not be before from',
    ({ from, to }) => from === undefined || to === undefined || new Date(from).getTime() <= new Date(to).getTime(),
  ],
];

/** Adds the rules between cursors and times to the schema of a list's input. */
export function listInput<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const schema = z.strictObject(shape).superRefine((input, context) => {
    for (const [field, message, holds] of listRules) {
      if (!holds(input as ListInput)) {
        context.addIssue({ code: 'custom', path: [field], message });
      }
    }
  });
  return schema as unknown as z.ZodObject<Shape, z.core.$strict>;
}

/** Zero counts as no bound at all. */
const bound = (value: string | number) => String(Math.max(1, new Date(value).getTime()));

/** Cursor and creation window as the lists of runs and sessions take them. Without a bound the server answers the last seven days. */
export function listQuery(input: ListInput & { limit?: number | undefined }): Record<string, string> {
  const { after, before, from, limit, period, to } = input;
  const query: Record<string, string> = {};
  if (limit !== undefined) {
    query['page[size]'] = String(limit);
  }
  if (after !== undefined) {
    query['page[after]'] = after;
  }
  if (before !== undefined) {
    query['page[before]'] = before;
  }
  if (period !== undefined) {
    query['filter[createdAt][period]'] = period;
    return query;
  }
  query['filter[createdAt][from]'] = bound(from ?? 1);
  if (to !== undefined) {
    query['filter[createdAt][to]'] = bound(to);
  }
  return query;
}

const secretKeys = ['root', 'additional', 'unknown'] as const;

/** Who holds one environment: secret keys, and keys of a family that the operator allows. */
export const environmentKeys = secretKeys;
export const environmentKeysAndTokens = [...secretKeys, 'publicAccessToken'] as const;
