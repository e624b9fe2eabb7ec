import type { EndpointOutput } from '../../api/index.js';
import { branchesList, projectsEnvironments, projectsList } from '../../api/index.js';
import type { RequestOptions } from '../send.js';
import { type Bound, given } from './bind.js';

/** With a personal access token only. */
export interface ProjectsApi {
  /** The projects that the token reaches. */
  list(requestOptions?: RequestOptions): Promise<EndpointOutput<'projects.list'>>;
  /** The environments of a project, branches excluded; the connection's project when left out. */
  environments(projectRef?: string, requestOptions?: RequestOptions): Promise<EndpointOutput<'projects.environments'>>;
}

/** With a personal access token only. */
export interface BranchesApi {
  /** The preview branches of a project; the connection's project when left out. */
  list(projectRef?: string, requestOptions?: RequestOptions): Promise<EndpointOutput<'branches.list'>['branches']>;
}

export const projectsApi = ({ one }: Bound): ProjectsApi => ({
  list: (options) => one(projectsList, {}, options),
  environments: (projectRef, options) => one(projectsEnvironments, given({ projectRef }), options),
});

export const branchesApi = ({ one }: Bound): BranchesApi => ({
  list: async (projectRef, options) => (await one(branchesList, given({ projectRef }), options)).branches,
});
