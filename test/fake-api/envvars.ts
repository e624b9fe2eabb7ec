import type { HttpHandler } from 'msw';
import { allows, authenticateSecretKey, branchOf, credentialOf } from './auth.js';
import { type Answer, json, thrown } from './problems.js';
import type { FakeProject } from './project.js';
import { type Call, type RouteTable, route } from './route.js';
import type { FakeEnvironment, FakeUser } from './types.js';

/** GET /api/v1/projects/:ref/envvars/:slug, for secret keys and personal access tokens alike. */
export function envvarHandlers(table: RouteTable): HttpHandler[] {
  return route(table, 'get', '/api/v1/projects/:ref/envvars/:slug', {}, (call) => {
    const credential = credentialOf(call.project, call.request);
    return credential?.kind === 'pat' ? listWithPat(call, credential.user) : listWithKey(call);
  });
}

const slugOf = (call: Call): string => (call.param('slug') === 'staging' ? 'stg' : call.param('slug'));

function listWithKey(call: Call): Answer {
  const auth = authenticateSecretKey(call.project, call.request);
  if (!auth.ok) {
    return auth.answer;
  }
  const { env } = auth.value;
  if (!allows(auth.value, ['read'], [{ type: 'envvars' }])) {
    // Shorter than the 403 of the other routes.
    return json(403, { error: 'Unauthorized' });
  }
  if (env.projectRef !== call.param('ref')) {
    return thrown(
      400,
      'Invalid project ref for this API key. Make sure you are using an API key associated with that project.',
    );
  }
  // The slug is not enforced: it only counts when the branch differs as well.
  if (env.slug !== slugOf(call) && env.branchName !== (branchOf(call.request) ?? null)) {
    return thrown(
      400,
      'Invalid environment slug for this API key. Make sure you are using an API key associated with that environment.',
    );
  }
  return variables(call.project, env);
}

function listWithPat(call: Call, user: FakeUser): Answer {
  const { project } = call;
  const ref = call.param('ref');
  if (!user.projects.includes(ref)) {
    return thrown(404, 'Project not found');
  }
  const slug = slugOf(call);
  const branch = branchOf(call.request);
  const inProject = project.environments.filter((env) => env.projectRef === ref);
  const own = (env: FakeEnvironment): boolean => env.owner === undefined || env.owner === user.name;
  if (branch !== undefined && !(slug === 'dev' && branch === 'default')) {
    // A branch decides alone, whatever the slug says: `prod` with a branch header reads the preview branch.
    const type = slug === 'dev' ? 'DEVELOPMENT' : 'PREVIEW';
    const env = inProject.find((candidate) => candidate.type === type && candidate.branchName === branch);
    return env === undefined ? thrown(404, 'Branch not found') : variables(project, env);
  }
  const env = inProject.find((candidate) => candidate.slug === slug && own(candidate));
  return env === undefined ? thrown(404, 'Environment not found') : variables(project, env);
}

function variables(project: FakeProject, env: FakeEnvironment): Answer {
  return json(
    200,
    project
      .variablesOf(env.name)
      .map(({ name, value, isSecret }) => ({ name, value: isSecret ? '<redacted>' : value, isSecret })),
  );
}
