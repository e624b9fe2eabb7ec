import type { Context } from 'hono';
import { Refusal } from './refusal.js';

/** The fields of a form as plain text values; files and repeated fields count as wrong text, 400 for what is no form. */
export async function formFields(context: Context): Promise<Record<string, string>> {
  const body = await context.req.parseBody().catch(() => {
    throw new Refusal(400, 'invalid_body', 'This form cannot be read.');
  });
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, typeof value === 'string' ? value : '']),
  );
}
