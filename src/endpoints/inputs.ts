import * as z from 'zod';

export const projectRefInput = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be a project ref')
  .describe('Project ref; the connection’s own when left out. Example: "proj_1234567890"');

export const environmentInput = z
  .enum(['dev', 'development', 'staging', 'stg', 'prod', 'production', 'preview'])
  .describe('Environment; the connection’s own when left out. Example: "prod"');

/** Ids become one path segment; every known shape of a run id has only these characters. */
export const runIdInput = z
  .string()
  .regex(/^run_[0-9A-Za-z]{1,64}$/, 'must be a run id (run_…)')
  .describe('Run id. Example: "run_cm1abcdefghijklmnopqrstuv"');

export const taskIdInput = z
  .string()
  .min(1)
  .max(128)
  .refine((id) => !/^\.{1,2}$/.test(id.trim()), 'must be a task id')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not hold control characters')
  .describe('Id of the task. Example: "send-invoice"');
