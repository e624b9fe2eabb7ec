import * as z from 'zod';
import { apiObject } from '../../gate/index.js';
import { later } from '../schema/later.js';
import { string } from '../schema/scalars.js';
import { timestamp } from '../schema/timestamp.js';

export const Project = later(() =>
  apiObject({
    id: string(),
    externalRef: string().describe('The project ref. Example: "proj_1234567890"'),
    name: string(),
    slug: string(),
    createdAt: timestamp('When it was created.'),
    organization: apiObject({ id: string(), title: string(), slug: string() }).nullish(),
  }).describe('A project that a personal access token reaches.'),
);

export type Project = z.infer<ReturnType<typeof Project>>;

export const Branches = later(() =>
  apiObject({
    branches: z.array(
      apiObject({
        id: string(),
        name: string().describe('Example: "feature/login"'),
        createdAt: timestamp('When it was created.'),
        updatedAt: timestamp('When it last changed.'),
        isPaused: z.boolean().optional(),
      }),
    ),
  }).describe('The preview branches of a project.'),
);

export type Branches = z.infer<ReturnType<typeof Branches>>;

/** Only what is asked for: the rest of this answer holds the secret key, and is dropped. */
export const KeyIdentity = later(() => z.object({ project: z.object({ externalRef: string() }) }));

export type KeyIdentity = z.infer<ReturnType<typeof KeyIdentity>>;
