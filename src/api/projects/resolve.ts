import { type Connection, isEnvironmentKey } from '../../connection/index.js';
import { ConnectorError } from '../../errors/index.js';
import { type AnyEndpoint, type Ask, buildRequest } from '../../gate/index.js';
import { whoami } from './endpoints.js';

const known = new WeakMap<Connection, Promise<Connection>>();

/** Does this call need the project ref of a secret key, which knows its project but was connected without it? */
export function needsProject(connection: Connection, { routes }: Pick<AnyEndpoint, 'routes'>, input: unknown): boolean {
  if (!isEnvironmentKey(connection.kind) || connection.projectRef !== undefined) {
    return false;
  }
  const given = typeof input === 'object' && input !== null && 'projectRef' in input ? input.projectRef : undefined;
  const route = routes.find(({ kinds }) => kinds.includes(connection.kind));
  return given === undefined && route?.needs?.includes('projectRef') === true;
}

async function lookUp(connection: Connection, ask: Ask): Promise<Connection> {
  try {
    const { project } = await ask(whoami, {});
    return Object.freeze({ ...connection, projectRef: project.externalRef });
  } catch (error) {
    // A restricted key may not ask; whatever else is wrong is said as it is.
    if (error instanceof ConnectorError && error.code === 'key_lacks_full_access') {
      throw new ConnectorError(
        'project_ref_required',
        'This key may not ask which project it belongs to: give the project ref (proj_…), or set TRIGGER_PROJECT_REF.',
        { field: 'projectRef' },
      );
    }
    throw error;
  }
}

/** The connection with its project ref: one request for a connection, none where nothing is missing. */
export function withProject(connection: Connection, ask: Ask): Promise<Connection> {
  let resolved = known.get(connection);
  if (resolved === undefined) {
    resolved = lookUp(connection, ask);
    known.set(connection, resolved);
    // What failed may work the next time.
    resolved.catch(() => known.delete(connection));
  }
  return resolved;
}

/** The connection that a call goes to: with its project, where the call needs it and only the server knows it. */
export async function targetFor(
  connection: Connection,
  endpoint: AnyEndpoint,
  input: unknown,
  ask: Ask,
): Promise<Connection> {
  if (!needsProject(connection, endpoint, input)) {
    return connection;
  }
  // What is wrong is said before anything is sent; which project it is makes no difference to that.
  buildRequest({ ...connection, projectRef: 'unresolved' }, endpoint, input as never);
  return withProject(connection, ask);
}
