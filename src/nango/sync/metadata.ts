import * as z from 'zod';
import { later, number, runStatuses, string } from '../../api/index.js';
import { ConnectorError, nearest } from '../../errors/index.js';

const listed = later(() =>
  string()
    .min(1)
    .max(128)
    .regex(/^[^,]*$/, 'must not hold a comma'),
);

const isoDate = later(() =>
  string()
    .max(64)
    .regex(
      /^\d{4}-\d\d-\d\d(?:T[\d:.]{5,15}(?:Z|[+-]\d\d:\d\d))?$/,
      'must be an ISO 8601 date, with a time zone where it has a time',
    )
    .refine((value) => Number.isFinite(Date.parse(value)), 'is no date of the calendar'),
);

const list = (what: z.ZodType<string>) => z.array(what).min(1).max(100).optional();

/** What a customer may set on a connection for its syncs; other keys are theirs. */
export const SyncMetadata = later(() =>
  z.object({
    tasks: list(listed()).describe('Runs and sessions of these tasks only. Example: ["send-invoice"]'),
    tags: list(listed()).describe('Runs and sessions with any of these tags only. Example: ["user:123"]'),
    statuses: z
      .array(z.enum(runStatuses))
      .min(1)
      .optional()
      .describe('Runs with one of these statuses only. Example: ["COMPLETED", "FAILED"]'),
    lookBackDays: number()
      .int()
      .min(1)
      .max(3650)
      .optional()
      .describe(
        'How far back the first sync of runs or sessions reads, in days; everything when left out. Example: 30',
      ),
    from: isoDate()
      .optional()
      .describe('Runs and sessions created at or after this time only, ISO 8601. Example: "2026-01-01T00:00:00Z"'),
    to: isoDate()
      .optional()
      .describe('Runs and sessions created at or before this time only, ISO 8601. Example: "2026-03-31T23:59:59Z"'),
    environments: z
      .array(z.enum(['dev', 'staging', 'prod', 'preview']))
      .min(1)
      .optional()
      .describe(
        'Environments of runs and environment variables, for a personal access token; that of the connection when left out. Example: ["staging", "prod"]',
      ),
    rateShare: number()
      .min(0.01)
      .max(1)
      .optional()
      .describe(
        'Part of the rate limit’s refill that a sync takes once the bucket is low; 0.2 when left out. Example: 0.5',
      ),
    includeValues: z
      .boolean()
      .optional()
      .describe(
        'Store the values of variables that are not secret; otherwise a hash that shows changes. Example: true',
      ),
  }),
);

export type SyncMetadata = z.infer<ReturnType<typeof SyncMetadata>>;

function refused(path: string, reason: string): ConnectorError {
  return new ConnectorError('input_invalid', `metadata.${path}: ${reason}. Correct the metadata of the connection.`, {
    path: `metadata.${path}`,
  });
}

/** The metadata of a connection, where '' and null mean none. Names that are close to one of ours are taken for a mistake. */
export function readMetadata(given: unknown): SyncMetadata {
  const metadata = given === '' ? {} : (given ?? {});
  const parsed = SyncMetadata().safeParse(metadata);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refused(issue?.path.join('.') ?? '', issue?.message ?? 'cannot be read');
  }
  const known = Object.keys(SyncMetadata().shape);
  for (const name of Object.keys(metadata)) {
    const meant = known.includes(name) ? '' : nearest(name, known);
    if (meant !== '') {
      throw refused(name.slice(0, 64), `is no name that the syncs know${meant}`);
    }
  }
  const { from, to } = parsed.data;
  if (from !== undefined && to !== undefined && Date.parse(from) > Date.parse(to)) {
    throw refused('to', 'must not be before from');
  }
  return parsed.data;
}

const day = 24 * 60 * 60_000;

/** Creation times below this are read as "none" by the API. */
const everything = 1;

/** What the metadata lets a sync read: creation times in milliseconds, both included. */
export function periodOf(
  { from, lookBackDays, to }: SyncMetadata,
  now: number,
): { origin: number; until: number | undefined } {
  const bounds = [
    everything,
    ...(lookBackDays === undefined ? [] : [now - lookBackDays * day]),
    ...(from === undefined ? [] : [Date.parse(from)]),
  ];
  return { origin: Math.max(...bounds), until: to === undefined ? undefined : Date.parse(to) };
}

/** Which records there are to be: another choice starts afresh. */
export function filtersOf(metadata: SyncMetadata): string {
  const { environments, from, lookBackDays, statuses, tags, tasks, to } = metadata;
  const sorted = [tasks, tags, statuses, environments].map((values) => (values ? [...values].sort() : null));
  // Without a period the text is that of older checkpoints.
  const period = from === undefined && to === undefined ? [] : [from ?? null, to ?? null];
  return JSON.stringify([...sorted, lookBackDays ?? null, ...period]);
}
