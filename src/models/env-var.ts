import * as z from 'zod';
import { later } from './later.js';

/** The record of the `env-vars` sync. */
export const EnvVar = later(() =>
  z
    .object({
      id: z
        .string()
        .describe('Project, environment with its branch, and name. Example: "proj_1234567890/prod/DATABASE_URL"'),
      projectRef: z.string().describe('Example: "proj_1234567890"'),
      environment: z.string().describe('Example: "prod"'),
      previewBranch: z.string().optional().describe('Example: "feature/one"'),
      name: z.string().describe('Example: "DATABASE_URL"'),
      isSecret: z.boolean().describe('Of a secret, neither value nor hash is stored.'),
      value: z.string().optional().describe('Only with `includeValues` in the metadata of the connection.'),
      valueHash: z.string().optional().describe('Changes when the value does; salted, so it tells nothing else.'),
    })
    .describe('An environment variable of one environment, without what is secret in it.'),
);

export type EnvVar = z.infer<ReturnType<typeof EnvVar>>;
