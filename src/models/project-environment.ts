import * as z from 'zod';
import { apiObject } from './api-object.js';
import { later } from './later.js';

export const ProjectEnvironment = later(() =>
  apiObject({
    id: z.string(),
    slug: z.string().describe('dev, stg, prod or preview.'),
    type: z.string().describe('DEVELOPMENT, STAGING, PRODUCTION or PREVIEW.'),
    isBranchableEnvironment: z.boolean().optional(),
    branchName: z.string().nullish(),
    paused: z.boolean().optional(),
  }).describe('An environment of a project, as a personal access token sees it.'),
);

export type ProjectEnvironment = z.infer<ReturnType<typeof ProjectEnvironment>>;
