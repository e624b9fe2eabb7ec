import { createAction } from 'nango';
import { projectsList } from '../../../src/api/index.js';
import { listProjects, Projects } from '../../../src/nango/index.js';

const action = createAction({
  description: 'List the projects that the token reaches. Needs a personal access token.',
  version: '1.0.0',
  input: projectsList.input(),
  output: Projects(),
  // https://trigger.dev/docs/management/authentication
  exec: async (nango, input) => listProjects(nango, input),
});

export type NangoActionLocal = Parameters<(typeof action)['exec']>[0];
export default action;
