import { allows, authenticateSecretKey, branchOf, credentialOf, type Outcome } from './auth.js';
import { json, thrown } from './problems.js';
import type { Call } from './route.js';
import type { FakeEnvironment, FakeUser } from './types.js';

/** The environment that a request to `/api/v1/projects/:ref/envvars/:slug` acts on, whatever kind of key it carries. */
export function environmentFor(call: Call, action: 'read' | 'write'): Outcome<FakeEnvironment> {
  const credential = credentialOf(call.project, call.request);
  return credential?.kind === 'pat' ? withPat(call, credential.user) : withKey(call, action);
}

const refuse = (status: number, error: string): Outcome<FakeEnvironment> => ({
  ok: false,
  answer: thrown(status, error),
});

const slugOf = (call: Call): string => (call.param('slug') === 'staging' ? 'stg' : call.param('slug'));

function withKey(call: Call, action: 'read' | 'write'): Outcome<FakeEnvironment> {
  const auth = authenticateSecretKey(call.project, call.request);
  if (!auth.ok) {
    return auth;
  }
  const { env } = auth.value;
  if (!allows(auth.value, [action], [{ type: 'envvars' }])) {
    // Shorter than the 403 of the other routes.
    return { ok: false, answer: json(403, { error: 'Unauthorized' }) };
  }
  if (env.projectRef !== call.param('ref')) {
    return refuse(
      400,
      'Invalid project ref for this API key. Make sure you are using an API key associated with that project.',
    );
  }
  // The slug is not enforced: it only counts when the branch differs as well.
  if (env.slug !== slugOf(call) && env.branchName !== (branchOf(call.request) ?? null)) {
    return refuse(
      400,
      'Invalid environment slug for this API key. Make sure you are using an API key associated with that environment.',
    );
  }
  return { ok: true, value: env };
}

function withPat(call: Call, user: FakeUser): Outcome<FakeEnvironment> {
  const ref = call.param('ref');
  if (!user.projects.includes(ref)) {
    return refuse(404, 'Project not found');
  }
  const slug = slugOf(call);
  const branch = branchOf(call.request);
  const own = call.project.environments.filter(
    (env) => env.projectRef === ref && (env.owner === undefined || env.owner === user.name),
  );
  if (branch !== undefined && !(slug === 'dev' && branch === 'default')) {
    // A branch decides alone, whatever the slug says: `prod` with a branch header reads the preview branch.
    const type = slug === 'dev' ? 'DEVELOPMENT' : 'PREVIEW';
    const env = own.find((candidate) => candidate.type === type && candidate.branchName === branch);
    return env === undefined ? refuse(404, 'Branch not found') : { ok: true, value: env };
  }
  const env = own.find((candidate) => candidate.slug === slug);
  return env === undefined ? refuse(404, 'Environment not found') : { ok: true, value: env };
}
