import * as z from 'zod';
import { later } from '../schema/later.js';
import { string } from '../schema/scalars.js';

/** The record of the `env-vars` sync. */
export const EnvVar = later(() =>
  z
    .object({
      id: string().describe(
        'Project, environment with its branch, and name. Example: "proj_1234567890/prod/DATABASE_URL"',
      ),
      projectRef: string().describe('Example: "proj_1234567890"'),
      environment: string().describe('Example: "prod"'),
      previewBranch: string().optional().describe('Example: "feature/one"'),
      name: string().describe('Example: "DATABASE_URL"'),
      isSecret: z.boolean().describe('Of a secret, neither value nor hash is stored.'),
      value: string().optional().describe('Only with `includeValues` in the metadata of the connection.'),
      valueHash: string().optional().describe('Changes when the value does; salted, so it tells nothing else.'),
    })
    .describe('An environment variable of one environment, without what is secret in it.'),
);

export type EnvVar = z.infer<ReturnType<typeof EnvVar>>;
