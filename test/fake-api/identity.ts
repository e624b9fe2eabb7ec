import type { HttpHandler } from 'msw';
import { authenticatePat, authenticateUnrestricted } from './auth.js';
import { dashboardUrl, FOUNDED, fakeOrganization, fakeProjects, fakeUsers } from './environments.js';
import { type Answer, json } from './problems.js';
import { type Call, type RouteTable, route } from './route.js';

/** GET /api/v1/whoami · GET /api/v2/whoami · GET /api/v1/projects/:ref/environments */
export function identityHandlers(table: RouteTable): HttpHandler[] {
  return [
    ...route(table, 'get', '/api/v1/whoami', {}, environmentOfKey),
    ...route(table, 'get', '/api/v2/whoami', {}, whoami),
    ...route(table, 'get', '/api/v1/projects/:ref/environments', { crossOrigin: true }, environments),
  ];
}

function whoami({ project, request, query }: Call): Answer {
  const auth = authenticatePat(project, request, 'Access Token');
  if (!auth.ok) {
    return auth.answer;
  }
  const { id: userId, email, projects } = auth.value;
  const ref = query.get('projectRef') ?? '';
  const known = fakeProjects.find(({ externalRef }) => externalRef === ref && projects.includes(ref));
  // An unknown project, or one of others, is no error: the field is just missing.
  const { title: orgTitle } = fakeOrganization;
  const found = known && { project: { url: `${dashboardUrl}/projects/v3/${ref}`, name: known.name, orgTitle } };
  return json(200, { userId, email, dashboardUrl, ...found });
}

/** The oldest way to ask who one is: it shows the key, of which a branch has none of its own to show. */
function environmentOfKey({ project, request }: Call): Answer {
  const auth = authenticateUnrestricted(project, request, 'Invalid or Missing API key');
  if (!auth.ok) {
    return auth.answer;
  }
  const { env } = auth.value;
  const parent = env.parent && project.environment(env.parent);
  const owner = fakeUsers.find(({ name }) => name === env.owner);
  const own = fakeProjects.find(({ externalRef }) => externalRef === env.projectRef);
  const organizationId = fakeOrganization.id;
  return json(200, {
    id: env.id,
    slug: env.slug,
    type: env.type,
    apiKey: env.rootKey,
    organizationId,
    projectId: own?.id,
    orgMemberId: owner?.id ?? null,
    parentEnvironmentId: parent?.id ?? null,
    branchName: env.branchName,
    archivedAt: null,
    paused: false,
    shortcode: `short-${env.slug}`,
    maximumConcurrencyLimit: 300,
    concurrencyLimitBurstFactor: 2,
    builtInEnvironmentVariableOverrides: null,
    createdAt: FOUNDED,
    updatedAt: FOUNDED,
    project: {
      ...own,
      engine: 'V2',
      deletedAt: null,
      defaultWorkerGroupId: null,
      organizationId,
      builderProjectId: null,
      defaultRuntime: 'node-24',
    },
    organization: {
      ...fakeOrganization,
      streamBasinName: null,
      maximumConcurrencyLimit: 300,
      runsEnabled: true,
      maximumDevQueueSize: null,
      maximumDeployedQueueSize: null,
      featureFlags: null,
      apiRateLimiterConfig: null,
      batchRateLimitConfig: null,
      batchQueueConcurrencyConfig: null,
    },
    orgMember: owner === undefined ? null : { userId: owner.id },
    parentEnvironment: parent === undefined ? null : { id: parent.id, apiKey: parent.rootKey },
  });
}

const order = ['dev', 'stg', 'preview', 'prod'];

function environments(call: Call): Answer {
  const auth = authenticatePat(call.project, call.request);
  if (!auth.ok) {
    return auth.answer;
  }
  const ref = call.param('ref');
  const user = auth.value;
  if (!user.projects.includes(ref)) {
    return json(404, { error: 'Project not found' });
  }
  const visible = call.project.environments.filter(
    // Parents only, and of the development environments one's own.
    (env) => env.projectRef === ref && env.parent === undefined && (env.owner === undefined || env.owner === user.name),
  );
  return json(
    200,
    visible
      .sort((a, b) => order.indexOf(a.slug) - order.indexOf(b.slug))
      .map(({ id, slug, type, branchName }) => ({
        id,
        slug,
        type,
        isBranchableEnvironment: type === 'DEVELOPMENT' || type === 'PREVIEW',
        branchName,
        paused: false,
      })),
  );
}
