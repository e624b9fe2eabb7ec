import { parseEnv } from 'node:util';
import type { HttpHandler } from 'msw';
import { z } from 'zod/v3';
import type { Outcome } from './auth.js';
import { environmentFor } from './envvar-access.js';
import { type Answer, json, thrown, unexpectedError } from './problems.js';
import { jsonBody } from './request-body.js';
import { type Call, type RouteTable, routes } from './route.js';
import type { FakeEnvironment, FakeVariable } from './types.js';
import type { NewVariable } from './variables.js';

/** /api/v1/projects/:ref/envvars/:slug and below, for secret keys and personal access tokens alike. */
export function envvarHandlers(table: RouteTable): HttpHandler[] {
  const path = '/api/v1/projects/:ref/envvars/:slug';
  return [
    ...routes(table, path, {}, { get: list, post: create }),
    // Before variables, of which one may be called "import" all the same.
    ...routes(table, `${path}/import`, {}, { post: upload }),
    ...routes(table, `${path}/:name`, {}, { get: retrieve, put: update, post: update, delete: remove }),
  ];
}

const success = json(200, { success: true });
const notFound = json(404, { error: 'Environment variable not found' });

const shown = ({ name, value, isSecret }: FakeVariable): FakeVariable => ({
  name,
  value: isSecret ? '<redacted>' : value,
  isSecret,
});

function list(call: Call): Answer {
  const access = environmentFor(call, 'read');
  return access.ok ? json(200, call.project.variablesOf(access.value.name).map(shown)) : access.answer;
}

function retrieve(call: Call): Answer {
  const access = environmentFor(call, 'read');
  if (!access.ok) {
    return access.answer;
  }
  const found = call.project.variablesOf(access.value.name).find(({ name }) => name === call.param('name'));
  return found === undefined ? notFound : json(200, shown(found));
}

const createBody = z.object({ name: z.string(), value: z.string(), isSecret: z.boolean().optional() });

async function create(call: Call): Promise<Answer> {
  const access = environmentFor(call, 'write');
  if (!access.ok) {
    return access.answer;
  }
  const body = await jsonBody(call.request, createBody);
  if (!body.ok) {
    return body.answer;
  }
  return answerTo(write(call, access.value, [body.value], true));
}

async function update(call: Call): Promise<Answer> {
  const access = environmentFor(call, 'write');
  if (!access.ok) {
    return access.answer;
  }
  const name = call.param('name');
  const { variables } = call.project;
  if (!variables.exists(access.value.projectRef, name)) {
    return notFound;
  }
  const body = await jsonBody(call.request, z.object({ value: z.string() }));
  if (!body.ok) {
    return body.answer;
  }
  // A value that another environment alone had is added here; a blank one changes nothing.
  if (body.value.value.trim() !== '') {
    variables.set(access.value.name, { name, value: body.value.value });
  }
  return success;
}

function remove(call: Call): Answer {
  const access = environmentFor(call, 'write');
  if (!access.ok) {
    return access.answer;
  }
  const { name: env, projectRef } = access.value;
  if (!call.project.variables.exists(projectRef, call.param('name'))) {
    return notFound;
  }
  const removed = call.project.variables.remove(env, call.param('name'));
  return removed ? success : json(400, { error: 'Environment variable value not found' });
}

const importBody = z.object({
  variables: z.record(z.string()),
  parentVariables: z.record(z.string()).optional(),
  override: z.boolean().optional(),
  isSecret: z.boolean().optional(),
});

async function upload(call: Call): Promise<Answer> {
  const access = environmentFor(call, 'write');
  if (!access.ok) {
    return access.answer;
  }
  const body = await parseImport(call.request);
  if (!body.ok) {
    return body.answer;
  }
  const { variables, parentVariables, override = false, isSecret } = body.value;
  const rows = (values: Record<string, string>): NewVariable[] =>
    Object.entries(values).map(([name, value]) => ({ name, value, isSecret }));
  const failure = write(call, access.value, rows(variables), override);
  const { parent } = access.value;
  if (parent === undefined || parentVariables === undefined) {
    return answerTo(failure);
  }
  const parentFailure = write(call, call.project.environment(parent), rows(parentVariables), override);
  // One of the two is enough.
  return failure === undefined || parentFailure === undefined ? success : answerTo(failure);
}

async function parseImport(request: Request): Promise<Outcome<z.infer<typeof importBody>>> {
  const refuse = (error: string) => ({ ok: false, answer: thrown(400, error) }) as const;
  try {
    if ((request.headers.get('content-type') ?? '').includes('multipart/form-data')) {
      const form = await request.formData();
      const file = form.get('variables');
      if (!(file instanceof Blob)) {
        return refuse('Invalid file');
      }
      const variables = { ...(parseEnv(await file.text()) as Record<string, string>) };
      return { ok: true, value: { variables, override: form.get('override') === 'true' } };
    }
    const parsed = importBody.safeParse(await request.json());
    return parsed.success ? { ok: true, value: parsed.data } : refuse('Invalid body');
  } catch {
    return { ok: false, answer: unexpectedError };
  }
}

interface Failure {
  error: string;
  variableErrors?: { key: string; error: string }[];
}

const answerTo = (failure: Failure | undefined): Answer => (failure === undefined ? success : json(400, failure));

const reserved = new Set(['TRIGGER_SECRET_KEY', 'TRIGGER_API_URL']);
const titles = {
  DEVELOPMENT: 'Development',
  STAGING: 'Staging',
  PREVIEW: 'Preview',
  PRODUCTION: 'Production',
} as const;

/** All or nothing, but for what is blank or reserved: that is dropped, and an error only when nothing is left. */
function write(
  { project }: Call,
  { name: env, type }: FakeEnvironment,
  submitted: readonly NewVariable[],
  override: boolean,
): Failure | undefined {
  const permitted = submitted.filter(({ name }) => !reserved.has(name));
  const variables = permitted.filter(({ name, value }) => name.trim() !== '' && value.trim() !== '');
  if (variables.length === 0) {
    const hint = permitted.length < submitted.length ? ' All the variables submitted are not allowed.' : '';
    return { error: `You must set at least one valid variable.${hint}` };
  }
  const taken = override ? [] : variables.filter(({ name }) => project.variables.own(env, name) !== undefined);
  if (taken.length > 0) {
    return {
      error: 'Some of the variables are already set for these environments. Set override to true to override them.',
      variableErrors: taken.map(({ name }) => ({ key: name, error: `Variable already set in ${titles[type]}.` })),
    };
  }
  for (const variable of variables) {
    project.variables.set(env, variable);
  }
  return undefined;
}
