import type { z } from 'zod/v3';
import type { Outcome } from './auth.js';
import { json, unexpectedError } from './problems.js';

/** The JSON body, or what routes without a body check of their own answer: zod's own issues, as zod 3 words them. */
export async function jsonBody<T>(request: Request, schema: z.ZodType<T, z.ZodTypeDef, unknown>): Promise<Outcome<T>> {
  let raw: unknown;
  try {
    raw = await request.json();
  } catch {
    return { ok: false, answer: unexpectedError };
  }
  const parsed = schema.safeParse(raw);
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, answer: json(400, { error: 'Invalid request body', issues: parsed.error.issues }) };
}
