import { type Connection, environmentSlug, isEnvironmentKey } from '../connection/index.js';
import { ConnectorError, type ErrorCode } from '../errors/index.js';
import type { Ask } from '../gate/index.js';
import { envvarsList } from './envvars/endpoints.js';
import { projectsEnvironments } from './projects/endpoints.js';
import type { ProjectEnvironment } from './projects/environment.js';
import { runsList } from './runs/endpoints.js';

export interface Verification {
  /** `limited`: a real key without the scope that was asked. `unverifiable`: no Trigger.dev API answered. */
  readonly status: 'valid' | 'limited' | 'rejected' | 'unverifiable';
  readonly code?: ErrorCode;
  readonly message: string;
  /** With a personal access token: the project, and its environments without branches. */
  readonly project?: { readonly ref: string };
  readonly environments?: readonly ProjectEnvironment[];
}

const rejecting = new Set<ErrorCode>([
  'unauthorized',
  'branch_header_required',
  'branch_not_found',
  'project_not_found',
  'project_ref_invalid',
  'environment_not_found',
]);

/** A person who connects asked for no endpoint, so its name before the text only puzzles. */
const forPeople = ({ endpoint, message }: ConnectorError) =>
  endpoint !== undefined && message.startsWith(`${endpoint}: `) ? message.slice(endpoint.length + 2) : message;

function verdictOf(error: ConnectorError): Verification {
  const { code } = error;
  const message = forPeople(error);
  if (code === 'forbidden') {
    const told = 'The key is real but may not list runs. What its permissions cover will work.';
    return { status: 'limited', code, message: told };
  }
  if (rejecting.has(code)) {
    return { status: 'rejected', code, message };
  }
  // Every Trigger.dev API has this list, so a 404 for it comes from some other server.
  if (code === 'not_found' || (code === 'server_too_old' && error.endpoint === 'runs.list')) {
    const told = 'No Trigger.dev API answers there. Check the base URL.';
    return { status: 'unverifiable', code: 'invalid_response', message: told };
  }
  return { status: 'unverifiable', code, message };
}

/** A branch or a project ref is only proved by a call that uses it; a key without that scope proves nothing either way. */
async function proveTarget(ask: Ask): Promise<void> {
  try {
    await ask(envvarsList, {});
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.code !== 'forbidden') {
      throw error;
    }
  }
}

async function verifyToken(connection: Connection, ask: Ask): Promise<Verification> {
  const { environment, previewBranch, projectRef = '' } = connection;
  const environments = await ask(projectsEnvironments, {});
  const found = { project: { ref: projectRef }, environments };
  const slugs = environments.map(({ slug }) => slug);
  if (environment !== undefined && !slugs.includes(environmentSlug(environment))) {
    return {
      status: 'rejected',
      code: 'environment_not_found',
      message: `The project has no ${environment} environment. It has: ${slugs.join(', ')}.`,
      ...found,
    };
  }
  if (previewBranch !== undefined) {
    await proveTarget(ask);
  }
  return { status: 'valid', message: `The token works; the project has ${slugs.join(', ')}.`, ...found };
}

async function verifyKey(connection: Connection, ask: Ask): Promise<Verification> {
  const { environment, previewBranch, projectRef } = connection;
  // Of the last hour: a server that guards the cost of its lists refuses a whole history.
  await ask(runsList, { limit: 1, period: '1h' });
  if (projectRef !== undefined && environment !== undefined) {
    await proveTarget(ask);
  }
  const where = [environment ?? 'its environment', previewBranch].filter(Boolean).join(', branch ');
  return { status: 'valid', message: `The key works in ${where}.` };
}

/**
 * Asks the API whether a connection works: one or two requests that only read. Answers for every outcome;
 * rejects only with `aborted`, or what is no `ConnectorError`.
 */
export async function verify(connection: Connection, ask: Ask): Promise<Verification> {
  try {
    return await (isEnvironmentKey(connection.kind) ? verifyKey(connection, ask) : verifyToken(connection, ask));
  } catch (error) {
    if (error instanceof ConnectorError && error.code !== 'aborted') {
      return verdictOf(error);
    }
    throw error;
  }
}
