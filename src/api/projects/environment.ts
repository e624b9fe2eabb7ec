import * as z from 'zod';
import { apiObject } from '../../gate/index.js';
import { later } from '../schema/later.js';
import { string } from '../schema/scalars.js';

export const ProjectEnvironment = later(() =>
  apiObject({
    id: string(),
    slug: string().describe('dev, stg, prod or preview.'),
    type: string().describe('DEVELOPMENT, STAGING, PRODUCTION or PREVIEW.'),
    isBranchableEnvironment: z.boolean().optional(),
    branchName: string().nullish(),
    paused: z.boolean().optional(),
  }).describe('An environment of a project, as a personal access token sees it.'),
);

export type ProjectEnvironment = z.infer<ReturnType<typeof ProjectEnvironment>>;
