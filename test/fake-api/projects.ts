import type { HttpHandler } from 'msw';
import { authenticatePat } from './auth.js';
import { type FakeProjectRecord, FOUNDED, fakeOrganization, fakeProjects } from './environments.js';
import { type Answer, json } from './problems.js';
import { type Call, type RouteTable, route } from './route.js';

/** What a personal access token sees of its projects. */
export function projectHandlers(table: RouteTable): HttpHandler[] {
  const path = '/api/v1/projects';
  return [
    ...route(table, 'get', path, {}, list),
    ...route(table, 'get', `${path}/:ref`, {}, retrieve),
    ...route(table, 'get', `${path}/:ref/branches`, {}, branches),
  ];
}

const shown = (project: FakeProjectRecord) => ({
  ...project,
  createdAt: FOUNDED,
  defaultRegion: null,
  organization: { ...fakeOrganization, createdAt: FOUNDED },
});

function list({ project, request }: Call): Answer {
  const auth = authenticatePat(project, request);
  if (!auth.ok) {
    return auth.answer;
  }
  const { projects } = auth.value;
  return json(200, fakeProjects.filter(({ externalRef }) => projects.includes(externalRef)).map(shown));
}

const notFound = json(404, { error: 'Project not found' });

function retrieve({ project, request, param }: Call): Answer {
  const auth = authenticatePat(project, request);
  if (!auth.ok) {
    return auth.answer;
  }
  const found = fakeProjects.find(({ externalRef }) => externalRef === param('ref'));
  if (found === undefined || !auth.value.projects.includes(found.externalRef)) {
    return notFound;
  }
  return json(200, { ...shown(found), defaultRuntime: 'node-24' });
}

/** Of the preview environment, whatever `env` asks for: the server does not look at the query. */
function branches({ project, request, param }: Call): Answer {
  const auth = authenticatePat(project, request, 'Access Token');
  if (!auth.ok) {
    return auth.answer;
  }
  const ref = param('ref');
  if (!auth.value.projects.includes(ref)) {
    return notFound;
  }
  const preview = project.environments.find(({ projectRef, slug }) => projectRef === ref && slug === 'preview');
  if (preview === undefined) {
    return json(400, { error: "You don't have preview branches setup. Go to the dashboard to enable them." });
  }
  const found = project.environments.filter(({ parent }) => parent === preview.name);
  return json(200, {
    branches: found.map(({ id, branchName }) => ({
      id,
      name: branchName,
      createdAt: FOUNDED,
      updatedAt: FOUNDED,
      isPaused: false,
    })),
  });
}
