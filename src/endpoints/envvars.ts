import * as z from 'zod';
import { environmentNamed } from '../connection/index.js';
import { EnvironmentVariable } from '../models/index.js';
import type { Endpoint } from './endpoint.js';
import { environmentInput, projectRefInput } from './inputs.js';

export const EnvvarsListInput = z.strictObject({
  projectRef: projectRefInput.optional(),
  environment: environmentInput.optional(),
});

export const envvarsList = {
  name: 'envvars.list',
  documentedAs: 'envvars.list',
  summary: 'List the environment variables of one environment; secret values come redacted.',
  docs: 'https://trigger.dev/docs/management/envvars/list',
  method: 'GET',
  repeat: 'safe',
  routes: [
    {
      kinds: ['root', 'additional', 'pat', 'unknown'],
      path: '/api/v1/projects/{projectRef}/envvars/{environment}',
      needs: ['projectRef', 'environment'],
    },
  ],
  input: EnvvarsListInput,
  output: z.array(EnvironmentVariable),
  target: ({ projectRef, environment }) => ({
    projectRef,
    environment: environment === undefined ? undefined : environmentNamed(environment),
  }),
} as const satisfies Endpoint<z.output<typeof EnvvarsListInput>, EnvironmentVariable[]>;
