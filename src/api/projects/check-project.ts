import { type Connection, isEnvironmentKey } from '../../connection/index.js';
import { ConnectorError, type ErrorCode } from '../../errors/index.js';
import type { AnyEndpoint, Ask } from '../../gate/index.js';
import { whoami } from './endpoints.js';

/** By connection: the ref of the project that its key belongs to, or undefined where the key may not ask. */
const owners = new WeakMap<Connection, Promise<string | undefined>>();

/** The server refuses to say whose key it is, and will the next time. The call itself reports what is wrong with the key. */
const untold = new Set<ErrorCode>([
  'key_lacks_full_access',
  'unauthorized',
  'branch_header_required',
  'branch_not_found',
  'forbidden',
  'not_found',
  'server_too_old',
]);

async function ownerOf(ask: Ask): Promise<string | undefined> {
  try {
    return (await ask(whoami, {})).project.externalRef;
  } catch (error) {
    if (error instanceof ConnectorError && untold.has(error.code)) {
      return undefined;
    }
    throw error;
  }
}

async function cachedOwnerOf(connection: Connection, ask: Ask): Promise<string | undefined> {
  const known = owners.get(connection);
  if (known === undefined) {
    const asked = ownerOf(ask);
    owners.set(connection, asked);
    // A failed request may succeed later, so it is not cached.
    asked.catch(() => owners.delete(connection));
    return asked;
  }
  try {
    return await known;
  } catch (error) {
    if (error instanceof ConnectorError && error.code === 'aborted') {
      // Another call sent the request and was cancelled: this one was not.
      return cachedOwnerOf(connection, ask);
    }
    throw error;
  }
}

/**
 * Throws `project_not_found` where a secret key belongs to another project than the ref that was given with it: the
 * server goes by the key and ignores the ref, so runs of one project would pass for those of another. One request per
 * connection, none without a ref. `checked` is false where there was nothing to compare, or the key may not ask.
 */
export async function checkProject(
  connection: Connection,
  ask: Ask,
  projectRef: string | undefined = connection.projectRef,
): Promise<{ checked: boolean }> {
  if (projectRef === undefined || !isEnvironmentKey(connection.kind)) {
    return { checked: false };
  }
  const owner = await cachedOwnerOf(connection, ask).catch((error: unknown) => {
    // Whatever answered was not the API, or not in its words: this call goes on unchecked, the next one asks again.
    if (error instanceof ConnectorError && error.code === 'invalid_response') {
      return undefined;
    }
    throw error;
  });
  if (owner !== undefined && owner !== projectRef) {
    throw new ConnectorError(
      'project_not_found',
      `This key does not belong to the project ${projectRef} but to ${owner}. Correct the project ref (TRIGGER_PROJECT_REF where none is passed), or use a key of ${projectRef}.`,
      { field: 'projectRef' },
    );
  }
  return { checked: owner !== undefined };
}

/** Answers that belong to no project. */
const elsewhere = new Set(['whoami', 'schedules.timezones']);

/**
 * The ref that the server would ignore in this call, if one was given with a secret key. Where the path holds the ref,
 * as for environment variables, the server compares it itself.
 */
export function uncheckedProject(
  connection: Connection,
  { name, routes }: AnyEndpoint,
  input: unknown,
): string | undefined {
  const given = typeof input === 'object' && input !== null && 'projectRef' in input ? input.projectRef : undefined;
  const projectRef = typeof given === 'string' ? given : connection.projectRef;
  if (projectRef === undefined || !isEnvironmentKey(connection.kind) || elsewhere.has(name)) {
    return undefined;
  }
  const route = routes.find(({ kinds }) => kinds.includes(connection.kind));
  return route === undefined || route.path.includes('{projectRef}') ? undefined : projectRef;
}
