import * as z from 'zod';
import { apiObject } from '../../gate/index.js';
import { later } from '../schema/later.js';
import { string } from '../schema/scalars.js';

export const EnvironmentVariable = later(() =>
  apiObject({
    name: string().describe('Example: "DATABASE_URL"'),
    value: string().describe('The value, or "<redacted>" for a secret.'),
    // A server that does not say is treated as if it said secret: showing too little is the safe mistake.
    isSecret: z.boolean().default(true),
  }).describe('An environment variable of one environment.'),
);

export type EnvironmentVariable = z.infer<ReturnType<typeof EnvironmentVariable>>;
