import * as z from 'zod';

export const tags = z
  .record(z.string().min(1).max(64), z.string().max(255))
  .refine((given) => Object.keys(given).length <= 64, 'At most 64 tags.');

export const endUser = z.strictObject({
  id: z.string().min(1).max(255),
  email: z.string().max(255).optional(),
  display_name: z.string().max(255).optional(),
  tags: tags.optional(),
});

/** As Nango's API gives it back. */
export function endUserOf(given: z.output<typeof endUser> | undefined): Record<string, unknown> | null {
  if (given === undefined) {
    return null;
  }
  const { display_name = null, email = null, id, tags: own = {} } = given;
  return { id, display_name, email, tags: own, organization: null };
}
