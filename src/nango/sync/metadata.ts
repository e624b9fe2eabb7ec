import * as z from 'zod';
import { ConnectorError } from '../../errors/index.js';
import { later, number, runStatuses, string } from '../../models/index.js';

const listed = later(() =>
  string()
    .min(1)
    .max(128)
    .regex(/^[^,]*$/, 'must not hold a comma'),
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

/** The metadata of a connection, where '' and null mean none. */
export function readMetadata(given: unknown): SyncMetadata {
  const parsed = SyncMetadata().safeParse(given === '' ? {} : (given ?? {}));
  if (parsed.success) {
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  const path = `metadata.${issue?.path.join('.') ?? ''}`;
  throw new ConnectorError('input_invalid', `${path}: ${issue?.message}. Correct the metadata of the connection.`, {
    path,
  });
}

/** Which records there are to be: another choice starts afresh. */
export function filtersOf(metadata: SyncMetadata): string {
  const { environments, lookBackDays, statuses, tags, tasks } = metadata;
  const sorted = [tasks, tags, statuses, environments].map((values) => (values ? [...values].sort() : null));
  return JSON.stringify([...sorted, lookBackDays ?? null]);
}
