import { branchIn, type Connection, isEnvironmentKey, isToken, type KeyKind } from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';
import { inputError } from './check-input.js';
import {
  type AnyEndpoint,
  type Endpoint,
  type HttpRequest,
  type InputOf,
  kindsFor,
  type Route,
  repeatOf,
  type Target,
} from './endpoint.js';
import { fillPath } from './path.js';
import { serialise } from './serialise.js';
import type { Serializer } from './serializer.js';

/** What a request needs besides the connection and the input; ids are made by the caller, so this stays pure. */
export interface RequestContext {
  /** Constant over the retries of one call; sent with endpoints whose repeat the server recognises. */
  readonly requestIdempotencyKey?: string;
  /** Writes payloads, in place of JSON. */
  readonly serializer?: Serializer | undefined;
}

const kindLabels: Partial<Record<KeyKind, string>> = {
  root: 'a secret key',
  additional: 'an additional API key',
  pat: 'a personal access token',
  publicAccessToken: 'a public access token',
  triggerToken: 'a trigger token',
  unknown: 'a key of unknown kind',
};

const nameKind = (kind: KeyKind) => kindLabels[kind] ?? kind;

function routeFor(endpoint: Endpoint, kind: KeyKind): Route {
  const { name } = endpoint;
  const route = endpoint.routes.find((candidate) => candidate.kinds.includes(kind));
  if (route === undefined) {
    // No form takes a token, so only who holds one is told of those.
    const allowed = kindsFor(endpoint)
      .filter((candidate) => candidate !== 'unknown' && (isToken(kind) || !isToken(candidate)))
      .map(nameKind);
    throw new ConnectorError(
      'endpoint_not_allowed',
      `${name} cannot be called with ${nameKind(kind)}: connect with ${allowed.join(' or ')}. Nothing was sent.`,
      { endpoint: name, docs: endpoint.docs },
    );
  }
  return route;
}

function refuse(
  code: ConstructorParameters<typeof ConnectorError>[0],
  message: string,
  field: string,
  endpoint: string,
) {
  return new ConnectorError(code, message, { field, endpoint });
}

/** The project, environment and branch of this call, and whether the connection may go there. */
function targetOf(name: string, connection: Connection, given: ReturnType<NonNullable<Endpoint['target']>>): Target {
  const environment = given.environment ?? connection.environment;
  if (given.environment !== undefined && isToken(connection.kind)) {
    throw refuse(
      'environment_mismatch',
      'A token names its environment itself, and the server goes by that: leave the environment out.',
      'environment',
      name,
    );
  }
  const projectRef = given.projectRef ?? connection.projectRef;
  const previewBranch = branchIn(environment, connection.previewBranch);
  if (
    isEnvironmentKey(connection.kind) &&
    connection.environment !== undefined &&
    environment !== connection.environment
  ) {
    throw refuse(
      'environment_mismatch',
      `This key belongs to ${connection.environment}: the server would use ${connection.environment}, not ${environment}. Use a key of ${environment}.`,
      'environment',
      name,
    );
  }
  if (previewBranch !== undefined && (environment === 'staging' || environment === 'prod')) {
    throw refuse(
      'branch_not_allowed',
      `With ${environment}, the preview branch would redirect the call to that branch. Leave it out, or call preview.`,
      'previewBranch',
      name,
    );
  }
  // Filled in one after the other: V8 makes and keeps a new shape for each object that is spread from parts.
  const target: { -readonly [Field in keyof Target]: Target[Field] } = {};
  if (projectRef !== undefined) {
    target.projectRef = projectRef;
  }
  if (environment !== undefined) {
    target.environment = environment;
  }
  if (previewBranch !== undefined) {
    target.previewBranch = previewBranch;
  }
  return target;
}

function requireFields(name: string, route: Route, target: Target): void {
  for (const need of route.needs ?? []) {
    if (target[need] === undefined) {
      const what = need === 'projectRef' ? 'a project ref (proj_…)' : 'an environment (dev, staging, prod or preview)';
      throw refuse(
        need === 'projectRef' ? 'project_ref_required' : 'environment_required',
        `${name} needs ${what}.`,
        need,
        name,
      );
    }
  }
  const ambiguous =
    target.environment === 'dev'
      ? (['environment', route.ambiguous?.dev] as const)
      : target.previewBranch !== undefined
        ? (['previewBranch', route.ambiguous?.branch] as const)
        : undefined;
  if (ambiguous?.[1] !== undefined) {
    throw refuse('environment_ambiguous', ambiguous[1], ambiguous[0], name);
  }
}

/**
 * The one gate: is the endpoint open to this kind of key, are the fields it needs there, is the input valid;
 * then the request, without secret or origin. Pure; throws `ConnectorError` before anything is sent.
 */
export function buildRequest<Row extends AnyEndpoint>(
  connection: Connection,
  row: Row,
  input: InputOf<Row>,
  context: RequestContext = {},
): HttpRequest {
  // Its schema decides what its functions are given.
  const endpoint = row as unknown as Endpoint;
  const { name } = endpoint;
  const route = routeFor(endpoint, connection.kind);
  const { data: parsed, error } = endpoint.input().safeParse(input ?? {});
  const issues = error?.issues ?? [];
  // The fields are asked for first, unless what is wrong with the input is just them.
  if (issues.some(({ path: [field] }) => field === 'projectRef' || field === 'environment')) {
    throw inputError(endpoint, issues);
  }
  const target = targetOf(name, connection, endpoint.target?.(parsed ?? input ?? {}) ?? {});
  requireFields(name, route, target);
  if (error !== undefined) {
    throw inputError(endpoint, issues);
  }
  const refusal = endpoint.refuses?.(parsed, connection.kind);
  if (refusal !== undefined) {
    throw new ConnectorError('endpoint_not_allowed', `${name}: ${refusal}. Nothing was sent.`, {
      endpoint: name,
      docs: endpoint.docs,
    });
  }

  const headers: Record<string, string> = {
    accept: endpoint.streams === true ? 'text/event-stream' : 'application/json',
    // Without it the server answers with the statuses of an older version.
    'x-trigger-api-version': '2025-07-16',
  };
  if (target.previewBranch !== undefined && (target.environment === 'preview' || target.environment === 'dev')) {
    headers['x-trigger-branch'] = target.previewBranch;
  }
  if (repeatOf(endpoint, parsed) === 'keyed' && context.requestIdempotencyKey !== undefined) {
    headers[endpoint.keyHeader ?? 'x-trigger-request-idempotency-key'] = context.requestIdempotencyKey;
  }
  Object.assign(headers, endpoint.headers?.(parsed));
  const body = bodyOf(endpoint, parsed, context);
  if (body !== undefined) {
    headers['content-type'] = endpoint.contentType ?? 'application/json';
  }
  const values = Object.assign({}, endpoint.params?.(parsed), target);
  return {
    method: endpoint.method,
    path: fillPath(route.path, values, name),
    query: endpoint.query?.(parsed, { connection, target, route }) ?? {},
    headers,
    ...(body !== undefined && { body }),
  };
}

function bodyOf(endpoint: Endpoint, input: unknown, context: RequestContext): string | undefined {
  const body = endpoint.body?.(input, context);
  return body === undefined || endpoint.contentType !== undefined
    ? (body as string | undefined)
    : serialise(endpoint.name, body);
}
