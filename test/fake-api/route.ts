import { type HttpHandler, http, type PathParams } from 'msw';
import { authenticateEnvironment, credentialOf, isPublicToken } from './auth.js';
import type { Answer } from './problems.js';
import { htmlNotFound, json, methodNotAllowed, missingAuthorization, rateLimited } from './problems.js';
import type { FakeProject } from './project.js';
import { rateFamilyOf } from './rate-family.js';

export interface Call {
  project: FakeProject;
  request: Request;
  query: URLSearchParams;
  param(name: string): string;
}

export type Resolver = (call: Call) => Answer | Promise<Answer>;

export interface RouteTable {
  origin: string;
  project: FakeProject;
}

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Route builders that allow browsers expose the two token headers, whatever the answer. */
const exposeTokens = { 'access-control-expose-headers': 'x-trigger-jwt,x-trigger-jwt-claims' };

/** No recorded request but a preflight named its origin; the answer to one echoes it. */
function sharedWith(request: Request): Readonly<Record<string, string>> {
  const origin = request.headers.get('origin');
  return origin === null ? exposeTokens : { ...exposeTokens, 'access-control-allow-origin': origin };
}

interface RouteOptions {
  /** Browsers may call it: their preflight is answered, and every answer names their origin. */
  crossOrigin?: boolean;
  /** What else a preflight comes to: a refusal, which makes the browser send nothing. */
  preflight?: Answer;
}

/** Handlers of a path that takes one method. */
export function route(
  table: RouteTable,
  method: Method,
  path: string,
  options: RouteOptions,
  resolver: Resolver,
): HttpHandler[] {
  return routes(table, path, options, { [method]: resolver });
}

/** Handlers of one path: its methods, HEAD for GET, and 405 for the rest. */
export function routes(
  table: RouteTable,
  path: string,
  options: RouteOptions,
  resolvers: Partial<Record<Method, Resolver>>,
): HttpHandler[] {
  const url = `${table.origin}${path}`;
  const shared = options.crossOrigin === true;
  const handlers = Object.entries(resolvers).flatMap(([name, resolver]) => {
    const method = name as Method;
    const answer = ({ request, params }: { request: Request; params: PathParams }): Promise<Response> =>
      respond(table.project, request, params, resolver, shared ? sharedWith(request) : {});
    return method === 'get' ? [http.get(url, answer), http.head(url, answer)] : [http[method](url, answer)];
  });
  const refuse = (): Answer => methodNotAllowed;
  handlers.push(
    http.all(url, ({ request, params }) => {
      if (request.method !== 'OPTIONS') {
        return respond(table.project, request, params, refuse, {});
      }
      return shared ? preflight(request) : toResponse(request, options.preflight ?? methodNotAllowed, {});
    }),
  );
  return handlers;
}

/** Whatever no route claimed: an HTML page, as from the dashboard. */
export function fallback({ project }: RouteTable): HttpHandler {
  return http.all('*', ({ request, params }) => respond(project, request, params, () => htmlNotFound, {}));
}

async function respond(
  project: FakeProject,
  request: Request,
  params: PathParams,
  resolver: Resolver,
  extra: Readonly<Record<string, string>>,
): Promise<Response> {
  const url = new URL(request.url);
  if (url.pathname.length > 1 && url.pathname.endsWith('/')) {
    // Before any authentication, and for POST too.
    return new Response(null, { status: 301, headers: { location: url.pathname.slice(0, -1) + url.search } });
  }
  const family = rateFamilyOf(url.pathname);
  const authorization = request.headers.get('authorization');
  if (family !== 'none' && authorization === null) {
    return toResponse(request, missingAuthorization, {});
  }
  if (family === 'none') {
    return toResponse(request, await resolver(call(project, request, url, params)), extra);
  }
  const auth = isPublicToken(request) ? await authenticateEnvironment(project, request) : undefined;
  // Refused ones are counted as whatever else is unknown.
  const state = auth?.ok
    ? project.rateLimiter.takeOfMinute(`public ${authorization}`)
    : project.rateLimiter.take(bucketOf(project, request), family);
  const headers = {
    'x-ratelimit-limit': String(state.limit),
    'x-ratelimit-remaining': String(state.remaining),
    'x-ratelimit-reset': String(state.resetMs),
  };
  if (state.exceeded) {
    return toResponse(request, rateLimited(state, project.now()), headers);
  }
  return toResponse(request, await resolver(call(project, request, url, params)), { ...headers, ...extra });
}

function call(project: FakeProject, request: Request, url: URL, params: PathParams): Call {
  return { project, request, query: url.searchParams, param: (name) => String(params[name] ?? '') };
}

/** Secret keys share one bucket an environment, a branch that of its parent; others have one each. */
function bucketOf(project: FakeProject, request: Request): string {
  const credential = credentialOf(project, request);
  if (credential === undefined) {
    return `unknown ${request.headers.get('authorization')}`;
  }
  return credential.kind === 'pat' ? credential.label : credential.env.name;
}

function toResponse(request: Request, answer: Answer, headers: Readonly<Record<string, string>>): Response {
  const init = { status: answer.status, headers: { ...headers, ...answer.headers } };
  const body = answer.stream ?? (answer.body === '' ? null : answer.body);
  return new Response(request.method === 'HEAD' ? null : body, init);
}

function preflight(request: Request): Response {
  const asked = request.headers.get('access-control-request-headers');
  const { status, headers, body } = json(
    200,
    {},
    {
      'access-control-allow-methods': 'GET,HEAD,PUT,PATCH,POST,DELETE',
      'access-control-allow-origin': request.headers.get('origin') ?? '*',
      'access-control-max-age': '300',
      ...(asked === null ? {} : { 'access-control-allow-headers': asked }),
    },
  );
  return new Response(body, { status, headers: { ...headers } });
}
