import { createAction } from 'nango';
import { projectsEnvironments } from '../../../src/api/index.js';
import { listEnvironments, ProjectEnvironments } from '../../../src/nango/index.js';

const action = createAction({
  description: 'List the environments of a project, branches excluded. Needs a personal access token.',
  version: '1.0.0',
  input: projectsEnvironments.input(),
  output: ProjectEnvironments(),
  // https://trigger.dev/docs/management/authentication
  exec: async (nango, input) => listEnvironments(nango, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
