import type { HttpHandler } from 'msw';
import { authenticatePat } from './auth.js';
import { type Answer, json } from './problems.js';
import { type Call, type RouteTable, route } from './route.js';

/** GET /api/v2/whoami · GET /api/v1/projects/:ref/environments */
export function identityHandlers(table: RouteTable): HttpHandler[] {
  return [
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
  const dashboardUrl = 'https://cloud.trigger.dev';
  // An unknown project, or one of others, is no error: the field is just missing.
  const found = projects.includes(ref)
    ? { project: { url: `${dashboardUrl}/projects/v3/${ref}`, name: 'Fake project', orgTitle: 'Fake organisation' } }
    : {};
  return json(200, { userId, email, dashboardUrl, ...found });
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
