import * as z from 'zod';
import type { Endpoint } from '../../gate/index.js';
import { environmentKeys, projectRefInput } from '../schema/inputs.js';
import { later } from '../schema/later.js';
import { ProjectEnvironment } from './environment.js';
import { Branches, KeyIdentity, Project } from './models.js';

export const NoInput = later(() => z.strictObject({}));

export const projectsList = {
  name: 'projects.list',
  summary: 'List the projects that a personal access token reaches.',
  docs: 'https://trigger.dev/docs/management/authentication',
  method: 'GET',
  repeat: 'safe',
  routes: [{ kinds: ['pat'], path: '/api/v1/projects' }],
  input: NoInput,
  get output() {
    return () => z.array(Project());
  },
} as const satisfies Endpoint<z.output<ReturnType<typeof NoInput>>, Project[]>;

export const ProjectInput = later(() => z.strictObject({ projectRef: projectRefInput().optional() }));

const target = ({ projectRef }: z.output<ReturnType<typeof ProjectInput>>) => ({ projectRef });

export const projectsEnvironments = {
  name: 'projects.environments',
  summary: 'List the environments of a project, branches excluded.',
  docs: 'https://trigger.dev/docs/management/authentication',
  method: 'GET',
  repeat: 'safe',
  routes: [{ kinds: ['pat'], path: '/api/v1/projects/{projectRef}/environments', needs: ['projectRef'] }],
  input: ProjectInput,
  get output() {
    return () => z.array(ProjectEnvironment());
  },
  target,
} as const satisfies Endpoint<z.output<ReturnType<typeof ProjectInput>>, ProjectEnvironment[]>;

export const branchesList = {
  name: 'branches.list',
  summary: 'List the preview branches of a project.',
  docs: 'https://trigger.dev/docs/deployment/preview-branches',
  method: 'GET',
  repeat: 'safe',
  routes: [{ kinds: ['pat'], path: '/api/v1/projects/{projectRef}/branches', needs: ['projectRef'] }],
  input: ProjectInput,
  output: Branches,
  target,
} as const satisfies Endpoint<z.output<ReturnType<typeof ProjectInput>>, Branches>;

/** Asked for the project ref of a secret key that was connected without one. */
export const whoami = {
  name: 'whoami',
  summary: 'The project that a secret key belongs to.',
  docs: 'https://trigger.dev/docs/apikeys',
  method: 'GET',
  repeat: 'safe',
  fullAccess: true,
  routes: [{ kinds: environmentKeys, path: '/api/v1/whoami' }],
  input: NoInput,
  output: KeyIdentity,
} as const satisfies Endpoint<z.output<ReturnType<typeof NoInput>>, KeyIdentity>;
