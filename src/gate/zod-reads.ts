import type * as z from 'zod';

/** What a schema makes of a value; where it does not take it, the place of the first mistake. */
export interface Read {
  readonly data?: unknown;
  readonly path?: string | undefined;
}

/** The same by zod alone. */
export function zodReads(schema: z.ZodType, value: unknown): Read {
  const { data, error } = schema.safeParse(value);
  return { data, path: error?.issues[0]?.path.join('.') };
}
