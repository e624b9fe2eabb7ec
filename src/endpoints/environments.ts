import * as z from 'zod';
import { ProjectEnvironment } from '../models/index.js';
import type { Endpoint } from './endpoint.js';

export const EnvironmentsListInput = z.strictObject({});

/** Not in the documentation's table: what verifying a personal access token asks. */
export const environmentsList = {
  name: 'environments.list',
  summary: 'List the environments of a project, branches excluded.',
  docs: 'https://trigger.dev/docs/management/authentication',
  method: 'GET',
  repeat: 'safe',
  routes: [{ kinds: ['pat'], path: '/api/v1/projects/{projectRef}/environments', needs: ['projectRef'] }],
  input: EnvironmentsListInput,
  output: z.array(ProjectEnvironment),
} as const satisfies Endpoint<Record<string, never>, ProjectEnvironment[]>;
